from dataclasses import replace

import jax
import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_dataset
from thalweg.errors import EvaluationError
from thalweg.evaluation.dreams.judge import judge_of
from thalweg.networks import ConvNet, Mlp, Population
from thalweg.statistics.intervals import wilson

NAMES = tuple("abcd")


def population(spec=None, *, members=3, shape=(4, 4), classes=NAMES, seed=1):
    keys = jax.random.split(jax.random.key(seed), members)
    spec = spec or Mlp((6,), "tanh", "normal")
    networks = jax.vmap(lambda key: spec.build(key, shape, len(classes)))(keys)
    return Population(networks, np.zeros(members, bool), "softmax", shape, classes)


@pytest.fixture(scope="module")
def dataset():
    return make_dataset()


@pytest.fixture(scope="module")
def dreamers():
    return population()


def ask(judge, dreamers, dataset, name=None):
    return judge_of(judge, name, dreamers, dataset, 0.95)


def knows(dataset, share=1.0):
    """A function that is right on this share of the test pictures."""
    right = np.eye(4, dtype=np.float32)[dataset.test.labels]
    wrong = np.roll(right, 1, axis=1)
    count = round(share * len(right))
    return lambda inputs: np.concatenate([right[:count], wrong[count:]])[: len(inputs)]


def test_accuracies_are_those_of_vote_and_members(dreamers, dataset):
    judge = population(ConvNet((3,), kernel=2, dense=()), members=2)
    found = ask(judge, dreamers, dataset)
    right = (judge.ensemble.probabilities(dataset.test).argmax(axis=1) == dataset.test.labels).sum()
    assert found.accuracy.value == right / 60
    assert found.accuracy.interval == wilson(right, 60)
    own = dreamers.probabilities(dataset.test).argmax(axis=2) == dataset.test.labels
    assert found.dreamers.value == pytest.approx(own.mean())
    assert found.dreamers.low < own.mean() < found.dreamers.high


def test_stronger_is_beyond_both_intervals(dreamers, dataset):
    assert ask(knows(dataset), dreamers, dataset).is_stronger
    level = ask(knows(dataset), dreamers, dataset).dreamers.value
    assert not ask(knows(dataset, level), dreamers, dataset).is_stronger


def test_names(dreamers, dataset):
    assert ask(None, dreamers, dataset).name == "the vote of the other 2 networks"
    assert ask(None, dreamers[:2], dataset).name == "the other network"
    assert ask(None, dreamers[:1], dataset) is None
    assert ask(knows(dataset), dreamers, dataset).name == "the judge"
    assert ask(knows(dataset), dreamers, dataset, "my model").name == "my model"
    other = population(Mlp((2,)), members=5)
    assert ask(other, dreamers, dataset).name == "the vote of 5 others of 46 parameters"
    assert ask(other[0], dreamers[:1], dataset).name == "another network of 46 parameters"
    assert ask(other, dreamers, dataset).is_given
    assert not ask(None, dreamers, dataset).is_given


def test_networks_of_the_same_shape_that_were_trained_apart_may_judge(dreamers, dataset):
    assert ask(population(seed=2), dreamers, dataset).is_given


def test_who_must_not_judge(dreamers, dataset):
    with pytest.raises(EvaluationError, match="judge: 1 of its 1 members"):
        ask(dreamers[1], dreamers, dataset)
    with pytest.raises(EvaluationError, match="judge: 3 of its 3 members"):
        ask(dreamers.ensemble, dreamers, dataset)
    with pytest.raises(EvaluationError, match=r"judge: A Population names 3 columns .* data have 4 classes"):
        ask(population(classes=NAMES[:3]), dreamers, dataset)
    with pytest.raises(
        EvaluationError, match="judge: its classes are d, c, b, a, those of the data a, b, c, d"
    ):
        ask(replace(population(seed=2), class_names=NAMES[::-1]), dreamers, dataset)
    with pytest.raises(
        EvaluationError, match=r"judge: The classifier was built for examples of shape \(5, 5\)"
    ):
        ask(population(shape=(5, 5)), dreamers, dataset)
    with pytest.raises(EvaluationError, match="judge: 'runs/other' is a path, not a classifier") as caught:
        ask("runs/other", dreamers, dataset)
    assert "the same classes" in caught.value.hint
    with pytest.raises(EvaluationError, match="judge: The classifier's probabilities run from 7 to 7"):
        ask(lambda inputs: np.full((len(inputs), 4), 7.0), dreamers, dataset)
    assert ask(FakePopulation.random(2), dreamers, dataset).name == "the judge"
