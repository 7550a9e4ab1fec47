import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.classifier import as_classifier, predictions
from thalweg.evaluation.shift import changed as changed_pictures
from thalweg.evaluation.shift.changed import answered, some_pictures, unchanged


def test_answers_are_those_of_predictions():
    population, split = FakePopulation.random(3), make_split()
    expected = predictions(population, split)
    found = answered(as_classifier(population), split, unchanged, 0)
    np.testing.assert_array_equal(found.right, expected.predicted == split.labels)
    np.testing.assert_array_equal(found.confidence, expected.confidence)
    np.testing.assert_array_equal(found.ensemble_right, expected.ensemble_predicted == split.labels)
    np.testing.assert_array_equal(found.ensemble_confidence, expected.ensemble_confidence)
    assert (found.members, found.examples) == (3, 60)


def test_blocks_of_pictures_are_changed_each_by_a_seed_of_its_own(monkeypatch):
    monkeypatch.setattr(changed_pictures, "BYTES_AT_ONCE", 25 * 16 * 4)
    population, split, seen = FakePopulation.random(3), make_split(), []

    def noted(pictures, seed):
        seen.append((len(pictures), seed))
        return pictures

    found = answered(as_classifier(population), split, noted, 7)
    assert [examples for examples, _ in seen] == [25, 25, 10]
    assert seen[0][1] == 7
    assert len({seed for _, seed in seen}) == 3
    np.testing.assert_array_equal(found.right, predictions(population, split).predicted == split.labels)


def test_members_that_come_and_go_are_refused(monkeypatch):
    monkeypatch.setattr(changed_pictures, "BYTES_AT_ONCE", 25 * 16 * 4)

    def fickle(inputs):
        return np.full((2 if len(inputs) == 25 else 3, len(inputs), 4), 0.25)

    with pytest.raises(EvaluationError, match="2 members answered at first and 3 later"):
        answered(as_classifier(fickle), make_split(), unchanged, 0)


def test_a_subset_is_drawn_by_the_seed_without_repeats():
    split = make_split(60)
    some = some_pictures(split, 20, 1)
    known = {picture.tobytes() for picture in split.raw}
    assert len({picture.tobytes() for picture in some.raw} & known) == 20
    np.testing.assert_array_equal(some.raw, some_pictures(split, 20, 1).raw)
    assert not np.array_equal(some.raw, some_pictures(split, 20, 2).raw)
    assert some_pictures(split, 60, 1) is split
    assert some_pictures(split, 1000, 1) is split


def test_a_table_of_features_cannot_be_turned():
    split = make_split()
    features = type(split)(split.raw.reshape(60, 16), split.labels, split.class_names, split.scaling)
    with pytest.raises(NotApplicable, match=r"One example has shape \(16,\)") as caught:
        some_pictures(features, 10, 0)
    assert "leave `shift` out" in caught.value.hint
    with pytest.raises(NotApplicable, match="at least 5x5 pixels"):
        some_pictures(split, 10, 0, smallest=5)


def test_no_examples_and_bad_labels():
    with pytest.raises(EvaluationError, match="0 examples asked for"):
        some_pictures(make_split(), 0, 0)
    split = make_split()
    wrong = type(split)(split.raw, split.labels + 1, split.class_names, split.scaling)
    with pytest.raises(EvaluationError, match="Labels run from 1 to 4"):
        some_pictures(wrong, 10, 0)
