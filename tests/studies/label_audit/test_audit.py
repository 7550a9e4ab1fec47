import json
from dataclasses import replace

import numpy as np
import polars
import pytest

import thalweg as tw
from tests.studies.judged import simulated
from tests.studies.label_audit.test_suspicion import overlapping
from thalweg.data.identity import Cells
from thalweg.data.label_noise import flip_labels
from thalweg.errors import DataError, RunError, StudyError
from thalweg.networks import Mlp
from thalweg.runs.audit import open_audit
from thalweg.studies.label_audit import kept as audit_files
from thalweg.studies.label_audit.audit import audit
from thalweg.studies.label_audit.confusion import learn_confusion
from thalweg.studies.label_audit.error_count import floor_of
from thalweg.studies.label_audit.evidence import given_evidence
from thalweg.studies.label_audit.kept import AuditInterrupted, make_audit, resume_audit
from thalweg.studies.label_audit.pool import joined, pool_of
from thalweg.studies.label_audit.suspects import LONGEST, MOST_COLUMNS
from thalweg.studies.label_audit.suspicion import suspicion
from thalweg.training import Adam, Recipe

QUICK = Recipe(
    network=Mlp((12,), activation="relu"), optimiser=Adam(0.01), batch_size=20, epochs=6, name="quick"
)


def clouds(seed, examples=240, spread=0.6):
    generator = np.random.default_rng(seed)
    labels = np.arange(examples) % 3
    centres = np.array([[2.0, 0, 0, 1], [0, 2, 0, -1], [0, 0, 2, 0]])
    return (centres[labels] + spread * generator.normal(size=(examples, 4))).astype(np.float32), labels


@pytest.fixture(scope="module")
def planted():
    features, truth = clouds(0)
    return features, flip_labels(truth, classes=3, seed=1, flips=12)


@pytest.fixture(scope="module")
def found(planted):
    features, noisy = planted
    return audit(features, noisy.labels, recipe=QUICK, members=10)


@pytest.fixture(scope="module")
def table_file(tmp_path_factory, planted):
    path = tmp_path_factory.mktemp("table") / "clouds.csv"
    features, noisy = planted
    columns = {f"x{number}": column for number, column in enumerate(features.T)}
    species = np.array(["oak", "elm", "yew"])[noisy.labels]
    polars.DataFrame({**columns, "species": species}).write_csv(path)
    return path


@pytest.fixture(scope="module")
def dataset(table_file):
    return tw.load(table_file, label_column="species")


def test_planted_errors_come_first_in_the_order_of_the_arrays(found, planted):
    _, noisy = planted
    table = found.table()
    assert table["suspicion"].is_sorted(descending=True)
    assert noisy.flipped[table["example"].head(12).to_numpy()].mean() > 0.8
    assert set(table["example"]) == set(range(240))
    assert set(table["split"]) == {"train"}
    low, high = found.errors.wrong.interval
    assert low <= 12 <= high


def test_the_table_says_what_it_promises(found, planted):
    table = found.table()
    promised = ("split", "example", "label", "suggested_label", "suspicion", "agreement", "memorisation")
    assert set(promised) <= set(table.columns)
    np.testing.assert_array_equal(table.sort("example")["label"], planted[1].labels)
    assert table["judges"].unique().to_list() == [3]  # 10 members, 70 % each: three leave each example out
    assert (table["memorisation_low"] < table["memorisation_high"]).all()
    assert (table["memorisation_low"] <= table["memorisation"]).all()
    assert (table["memorisation"] <= table["memorisation_high"]).all()
    inside = table.select(
        (
            (polars.col("confidence_low") <= polars.col("confidence")) & (polars.col("confidence_high") <= 1)
        ).all()
    )
    assert inside.item()
    first = table.row(0, named=True)
    assert first["suggested_label"] != first["label"]


