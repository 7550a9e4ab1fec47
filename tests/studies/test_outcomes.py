import numpy as np
import pytest

from thalweg.networks import Mlp
from thalweg.studies import outcomes as module
from thalweg.studies.outcomes import Outcomes, as_bits, from_bits, outcomes
from thalweg.training import Recipe, Sgd, train


@pytest.fixture(scope="module")
def population(quarters_dataset):
    recipe = Recipe(network=Mlp((4,)), optimiser=Sgd(0.5), cost="quadratic", batch_size=16, epochs=2)
    return train(recipe, quarters_dataset.train, members=5)


def test_costs_and_answers_are_those_of_the_members(population, quarters_dataset, monkeypatch):
    monkeypatch.setattr(module, "CELLS", 2 * len(quarters_dataset.train))
    train_split, test = quarters_dataset.train, quarters_dataset.test
    found = outcomes(population, train_split, test, "quadratic")
    for split, costs in ((train_split, found.train_cost), (test, found.test_costs)):
        outputs = 1 / (1 + np.exp(-population.logits(split).astype(float)))
        expected = 0.5 * ((outputs - np.eye(4)[split.labels]) ** 2).sum(axis=-1)
        np.testing.assert_allclose(costs, expected.mean(1) if costs.ndim == 1 else expected, rtol=1e-4)
    answers = population.probabilities(test).argmax(-1)
    np.testing.assert_array_equal(found.predicted, answers)
    right = population.probabilities(train_split).argmax(-1) == train_split.labels
    np.testing.assert_allclose(found.train_accuracy, right.mean(1))


def test_cross_entropy_is_minus_the_log_of_the_probability(population, quarters_dataset):
    import dataclasses

    test = quarters_dataset.test
    found = outcomes(population, quarters_dataset.train, test, "cross-entropy")
    softmax = dataclasses.replace(population, readout="softmax").probabilities(test)
    right = np.take_along_axis(softmax, test.labels[None, :, None], axis=2)[..., 0]
    np.testing.assert_allclose(found.test_costs, -np.log(right), rtol=1e-4)


def small(members, diverged=()):
    values = np.arange(members, dtype=float)
    marks = np.isin(np.arange(members), diverged)
    return Outcomes(values, values / 10, np.tile(values, (3, 1)).T, np.zeros((members, 3), np.uint16), marks)


def test_the_sound_are_told_from_the_diverged():
    assert small(4, [1]).sound().train_cost.tolist() == [0, 2, 3]


def test_blocks_are_joined_in_order():
    joined = Outcomes.joined([small(2), small(3)])
    assert joined.train_cost.tolist() == [0, 1, 0, 1, 2]
    assert joined.test_costs.shape == (5, 3)
    assert len(joined) == 5


@pytest.mark.parametrize("examples", [1, 8, 13])
def test_bits_are_what_they_were_made_of(examples):
    right = np.random.default_rng(examples).uniform(size=(3, examples)) < 0.5
    bits = as_bits(right)
    assert bits.shape == (3, -(-examples // 8))
    np.testing.assert_array_equal(from_bits(bits, examples), right)
