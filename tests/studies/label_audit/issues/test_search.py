"""Everything at once, as an audit does it: what is said, kept and listed."""

import json
import warnings

import numpy as np
import polars
import pytest

from thalweg.data.dataset import Dataset, Scaling, TestSplit, TrainSplit
from thalweg.data.identity import Identity
from thalweg.studies.label_audit import audit
from thalweg.studies.label_audit.issues.listing import OF_EACH, SHOWN
from thalweg.studies.label_audit.issues.record import IN_SHORT


def sure(labels, classes=3):
    return np.eye(classes)[labels] * 0.9 + 0.1 / classes


def planted(pictures=False):
    """A data set of 160 and 60 examples with a leak, a contradiction, and an outlier."""
    generator = np.random.default_rng(0)
    raw = generator.normal(size=(220, 6)).astype(np.float32)
    scaling = Scaling.standard(raw)
    if pictures:
        raw, scaling = generator.integers(0, 256, (220, 8, 8)).astype(np.uint8), Scaling.pixels()
    labels = (np.arange(220) % 3).astype(np.int32)
    raw[200] = raw[4]  # test 40 is train 4
    labels[200] = labels[4]
    raw[30], labels[30], labels[31] = raw[31], 0, 1
    if not pictures:
        raw[50] = 40.0
    names = ("cat", "dog", "owl")
    index = Identity(row=np.arange(1, 221))
    train = TrainSplit(raw[:160], labels[:160], names, scaling, index.take(slice(0, 160)))
    test = TestSplit(raw[160:], labels[160:], names, scaling, index.take(slice(160, 220)))
    return Dataset("planted", test, train), labels


@pytest.fixture(scope="module")
def found():
    dataset, labels = planted()
    return audit(dataset, probabilities=sure(labels))


def test_leaks_are_said_first(found):
    assert found.rows()[0] == (
        "Test examples that the training part has too",
        "1 of 60, the very same; accuracy on them is memory",
    )
    from thalweg.cli.headline import headline_of_audit

    assert headline_of_audit(found)[0] == "1 of 60 test examples are in the training part too."


def test_every_kind_is_said_in_a_row(found):
    rows = dict(found.rows())
    assert rows["Copies"] == "4 examples in 2 groups, the very same; labels differ in 1"
    assert rows["Unlike all others"].startswith("1 example stands apart")
    assert rows["The very same inputs with other labels"].startswith(
        "2 examples in 1 group: 1 label at least"
    )
    assert rows["Looked for and not found"] == "classes that overlap"
    assert len(found.rows()) <= 12


def test_the_table_has_a_row_for_each(found):
    table = found.issues.table()
    assert table.columns == [
        "issue",
        "group",
        "split",
        "example",
        "row",
        "label",
        "in_both_parts",
        "exact",
        "distance",
        "score",
    ]
    copies = table.filter(polars.col("issue") == "copy")
    leak = copies.filter(polars.col("in_both_parts"))
    assert leak.select("split", "example", "row").rows() == [("train", 4, 5), ("test", 40, 201)]
    assert table.filter(polars.col("issue") == "outlier")["row"].to_list() == [51]
    assert table.filter(polars.col("issue") == "contradiction")["label"].to_list() == ["cat", "dog"]


def test_json_says_who_they_are_and_is_plain(found):
    issues = json.loads(json.dumps(found.to_json(), allow_nan=False))["issues"]
    assert (issues["copies"]["leaked"], issues["copies"]["test_examples"]) == (1, 60)
    first = issues["copies"]["listed"][0]
    assert (first["size"], first["splits"], first["labels"]) == (2, ["test", "train"], {"dog": 2})
    assert [one["called"] for one in first["examples"]] == ["row 5", "row 201"]
    assert issues["outliers"]["listed"][0]["called"] == "row 51"
    assert issues["outliers"]["listed"][0]["apart"]
    assert len(issues["outliers"]["listed"]) == SHOWN
    assert issues["contradictions"]["least_wrong"] == 1
    assert issues["not_asked"] == {}


def test_in_short_keeps_one_list_of_labels(found):
    short, whole = found.in_short(), found.to_json()
    assert len(short["most_suspicious"]) == 10
    assert "suspects" not in short
    assert "suspects" in whole
    assert len(short["issues"]["outliers"]["listed"]) == IN_SHORT
    assert len(json.dumps(short)) < 20_000
    assert {key for key in whole if key not in short} == {"suspects", "features"}


def test_rows_that_luck_makes_alike_are_called_so_and_do_not_lead():
    rows = np.random.default_rng(0).integers(0, 2, (240, 5)).astype(np.float32)
    labels = (np.arange(240) % 3).astype(np.int32)
    names, scaling = ("cat", "dog", "owl"), Scaling.standard(rows)
    dataset = Dataset(
        "few",
        TestSplit(rows[200:], labels[200:], names, scaling),
        TrainSplit(rows[:200], labels[:200], names, scaling),
    )
    made = audit(dataset, probabilities=sure(labels))
    said = dict(made.rows())
    assert said["Rows of the same values"] == "240 examples in 32 groups, as by luck"
    assert not any("training part" in question for question in said)
    assert made.issues.said_first() == []
    copies = made.to_json()["issues"]["copies"]
    assert (copies["is_luck"], copies["is_leak"], copies["leaked"]) == (True, False, 40)