def test_memorisation_is_never_known_exactly(found):
    """Seven of ten members trained on an example: 7 of 7 and 3 of 3 are few, and no share is sure."""
    table = found.table().filter(polars.col("judges") == 3)
    assert table["memorisation_error"].min() > 0.1
    always = table.filter((polars.col("memorisation") == 0) & (polars.col("agreement") == 1))
    always = always.filter(polars.col("label") == polars.col("suggested_label"))
    assert always.height > 100
    # one right and one wrong answer added to both: 8 of 9, and 4 of 5 (Agresti & Caffo 2000)
    error = np.sqrt(8 / 9 * 1 / 9 / 9 + 4 / 5 * 1 / 5 / 5)
    np.testing.assert_allclose(always["memorisation_error"], error)
    # Newcombe's hybrid of Wilson's ends, 0.6457 of 7 and 0.4385 of 3
    np.testing.assert_allclose(always["memorisation_low"], 0.6457 - 1, atol=1e-4)
    np.testing.assert_allclose(always["memorisation_high"], 1 - 0.4385, atol=1e-4)


def test_no_member_judges_what_it_trained_on(planted):
    """A network that learns every label by heart would give each label all its belief."""
    features, noisy = planted
    by_heart = Recipe(network=Mlp((200,), activation="relu"), optimiser=Adam(0.02), batch_size=20, epochs=60)
    found = audit(features, noisy.labels, recipe=by_heart, members=10)
    wrong, right = (
        found.evidence.of_labels(noisy.labels)[mask].mean() for mask in (noisy.flipped, ~noisy.flipped)
    )
    assert wrong < 0.4 < right
    assert found.evidence.gained[noisy.flipped].mean() > 0.3
    assert found.evidence.memorisation[noisy.flipped].mean() > 0.3


def test_json_is_plain_and_complete(found):
    content = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert content["examples"] == 240
    value, (low, high) = content["estimated_errors"]["value"], content["estimated_errors"]["interval"]
    assert 0 <= low <= value <= high
    assert len(content["most_suspicious"]) == 10
    assert any("wrong" in question for question, _ in found.rows())
    assert "gallery_images" not in found.arrays()


def test_pictures_are_kept_for_a_gallery(quarters_dataset):
    found = audit(quarters_dataset, recipe=QUICK, members=10)
    arrays = found.arrays()
    assert arrays["gallery_images"].shape == (137, 6, 6)
    both = np.concatenate([quarters_dataset.train.raw, quarters_dataset.test.raw])
    np.testing.assert_array_equal(arrays["gallery_images"], both[arrays["gallery"]])
    sizes = dict(found.table()["split"].value_counts().iter_rows())
    assert sizes == {"train": 97, "test": 40}
    assert found.table().filter(polars.col("split") == "test")["example"].sort().to_list() == list(range(40))


def test_one_split_alone(quarters_dataset):
    assert len(pool_of(quarters_dataset, None, "train").judged) == 97
    test = audit(quarters_dataset, split="test", recipe=QUICK, members=10)
    assert len(test) == 40
    assert set(test.evidence.times) == {10}  # nobody trains on the test split, so everybody judges
    assert test.table()["memorisation"].null_count() == 40
    np.testing.assert_array_equal(test.labels, quarters_dataset.test.labels)


def test_rows_of_one_file_are_found_again(dataset, planted):
    pool = pool_of(dataset, None, "all")
    row = pool.judged.identity.row
    assert sorted(row.tolist()) == list(range(1, 241))
    names = np.array(pool.train.class_names)
    species = np.array(["oak", "elm", "yew"])[planted[1].labels]
    np.testing.assert_array_equal(names[pool.train.labels], species[row - 1])


def test_two_files_are_two_parts_in_their_own_order(table_file, tmp_path, planted):
    second = tmp_path / "second.csv"
    polars.read_csv(table_file).reverse().head(60).write_csv(second)
    both = joined(*(tw.load(path, label_column="species") for path in (table_file, second)))
    pool = pool_of(both, None, "all")
    assert (pool.part == "train").sum() == 240
    called = pool.judged.identity
    assert called.file.tolist() == ["clouds.csv"] * 240 + ["second.csv"] * 60
    assert called.row.tolist() == [*range(1, 241), *range(1, 61)]
    cells = called.cells(np.array([3, 243])).values
    assert cells[1] == tuple(polars.read_csv(second, infer_schema=False).row(3)[:4])
    assert cells[0] == tuple(polars.read_csv(table_file, infer_schema=False).row(3)[:4])
    species = np.array(["oak", "elm", "yew"])[planted[1].labels]
    names = np.array(both.class_names)[pool.train.labels]
    np.testing.assert_array_equal(names, [*species, *species[::-1][:60]])
    np.testing.assert_allclose(both.test.raw, planted[0][::-1][:60], rtol=1e-5)
    asked = {"recipe": QUICK, "members": 10, "test_source": str(second)}
    kept, _ = make_audit(replace(both, source=str(table_file)), **asked, out=tmp_path / "kept")
    assert audit_files.load_again(kept, None).content_hash == both.content_hash
    with pytest.raises(StudyError, match="of its own"):
        joined(both, both)


