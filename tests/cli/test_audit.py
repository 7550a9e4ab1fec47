import json

import numpy as np
import polars
import pytest
from PIL import Image

from thalweg.cli.main import VERBS

from .conftest import only_json


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(VERBS, "audit", "Find labels that are wrong.")


@pytest.fixture
def quick(quarters_file, recipe_file):
    return ("audit", quarters_file, "--recipe", recipe_file, "--members", "10")


def test_json_names_the_table(thalweg, quick):
    found = only_json(thalweg(*quick, "--json"))
    assert found["examples"] == 137
    low, high = found["estimated_errors"]["interval"]
    assert low <= found["estimated_errors"]["value"] <= high
    table = polars.read_parquet(found["table"])
    promised = {"split", "example", "label", "suggested_label", "suspicion", "agreement", "memorisation"}
    assert promised <= set(table.columns)
    assert table.height == 137


def test_json_is_of_a_reasonable_length_and_the_file_has_everything(thalweg, quick, tmp_path):
    found = only_json(thalweg(*quick, "--json", "--out", tmp_path / "kept"))
    assert len(found["most_suspicious"]) == 10
    assert "suspects" not in found
    assert len(json.dumps(found)) < 20_000
    result = json.loads((tmp_path / "kept" / "audit.json").read_text("utf-8"))["result"]
    assert len(result["suspects"]) == 137
    assert found["issues"].keys() == result["issues"].keys()
    assert result["most_suspicious"] == found["most_suspicious"]


def test_a_table_for_a_reader_and_where_it_is_kept(thalweg, quick, tmp_path):
    result = thalweg(*quick, "--out", tmp_path / "kept")
    assert result.exit_code == 0
    assert "How many labels are wrong," in result.stdout
    said, kept, shown, people = result.stdout.splitlines()[-4:]
    assert "likely" in said
    assert "labels are wrong under even errors (95 % interval)" in " ".join(result.stdout.split())
    assert people == f"count by people: thalweg audit {tmp_path / 'kept'} --to-check 100 -o check.csv"
    assert kept == f"kept in {tmp_path / 'kept'}"
    assert shown == f"show it: thalweg report {tmp_path / 'kept'}"
    assert set(polars.read_csv(tmp_path / "kept" / "audit.csv")["split"]) == {"train", "test"}


def test_rows_of_the_one_file_are_printed_not_of_a_split_that_was_made(thalweg, tmp_path, recipe_file):
    values = np.random.default_rng(0).standard_normal((120, 3))
    labels = np.arange(120) % 2
    lines = [
        f"{a},{b},{c},{label}" for (a, b, c), label in zip(values + 3 * labels[:, None], labels, strict=True)
    ]
    (tmp_path / "one.csv").write_text("a,b,c,label\n" + "\n".join(lines) + "\n")
    words = (
        "audit",
        tmp_path / "one.csv",
        "--recipe",
        recipe_file,
        "--members",
        10,
        "--out",
        tmp_path / "kept",
    )
    result = thalweg(*words)
    assert result.exit_code == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    header = next(place for place, line in enumerate(lines) if line[:2] == ["row", "label"])
    kept = polars.read_csv(tmp_path / "kept" / "audit.csv")
    assert [int(line[0]) for line in lines[header + 1 : header + 11]] == kept["row"].head(10).to_list()
    assert "row: the first row of data, below the header, is row 1." in result.stdout
    assert sorted(kept["row"]) == list(range(1, 121))


def test_pictures_are_called_by_their_files_whole_however_long(
    thalweg, tmp_path, recipe_file, quarters_dataset
):
    train = quarters_dataset.train
    for number, (picture, label) in enumerate(zip(train.raw[:60], train.labels[:60], strict=True)):
        path = tmp_path / "pets" / f"quarter {label}" / ("a folder in it " * 5).strip() / f"scan {number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path)
    words = (
        "audit",
        tmp_path / "pets",
        "--recipe",
        recipe_file,
        "--members",
        10,
        "--resize",
        "4,5",
        "--epochs",
        60,
    )
    result = thalweg(*words, "--out", tmp_path / "kept")
    assert result.exit_code == 0, result.stderr
    kept = polars.read_csv(tmp_path / "kept" / "audit.csv")
    assert {tmp_path / "pets" / file for file in kept["file"]} == {*(tmp_path / "pets").rglob("*.png")}
    printed = "".join(result.stdout.split())
    assert f"scan{kept['file'][0].rpartition('scan ')[2]}" in printed
    record = json.loads((tmp_path / "kept" / "audit.json").read_text("utf-8"))
    assert record["data"]["reading"] == {"resize": [4, 5]}
    assert record["result"]["suspects"][0]["file"] == kept["file"][0]


def test_too_many_wrong_labels_are_a_failure(thalweg, answers):
    words = ("audit", "--probabilities", answers, "--json")
    value = only_json(thalweg(*words))["estimated_errors"]["value"]
    assert value > 5
    assert thalweg(*words, "--fail-above", value + 1).exit_code == 0
    failed = thalweg(*words, "--fail-above", value - 1)
    assert failed.exit_code == 3
    assert "more than --fail-above" in failed.stderr
    assert "\n\nhint: " in failed.stderr
    assert "more than --fail-above" in thalweg(*words[:-1], "--quiet", "--fail-above", value - 1).stderr
    assert failed.stdout  # the result is printed all the same


