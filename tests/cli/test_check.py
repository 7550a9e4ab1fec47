"""Labels of an audit are drawn, checked, counted and corrected from the command line."""

import csv
import json

import numpy as np
import polars
import pytest
from click.testing import CliRunner
from PIL import Image

from thalweg.cli.main import cli

from .conftest import only_json

CLASSES = ("ash", "elm")


@pytest.fixture(scope="module")
def audited(tmp_path_factory, small_recipe):
    """A CSV of two clouds, 8 labels of 160 wrong, and its audit; which rows are wrong is `truth`."""
    folder = tmp_path_factory.mktemp("audited")
    small_recipe.save(folder / "recipe.toml")
    generator = np.random.default_rng(0)
    truth = np.arange(160) % 2
    given = truth.copy()
    given[:8] = 1 - given[:8]
    points = generator.standard_normal((160, 3)) + 3 * truth[:, None]
    lines = [f"{a:.4f},{b:.4f},{CLASSES[y]},{c:.4f}" for (a, b, c), y in zip(points, given, strict=True)]
    (folder / "trees.csv").write_text("\n".join(["a,b,kind,c", *lines]) + "\n")
    words = ("--recipe", folder / "recipe.toml", "--members", 10, "--label-column", "kind", "--json")
    words = ("audit", folder / "trees.csv", *words, "--out", folder / "kept")
    result = CliRunner().invoke(cli, [str(word) for word in words], prog_name="thalweg")
    assert result.exit_code == 0, result.stderr
    return folder, [CLASSES[number] for number in truth]


@pytest.fixture
def drawn(thalweg, audited, tmp_path):
    path = tmp_path / "check.csv"
    result = thalweg("audit", audited[0] / "kept", "--to-check", 40, "-o", path, "--json")
    assert only_json(result)["to_check"] == 40
    return path


def fill(path, truth, *, unsure=()):
    header, *rows = csv.reader(path.read_text("utf-8").splitlines())
    place = {name: header.index(name) for name in ("number", "row", "label", "answer", "correct_label")}
    for row in rows:
        right = truth[int(row[place["row"]]) - 1]
        row[place["answer"]] = "right" if row[place["label"]] == right else "wrong"
        row[place["correct_label"]] = "" if row[place["label"]] == right else right
        if int(row[place["number"]]) in unsure:
            row[place["answer"]], row[place["correct_label"]] = "unsure", ""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


def test_labels_of_a_finished_audit_are_drawn_without_another(thalweg, audited, tmp_path):
    path = tmp_path / "check.csv"
    result = thalweg("audit", audited[0] / "kept", "--to-check", 40, "-o", path)
    assert result.exit_code == 0, result.stderr
    for said in (
        f"40 labels to check: {path}",
        f"thalweg audit --check {path}",
        f"thalweg report {audited[0] / 'kept'}",
        f"thalweg audit --checked {path}",
    ):
        assert said in result.stdout
    header, *rows = csv.reader(path.read_text("utf-8").splitlines())
    assert len(rows) == 40
    assert header[-3:] == ["a", "b", "c"], "the values of the row, as they are written"
    lines = (audited[0] / "trees.csv").read_text().splitlines()
    first = lines[int(rows[0][1])].split(",")
    assert rows[0][-3:] == [first[0], first[1], first[3]]


def test_an_audit_that_is_made_draws_at_once(thalweg, audited, tmp_path):
    words = ("audit", audited[0] / "trees.csv", "--label-column", "kind", "--members", 10)
    words = (*words, "--recipe", audited[0] / "recipe.toml", "--out", tmp_path / "kept")
    result = thalweg(*words, "--to-check", 20, "-o", tmp_path / "check.csv", "--json")
    found = only_json(result)
    assert found["to_check"]["file"] == str(tmp_path / "check.csv")
    assert found["to_check"]["to_check"] == 20
    assert len(polars.read_csv(tmp_path / "check.csv")) == 20


def test_checked_labels_are_counted_first_and_kept(thalweg, audited, drawn):
    fill(drawn, audited[1])
    result = thalweg("audit", "--checked", drawn)
    assert result.exit_code == 0, result.stderr
    said = " ".join(result.stdout.split())
    assert said.index("How many labels are wrong, by") < said.index("By probabilities alone, under")
    assert "it holds whichever labels are wrong" in said
    found = only_json(thalweg("audit", "--checked", drawn, "--json"))
    low, high = found["wrong"]["interval"]
    assert low <= 8 <= high
    assert found["used"] == 40
    record = json.loads((audited[0] / "kept" / "audit.json").read_text("utf-8"))
    assert record["result"]["checked"]["wrong"] == found["wrong"]
    assert found["estimated_under_even_errors"] == record["result"]["estimated_errors"]


