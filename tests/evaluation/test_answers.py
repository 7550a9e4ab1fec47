import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.evaluation import answers as module
from thalweg.evaluation.answers import answers

from .fakes import FakePopulation, make_split


def gathered(classifier, split):
    return np.concatenate([group.probabilities for group in answers(classifier, split)])


def test_groups_hold_every_member_and_example_in_order(monkeypatch):
    population, split = FakePopulation.random(7), make_split()
    expected = population.probabilities(split.inputs)
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 3 * 4 * len(split) * 4)
    groups = list(answers(population, split))
    assert [group.members for group in groups] == [slice(0, 3), slice(3, 6), slice(6, 7)]
    np.testing.assert_array_equal(gathered(population, split), expected)


def test_diverged_members_are_left_out_wherever_they_stand(monkeypatch):
    population, split = FakePopulation.random(6), make_split()
    population.diverged[[0, 1, 3]] = True
    expected = population.probabilities(split.inputs)[[2, 4, 5]]
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 2 * 4 * len(split) * 4)
    groups = list(answers(population, split))
    assert [group.members for group in groups] == [slice(0, 1), slice(1, 3)]
    np.testing.assert_array_equal(gathered(population, split), expected)


def test_never_less_than_one_member(monkeypatch):
    population, split = FakePopulation.random(3), make_split()
    monkeypatch.setattr(module, "BYTES_AT_ONCE", 1)
    assert [group.members for group in answers(population, split)] == [slice(i, i + 1) for i in range(3)]


def test_a_function_answers_for_all_its_members_in_its_own_precision():
    population, split = FakePopulation.random(3), make_split(1_500)

    def function(inputs):
        return population.probabilities(inputs).astype(np.float64)

    (group,) = answers(function, split)
    assert group.probabilities.dtype == np.float64
    assert group.probabilities.shape == (3, 1_500, 4)
    np.testing.assert_allclose(group.probabilities, population.probabilities(split.inputs), atol=1e-6)


def test_what_are_no_probabilities_is_refused():
    with pytest.raises(EvaluationError, match="logits"):
        list(answers(lambda inputs: np.full((len(inputs), 4), -3.0), make_split()))