@pytest.fixture
def answers(tmp_path):
    truth = np.arange(200) % 4
    labels = np.where(np.arange(200) % 9 == 0, (truth + 1) % 4, truth)
    sure = np.linspace(0.7, 1.0, 200)[:, None]
    probabilities = sure * np.eye(4)[truth] + (1 - sure) / 4
    np.savez(tmp_path / "answers.npz", probabilities=probabilities, labels=labels)
    return tmp_path / "answers.npz"


def test_a_time_is_said_before_a_thorough_audit(thalweg, quarters_file, monkeypatch):
    monkeypatch.setattr("thalweg.studies.label_audit.recipes.seconds_needed", lambda *given: 4000.0)

    def stop(*given, **more):
        raise KeyboardInterrupt

    monkeypatch.setattr("thalweg.studies.label_audit.kept.make_audit", stop)
    result = thalweg("audit", quarters_file, "--thorough")
    assert "about 66 min 40 s" in result.stderr
    assert result.exit_code == 130


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--share", "1"), 1, "share=1"),
        (("--members", "3"), 1, "3 members"),
        (("--split", "tests"), 2, "tests"),
        (("--fail-above", "-3"), 2, "--fail-above"),
        (("--fail-above", "nan"), 2, "nan is not a number of labels"),
        (("--thorough",), 2, "--thorough is a recipe of its own"),
        (("--resume", "x"), 2, "cannot be given with --resume"),
        (("--probabilities", "x"), 2, "cannot be given with --probabilities"),
    ],
)
def test_mistakes_are_named(thalweg, quick, words, code, message):
    result = thalweg(*quick, *words)
    assert result.exit_code == code
    assert message in result.stderr
    assert not result.stdout


def test_without_data_it_asks_for_them(thalweg):
    for words in ((), ("--members", "12"), ("--fail-above", "3")):
        result = thalweg("audit", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        asked = " ".join(result.stderr.split())
        assert "Give DATA" in asked
        assert "thalweg audit my.csv --label-column species" in asked
        assert "digits, mnist" in asked
        assert "--resume DIR" in asked


def test_what_can_be_refused_is_refused_before_the_data_are_read(thalweg, tmp_path, monkeypatch):
    from thalweg import data

    monkeypatch.setattr(data, "load", lambda *given, **more: pytest.fail("the data were read"))
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "thesis.txt").write_text("")
    for words, message in (
        (("--out", tmp_path / "there"), "not empty"),
        (("--out", tmp_path / "there" / "thesis.txt" / "x"), "is a file"),
        (("--members", "3"), "3 members"),
        (("--share", "2"), "share"),
        (("--set", "hiden=[3]"), "Did you mean 'hidden'?"),
    ):
        result = thalweg("audit", "digits", *words)
        assert (result.exit_code, result.stdout) == (1, ""), words
        assert message in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--set", "shift=2.0"), "augmentation moves pixels"),
        (("--set", "network=convnet"), "hint:"),
        (("--set", "learning_rate=[0.1, 0.2]"), "optimiser.learning_rate is a list"),
    ],
)
def test_a_recipe_that_does_not_fit_the_data_is_not_announced(thalweg, tmp_path, words, message):
    rows = [f"{n % 7},{n % 5},{'ab'[n % 2]}" for n in range(60)]
    (tmp_path / "my.csv").write_text("x,y,label\n" + "\n".join(rows) + "\n")
    result = thalweg("audit", tmp_path / "my.csv", "--recipe", "classic", *words, "--out", tmp_path / "kept")
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert "kept in" not in result.stderr
    assert not (tmp_path / "kept").exists()


def test_what_is_no_audit_cannot_be_resumed(thalweg, tmp_path):
    result = thalweg("audit", "--resume", tmp_path)
    assert result.exit_code == 1
    assert "not an audit" in result.stderr
    assert "hint:" in result.stderr


def test_an_estimator_of_ones_own_judges_by_its_import_path(thalweg, quarters_file, tmp_path):
    words = ("audit", quarters_file, "--estimator", "sklearn.tree:DecisionTreeClassifier", "--members", "12")
    found = only_json(thalweg(*words, "--out", tmp_path / "kept", "--json"))
    assert [judge["name"] for judge in found["panel"]] == ["estimator"]
    assert found["recipe"] is None
    kept = json.loads((tmp_path / "kept" / "audit.json").read_text("utf-8"))
    assert kept["estimator"] == "sklearn.tree:DecisionTreeClassifier"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("sklearn.tree:DecisionTree", "has no DecisionTree"),
        ("sklearn.svm:LinearSVC", "CalibratedClassifierCV"),
        ("no_such_module:Forest", "no module"),
        ("Forest", "is no import path"),
    ],
)
def test_an_estimator_that_cannot_judge_is_refused_before_anything_is_made(
    thalweg, quarters_file, tmp_path, path, said
):
    result = thalweg("audit", quarters_file, "--estimator", path, "--out", tmp_path / "kept")
    assert result.exit_code == 1
    assert said in result.stderr
    assert "hint:" in result.stderr
    assert not (tmp_path / "kept").exists()