def test_a_corrected_copy_changes_what_people_said_and_no_more(thalweg, audited, drawn, tmp_path):
    fill(drawn, audited[1])
    target = tmp_path / "corrected.csv"
    found = only_json(thalweg("audit", "--checked", drawn, "--corrected", target, "--json"))
    before = (audited[0] / "trees.csv").read_text().splitlines()
    after = target.read_text().splitlines()
    changed = [place for place, (one, other) in enumerate(zip(before, after, strict=True)) if one != other]
    assert len(changed) == found["corrected"]["changed"] == found["found"] > 3
    for place in changed:
        one, other = before[place].split(","), after[place].split(",")
        assert [*one[:2], one[3]] == [*other[:2], other[3]]
        assert other[2] == audited[1][place - 1] != one[2]
    result = thalweg("audit", "--checked", drawn, "--corrected", target)
    assert result.exit_code == 1
    assert "something is there already" in result.stderr


def test_a_limit_is_judged_by_the_checked_count(thalweg, audited, drawn):
    fill(drawn, audited[1])
    assert thalweg("audit", "--checked", drawn, "--fail-above", 1).exit_code == 3
    assert thalweg("audit", "--checked", drawn, "--fail-above", 150).exit_code == 0


def test_an_audit_that_was_moved_is_named(thalweg, audited, drawn, tmp_path):
    fill(drawn, audited[1])
    text = drawn.read_text("utf-8")
    drawn.write_text(text.replace(str(audited[0] / "kept"), str(tmp_path / "gone")), "utf-8")
    result = thalweg("audit", "--checked", drawn)
    assert result.exit_code == 1
    assert f"its audit is no more at {tmp_path / 'gone'}" in result.stderr
    assert thalweg("audit", audited[0] / "kept", "--checked", drawn).exit_code == 0


def test_labels_of_another_audit_are_refused(thalweg, audited, drawn, tmp_path):
    fill(drawn, audited[1])
    text = drawn.read_text("utf-8")
    name = text.splitlines()[1].split(",")[7]
    drawn.write_text(text.replace(name, "0123456789-40-0"), "utf-8")
    result = thalweg("audit", "--checked", drawn)
    assert result.exit_code == 1
    assert "no labels were drawn here as '0123456789-40-0'" in result.stderr


def test_data_that_changed_since_are_refused(thalweg, audited, drawn, tmp_path):
    fill(drawn, audited[1])
    file = audited[0] / "trees.csv"
    text = file.read_text()
    try:
        file.write_text(text.replace("ash", "tmp").replace("elm", "ash").replace("tmp", "elm"))
        result = thalweg("audit", "--checked", drawn, "--corrected", tmp_path / "new.csv")
        again = thalweg("audit", audited[0] / "kept", "--to-check", 5, "-o", tmp_path / "more.csv")
    finally:
        file.write_text(text)
    for each in (result, again):
        assert each.exit_code == 1
        assert "is not the data that this was made of" in each.stderr
    assert not (tmp_path / "new.csv").exists()
    assert not (tmp_path / "more.csv").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--to-check", 0, "-o", "x.csv"), 1, "0 labels to check"),
        (("--to-check", 161, "-o", "x.csv"), 1, "161 labels to check of 160"),
        (("--to-check", 10), 2, "go together"),
        (("-o", "x.csv"), 2, "go together"),
        (("--to-check", 10, "-o", "x.csv", "--members", 3), 2, "--members cannot be given"),
        (("--to-check", 10, "-o", "x.csv", "--checked", "y.csv"), 2, "cannot be given together"),
        (("--corrected", "x.csv"), 2, "--corrected goes with --checked"),
        (("--checked", "none.csv"), 1, "no such file"),
        (("--fail-above", 3), 2, "--fail-above goes with"),
        ((), 2, "is an audit"),
    ],
)
def test_what_cannot_be_meant(thalweg, audited, tmp_path, monkeypatch, words, code, said):
    monkeypatch.chdir(tmp_path)
    result = thalweg("audit", audited[0] / "kept", *words)
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())


def test_too_many_are_refused_before_anything_is_trained(thalweg, audited, tmp_path):
    words = ("audit", audited[0] / "trees.csv", "--label-column", "kind", "--to-check", 161)
    result = thalweg(*words, "-o", tmp_path / "x.csv", "--out", tmp_path / "kept")
    assert result.exit_code == 1
    assert "expected 1 to 160" in result.stderr
    assert not (tmp_path / "kept").exists()


def test_nothing_filled_in(thalweg, drawn):
    result = thalweg("audit", "--checked", drawn)
    assert result.exit_code == 1
    assert "nothing is filled in" in result.stderr