def test_large_groups_show_each_part_and_label():
    dataset, labels = planted()
    raw = np.concatenate([dataset.train.raw, dataset.test.raw])
    raw[:20] = raw[100]
    raw[219] = raw[100]
    again = Dataset(
        "planted",
        TestSplit(raw[160:], labels[160:], dataset.class_names, dataset.train.scaling),
        TrainSplit(raw[:160], labels[:160], dataset.class_names, dataset.train.scaling),
    )
    first = audit(again, probabilities=sure(labels)).issues.content()["copies"]["listed"][0]
    assert first["size"] == 22
    assert len(first["examples"]) == OF_EACH
    assert {one["split"] for one in first["examples"]} == {"train", "test"}
    assert {one["label"] for one in first["examples"]} == {"cat", "dog", "owl"}


def test_pictures_are_kept_in_the_order_of_the_list():
    dataset, labels = planted(pictures=True)
    made = audit(dataset, probabilities=sure(labels))
    arrays = made.arrays()
    listed = made.to_json()["issues"]
    copies = [one for group in listed["copies"]["listed"] for one in group["examples"]]
    assert arrays["issues_copies_images"].shape == (len(copies), 8, 8)
    both = np.concatenate([dataset.train.raw, dataset.test.raw])
    for one, image in zip(copies, arrays["issues_copies_images"], strict=True):
        np.testing.assert_array_equal(image, both[one["row"] - 1])
    assert len(arrays["issues_outliers_images"]) == len(listed["outliers"]["listed"])
    assert listed["copies"]["by_luck"] is None


def test_the_test_part_alone_is_told_of_its_leaks_only():
    dataset, labels = planted()
    made = audit(dataset, split="test", probabilities=sure(labels[160:]))
    assert (made.issues.leaked, made.issues.copies.count) == (1, 1)
    assert made.issues.contradictions.count == 0
    assert len(made.issues.outliers.score) == 60
    assert made.issues.table()["split"].to_list() == ["train", "test"] or made.issues.table().height == 2


def test_without_inputs_classes_are_compared_alone():
    labels = np.arange(90) % 3
    made = audit(None, labels, probabilities=sure(labels))
    assert made.issues.copies is None
    assert set(made.issues.not_asked) == {"copies", "outliers", "contradictions"}
    assert made.issues.table().height == 0
    assert made.to_json()["issues"]["outliers"] is None


def test_what_nobody_recognises_is_not_compared():
    labels = np.arange(90) % 3
    made = audit(np.random.default_rng(0).normal(size=(90, 2)), labels, probabilities=np.full((90, 3), 1 / 3))
    assert made.issues.overlaps is None
    assert "overlaps" in made.issues.not_asked
    content = made.to_json()
    assert content["suspicious"] is None
    assert content["not_counted"] == made.verdict


generator = np.random.default_rng(7)
ODD = {
    "twelve": generator.normal(size=(12, 3)),
    "constant": np.ones((60, 4)),
    "one row": np.tile(generator.normal(size=(1, 5)), (80, 1)),
    "a constant column": np.c_[generator.normal(size=(99, 3)), np.ones(99)],
    "imputed": np.where(generator.random((150, 4)) < 0.5, 0.0, generator.normal(size=(150, 4))),
    "categories": np.eye(4)[generator.integers(0, 4, (150, 3))].reshape(150, -1),
    "one column": generator.normal(size=(99, 1)),
    "thrice": np.repeat(generator.normal(size=(40, 4)), 3, 0),
    "huge": generator.normal(size=(60, 3)) * 1e30,
    "tiny": generator.normal(size=(60, 3)) * 1e-30,
    "blank pictures": np.zeros((60, 8, 8), np.uint8),
    "pictures of a pixel": generator.integers(0, 256, (60, 1, 1)).astype(np.uint8),
    "thin pictures": generator.integers(0, 256, (60, 2, 9)).astype(np.uint8),
    "colour": generator.integers(0, 256, (40, 40, 36, 3)).astype(np.uint8),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_inputs_crash_nothing_and_make_no_nonsense(name):
    inputs = ODD[name]
    labels = np.arange(len(inputs)) % 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = audit(inputs, labels, probabilities=sure(labels))
        json.dumps(made.to_json(), allow_nan=False)
        made.arrays()
    issues = made.issues
    assert "nan" not in str(made.rows()).lower()
    assert issues.copies.count == (np.bincount(np.maximum(issues.copies.group, -1) + 1)[1:]).sum()
    assert issues.copies.exactly <= issues.copies.count <= len(inputs)
    assert issues.outliers is None or np.isfinite(issues.outliers.score).all()
    if name in ("constant", "one row", "blank pictures"):
        assert issues.copies.exactly == len(inputs)
        assert issues.outliers is None
        assert "different examples" in issues.not_asked["outliers"]
    if name in ("twelve", "one column", "colour", "huge", "a constant column"):
        assert issues.copies.exactly == 0
