from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies
from sklearn.naive_bayes import GaussianNB

import thalweg as tw
from tests.studies.blobs import blobs
from thalweg.errors import EvaluationError

DATA = blobs(60)


def test_what_members_answer_is_evaluated_later_as_they_are(tmp_path):
    dataset = DATA.hold_out(0.2)
    members = tw.ensemble(GaussianNB(), dataset, members=4, bootstrap=True)
    path = tw.evaluation.save_answers(members, dataset, tmp_path / "new" / "answers.npz")
    model, again = tw.models.load_probabilities(path)
    assert again.class_names == dataset.class_names
    assert len(again.validation) == 12
    for measure in (tw.evaluation.accuracy, tw.evaluation.calibration, tw.evaluation.diversity):
        assert measure(model, again.test).to_json() == measure(members, dataset.test).to_json()
    assert [each.name for each in path.parent.iterdir()] == ["answers.npz"]


NAMES = strategies.lists(
    strategies.text(strategies.characters(categories=["L", "N"]), min_size=1, max_size=4),
    min_size=2,
    max_size=5,
    unique=True,
)


@settings(max_examples=30, deadline=None)
@given(NAMES, strategies.integers(0, 99))
def test_columns_are_those_of_the_classes_whatever_they_are_called(tmp_path_factory, names, seed):
    """Also where names are numbers, in another order than the classes'."""
    generator = np.random.default_rng(seed)
    numbers = np.arange(12) % len(names)
    labels = numbers.astype(np.int32)
    test = tw.data.dataset.TestSplit(generator.random((12, 2)).astype(np.float32), labels, tuple(names))
    dataset = tw.Dataset("named", test)
    answers = generator.dirichlet(np.ones(len(names)), (3, 12)).astype(np.float32)
    path = tmp_path_factory.mktemp("kept") / "answers.npz"
    tw.evaluation.save_answers(lambda inputs: answers, dataset, path)
    model, again = tw.models.load_probabilities(path)
    np.testing.assert_array_equal(model.table, answers)
    assert again.class_names == tuple(names)
    np.testing.assert_array_equal(again.test.labels, numbers)


@pytest.mark.parametrize("name", ["answers.csv", "answers"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(EvaluationError, match=r"kept as .npz"):
        tw.evaluation.save_answers(lambda inputs: inputs, DATA, tmp_path / name)


def test_where_nothing_can_be_written_what_was_there_stays(tmp_path):
    (tmp_path / "file").write_text("")
    members = tw.ensemble(GaussianNB(), DATA, members=1)
    with pytest.raises(EvaluationError, match="cannot be written"):
        tw.evaluation.save_answers(members, DATA, tmp_path / "file" / "answers.npz")