@pytest.fixture
def pictures(thalweg, tmp_path, small_recipe):
    """A folder of 60 pictures, bright and dark, 4 of them in the wrong folder; audited, 30 drawn."""
    small_recipe.save(tmp_path / "recipe.toml")
    generator = np.random.default_rng(0)
    truth = {}
    for place in range(60):
        kind, given = ("dark", "bright")[place % 2], ("dark", "bright")[(place % 2) ^ (place < 4)]
        levels = generator.integers(0, 100, (8, 8)) + 150 * (place % 2)
        file = tmp_path / "lamps" / given / f"{place:02d}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(levels.astype(np.uint8)).save(file)
        truth[f"{given}/{place:02d}.png"] = kind
    words = ("--recipe", tmp_path / "recipe.toml", "--members", 10, "--out", tmp_path / "kept", "--json")
    only_json(thalweg("audit", tmp_path / "lamps", *words, "--to-check", 30, "-o", tmp_path / "check.csv"))
    return tmp_path, truth


def answered(thalweg, path, *keys):
    """Type these keys (a line each) at `thalweg audit --check`."""
    words = ["audit", "--check", str(path)]
    return CliRunner().invoke(cli, words, input="".join(f"{key}\n" for key in keys), prog_name="thalweg")


def test_a_folder_of_pictures_from_audit_to_corrected_copy(thalweg, pictures):
    folder, truth = pictures
    table = polars.read_csv(folder / "check.csv")
    assert table["picture"][0] == str(folder / "lamps" / table["file"][0])
    keys = []
    for file, label, suggested in table.select("file", "label", "suggested_label").iter_rows():
        if truth[file] == label:
            keys.append("r")
        else:
            keys += ["a"] if suggested == truth[file] else ["c", truth[file]]
    result = answered(thalweg, folder / "check.csv", *keys)
    assert result.exit_code == 0, result.stderr
    assert "30 of 30 answered" in result.stdout
    assert "@" in result.stdout, "pictures are drawn in characters"
    checked = thalweg("audit", "--checked", folder / "check.csv", "--corrected", folder / "new", "--json")
    found = only_json(checked)
    low, high = found["wrong"]["interval"]
    assert low <= 4 <= high
    moved = [file for file in truth if not (folder / "new" / file).exists()]
    assert len(moved) == found["corrected"]["changed"] > 0
    for file in moved:
        copy = folder / "new" / truth[file] / file.partition("/")[2]
        assert copy.read_bytes() == (folder / "lamps" / file).read_bytes()
    assert len(list((folder / "new").rglob("*.png"))) == 60


def test_answers_by_keys_go_on_where_they_stopped(thalweg, drawn):
    first = answered(thalweg, drawn, "r", "w", "x", "s", "q")
    assert "'x' is no key" in first.stdout
    assert "3 of 40 answered: 1 right, 1 wrong, 1 unsure." in first.stdout
    assert f"go on: thalweg audit --check {drawn}" in first.stdout
    again = answered(thalweg, drawn, "u", "r", "u", "c", "elk", "", "q")
    assert "4 of 40" in again.stdout
    assert "Nothing to undo." in again.stdout
    assert "Taken back." in again.stdout
    assert "'elk' is no class. Did you mean 'elm'?" in again.stdout
    assert "4 of 40 answered: 1 right, 2 wrong, 1 unsure." in again.stdout
    assert polars.read_csv(drawn)["answer"].to_list()[:5] == ["right", "wrong", "unsure", "wrong", None]


def test_the_end_of_the_input_ends_it_with_all_saved(thalweg, drawn):
    result = answered(thalweg, drawn, "r")
    assert result.exit_code == 0
    assert "1 of 40 answered" in result.stdout


def test_an_archive_is_corrected(thalweg, tmp_path, small_recipe):
    small_recipe.save(tmp_path / "recipe.toml")
    generator = np.random.default_rng(0)
    truth = np.arange(80) % 2
    given = truth.copy()
    given[:5] = 1 - given[:5]
    features = generator.standard_normal((80, 3)) + 4 * truth[:, None]
    np.savez(tmp_path / "a.npz", features=features, labels=given)
    words = ("--recipe", tmp_path / "recipe.toml", "--members", 10, "--out", tmp_path / "kept", "--json")
    only_json(thalweg("audit", tmp_path / "a.npz", *words, "--to-check", 80, "-o", tmp_path / "check.csv"))
    table = polars.read_csv(tmp_path / "check.csv", infer_schema=False)
    right = [str(truth[int(index)]) for index in table["index"]]
    said = ["right" if one == other else "wrong" for one, other in zip(table["label"], right, strict=True)]
    correct = [new if answer == "wrong" else "" for new, answer in zip(right, said, strict=True)]
    table.with_columns(polars.Series("answer", said), polars.Series("correct_label", correct)).write_csv(
        tmp_path / "check.csv"
    )
    words = ("audit", "--checked", tmp_path / "check.csv", "--corrected", tmp_path / "b.npz", "--json")
    found = only_json(thalweg(*words))
    assert found["wrong"] == {"value": 5.0, "interval": [5.0, 5.0]}, "all were looked at"
    with np.load(tmp_path / "b.npz") as new:
        np.testing.assert_array_equal(new["labels"], truth)
        np.testing.assert_array_equal(new["features"], features)
    result = thalweg(*words[:-2], tmp_path / "b.csv")
    assert "expected a name that ends with .npz" in result.stderr
