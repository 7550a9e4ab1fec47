"""Ten thousand classes: what is taken for what is written, drawn and read in proportion to the examples."""

import json

import numpy as np
import pytest

from tests.evaluation.fakes import certain, make_split
from thalweg.data.split import Scaling, TestSplit
from thalweg.errors import RunError
from thalweg.evaluation import accuracy
from thalweg.evaluation.diversity.measure import _if_independent, _if_independent_of_many
from thalweg.figures.making import draw
from thalweg.report.failures import known_failures
from thalweg.runs import results

CLASSES, EXAMPLES = 10_000, 120


@pytest.fixture(scope="module")
def record():
    labels = np.arange(EXAMPLES) % 60 * 100
    names = tuple(f"n{number}" for number in range(CLASSES))
    split = TestSplit(np.zeros((EXAMPLES, 4), np.float32), labels, names, Scaling.identity())
    predicted = np.stack([labels, np.where(labels == 300, 9_999, labels)])
    table = np.zeros((2, EXAMPLES, CLASSES), np.float32)
    np.put_along_axis(table, predicted[:, :, None], 1.0, axis=2)
    return accuracy(lambda inputs: table[:, : len(inputs)], split)


def content(record):
    test = record.to_json()
    pairs = {
        "confusion": record.confusion.to_json(),
        "ensemble_confusion": record.ensemble_confusion.to_json(),
    }
    return {
        "train_accuracy": None,
        "test_accuracy": test,
        "generalisation_gap": None,
        "hardest": [],
        "class_names": list(record.class_names),
        **pairs,
    }


def test_what_is_written_is_small_and_read_again(record, tmp_path):
    written = content(record)
    assert len(json.dumps({**written, "class_names": []})) < 20_000
    assert results.evaluation("accuracy", written, tmp_path / "evaluation" / "accuracy.json") is written
    assert record.arrays()["confusion_pairs"].shape == (61, 3)


def test_the_commonest_mistake_is_named(record):
    assert record.commonest_mistake.value == 0.5
    assert (
        "Which class is mistaken most often?",
        "n300, wrong 50.0 % of the time, most often taken for n9999",
    ) in [(question, answer) for question, answer in record.rows()]
    assert known_failures({"accuracy": content(record)}) == [
        "Its commonest mistake: 50.0 % of class “n300” are taken for “n9999”."
    ]


def test_it_is_drawn_with_the_classes_that_are_mistaken(record):
    arrays = {"test_member_accuracy": record.member_accuracy, "test_share_right": record.share_right}
    drawn = next(each for each in draw("accuracy", content(record), arrays) if each.name == "confusion")
    assert "Of 10,000 classes the 60 that are mistaken most often" in drawn.sentence
    assert drawn.table.rows == (("n300", "2", "n9999", "50.0 %"),)
    assert np.asarray(drawn.figure.data[0].z).shape == (60, 60)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"classes": 9_999}, "not of its classes"),
        ({"labels": [1]}, "not of its classes"),
        ({"classes": 10_001}, "10,001 classes, and 10,000 are named"),
    ],
)
def test_pairs_of_no_classes_are_refused(record, tmp_path, change, why):
    written = content(record)
    written["confusion"] = {**written["confusion"], **change}
    with pytest.raises(RunError, match=why):
        results.evaluation("accuracy", written, tmp_path / "accuracy.json")


def test_tables_that_are_not_square_are_refused(tmp_path):
    few = make_split(classes=3)
    record = accuracy(certain([few.labels], 3), few)
    written = content(record) if hasattr(record.confusion, "to_json") else None
    assert written is None  # a table, as of few classes
    whole = {
        "train_accuracy": None,
        "test_accuracy": record.to_json(),
        "generalisation_gap": None,
        "hardest": [],
        "class_names": list(record.class_names),
        "confusion": record.confusion.tolist(),
        "ensemble_confusion": [[1.0], [2.0, 3.0]],
    }
    with pytest.raises(RunError, match="ensemble_confusion: its table is not square"):
        results.evaluation("accuracy", whole, tmp_path / "accuracy.json")


def test_independent_answers_of_many_classes_are_those_of_a_table():
    generator = np.random.default_rng(4)
    labels, predicted = generator.integers(0, 7, 90), generator.integers(0, 7, (5, 90))
    np.testing.assert_allclose(
        _if_independent_of_many(predicted, labels, 7), _if_independent(predicted, labels, 7)
    )