def test_given_probabilities_train_nothing(planted, monkeypatch):
    _, noisy = planted
    monkeypatch.setattr("thalweg.studies.label_audit.judges.networks.gather_evidence", None)
    answers = np.full((240, 3), 0.1)
    answers[np.arange(240), np.arange(240) % 3] = 0.8
    found = audit(None, noisy.labels, probabilities=answers)
    assert noisy.flipped[found.table()["example"].head(12).to_numpy()].all()
    assert "duplicate_label" not in found.table().columns
    several = audit(None, noisy.labels, probabilities=np.stack([answers, answers]))
    np.testing.assert_allclose(several.suspicion, found.suspicion)


def test_suspicions_add_up_to_the_number_that_the_count_expects():
    answers, noisy = simulated(2, flips=200)
    found = audit(None, noisy.labels, probabilities=answers)
    assert found.errors.expected == pytest.approx(200, rel=0.15)
    assert found.suspicion.sum() == pytest.approx(found.errors.expected, rel=1e-6)


def test_where_wrong_labels_cannot_be_told_from_none_no_confusion_is_believed():
    answers, noisy = overlapping(0, 30, examples=300)
    floor = floor_of(answers, noisy.labels)
    assert floor.believed == 0 < floor.rate.value
    found = audit(None, noisy.labels, probabilities=answers)
    evidence = given_evidence(answers, len(answers))
    confusion = learn_confusion(answers, noisy.labels, floor=0.0)
    np.testing.assert_array_equal(
        np.argsort(found.suspicion), np.argsort(suspicion(evidence, noisy.labels, confusion))
    )


def test_duplicates_with_other_labels_are_named():
    features, labels = clouds(3, examples=60)
    features[31] = features[30]
    found = audit(features, labels, recipe=QUICK, members=10)
    row = found.table().filter(polars.col("example") == 31).row(0, named=True)
    assert (row["duplicate_split"], row["duplicate_example"], row["duplicate_label"]) == ("train", 30, 0)
    assert found.table()["duplicate_label"].null_count() == 58


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"share": 1.0}, "share=1"),
        ({"share": 0.0}, "share=0"),
        ({"members": 3}, "3 members"),
        ({"split": "tset"}, "Did you mean 'test'"),
        ({"thorough": True}, "a recipe and thorough"),
        ({"probabilities": np.full((5, 3), 1 / 3)}, r"\(5, 3\) for 240 labels"),
        ({"probabilities": np.full((240, 4), 1 / 4)}, "4 classes for labels of 3"),
    ],
)
def test_what_cannot_be_audited_is_named_before_any_training(planted, monkeypatch, change, message):
    monkeypatch.setattr("thalweg.training.population.train", None)
    with pytest.raises(StudyError, match=message):
        audit(planted[0], planted[1].labels, **{"recipe": QUICK, "members": 10, **change})


def test_labels_that_cannot_be_audited(planted, monkeypatch):
    monkeypatch.setattr("thalweg.training.population.train", None)
    features, _ = planted
    lonely = np.array([0] * 120 + [1] * 119 + [2])
    with pytest.raises(StudyError, match="class '2' has 1 example"):
        audit(features, lonely, recipe=QUICK)
    with pytest.raises((StudyError, DataError), match=r"class|equal"):
        audit(features, np.zeros(240, int), recipe=QUICK)
    with pytest.raises(DataError, match="239 labels"):
        audit(features, lonely[1:], recipe=QUICK)
    with pytest.raises(StudyError, match="without labels"):
        audit(features, recipe=QUICK)
    with pytest.raises(StudyError, match="rows of 4 features"):
        audit(features, np.arange(240) % 3, thorough=True)


def test_everything_is_kept_whole(dataset, tmp_path):
    kept, found = make_audit(dataset, recipe=QUICK, members=10, out=tmp_path / "a")
    assert sorted(path.name for path in kept.path.iterdir()) == [
        "audit.csv",
        "audit.json",
        "audit.npz",
        "audit.parquet",
    ]
    parquet = polars.read_parquet(kept.path / "audit.parquet")
    assert parquet.equals(found.table())
    assert set(parquet["label"]) == {"oak", "elm", "yew"}
    assert polars.read_csv(kept.path / "audit.csv").columns == parquet.columns
    record = json.loads((kept.path / "audit.json").read_text("utf-8"))
    assert record["result"]["table"] == str(kept.path / "audit.parquet")
    assert open_audit(kept.path).finished
    with pytest.raises(RunError, match="finished"):
        resume_audit(kept.path)
    with pytest.raises(RunError, match="not empty"):
        make_audit(dataset, recipe=QUICK, members=10, out=kept.path)


def test_a_stopped_audit_goes_on_to_the_same_end(dataset, tmp_path, monkeypatch):
    asked = {"recipe": QUICK, "members": 20}
    _, whole = make_audit(dataset, **asked, out=tmp_path / "whole")

    def stop(name, place, count):
        if place == 1:
            raise KeyboardInterrupt

    with pytest.raises(AuditInterrupted) as caught:
        make_audit(dataset, **asked, out=tmp_path / "stopped", progress=stop)
    assert caught.value.command == f"thalweg audit --resume {tmp_path / 'stopped'}"
    from thalweg.studies import subsets

    trained, really = [], subsets._tally_chunk
    monkeypatch.setattr(
        subsets, "_tally_chunk", lambda *given, **more: trained.append(given[2]) or really(*given, **more)
    )
    kept, again = resume_audit(tmp_path / "stopped")
    assert trained == [range(10, 20)]
    np.testing.assert_array_equal(again.suspicion, whole.suspicion)
    assert not (kept.path / "parts").exists()


def test_the_suspects_are_the_rows_of_the_file(dataset, table_file, tmp_path):
    kept, found = make_audit(dataset, recipe=QUICK, members=10, out=tmp_path / "a", split="test")
    rows = polars.read_csv(table_file, infer_schema=False)
    table = polars.read_csv(kept.path / "audit.csv")
    result = kept.result
    assert len(result["suspects"]) == len(table) == 49
    assert result["features"] == ["x0", "x1", "x2", "x3"]
    for suspect, (row, label, suspected) in zip(
        result["suspects"], table.select("row", "label", "suspicion").iter_rows(), strict=True
    ):
        *values, species = rows.row(suspect["row"] - 1)
        assert (suspect["row"], suspect["label"], suspect["values"]) == (row, label, values)
        assert (species, suspect["called"]) == (label, f"row {row}")
        assert suspect["suspicion"] == pytest.approx(suspected)
    assert [one["row"] for one in result["most_suspicious"]] == table["row"].head(10).to_list()
    assert "duplicate_row" in table.columns
    arrays = kept.arrays()
    assert arrays["gallery_row"].tolist() == [one["row"] for one in result["suspects"]]
    assert arrays["gallery_called"].tolist() == [one["called"] for one in result["suspects"]]
    assert "gallery_images" not in found.arrays()


def test_wide_rows_and_long_cells_are_cut(found):
    cells = Cells(tuple(map(str, range(150))), (("x" * 300,) * 150,) * len(found.gallery))
    kept = replace(found, gallery_cells=cells).to_json()
    assert len(kept["features"]) == MOST_COLUMNS
    assert {len(suspect["values"]) for suspect in kept["suspects"]} == {MOST_COLUMNS}
    assert kept["suspects"][0]["values"][0] == "x" * (LONGEST - 1) + "\u2026"


def test_nothing_is_left_of_what_was_refused(dataset, tmp_path):
    with pytest.raises(StudyError):
        make_audit(dataset, recipe=QUICK, members=10, share=1.0, out=tmp_path / "none")
    assert not (tmp_path / "none").exists()
    with pytest.raises(RunError, match="no such audit"):
        audit_files.open_audit(tmp_path / "none")
