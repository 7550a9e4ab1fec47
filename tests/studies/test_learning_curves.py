import numpy as np
import pytest

from thalweg.networks import Mlp
from thalweg.statistics.intervals import student, wilson
from thalweg.studies.learning_curves import Curves, Looks, looks
from thalweg.training import Recipe, Sgd, train


def test_members_that_are_all_right_are_not_certain():
    curves = Curves(np.ones((3, 4)), np.full((3, 4), 0.1), (200, 50))
    assert curves.final("train").interval == wilson(600, 600)
    low, high = curves.final("test").interval or (0.1, 0.1)
    assert low < 0.1 < high


def test_without_the_number_of_examples_the_interval_is_students():
    test = np.array([[0.0, 0.8], [0.0, 0.9], [0.0, 0.85]])
    assert Curves(test, test).final("test").interval == student(test[:, -1])


@pytest.mark.parametrize("count", [12, 60])
@pytest.mark.parametrize("epochs", [1, 5, 30, 1000, 5000])
def test_epochs_are_looked_at_from_the_first_to_the_last(epochs, count):
    found = looks(epochs, count)
    assert (found[0], found[-1]) == (1, epochs)
    assert found == sorted(set(found))
    assert len(found) <= count


def test_members_are_looked_at_after_chosen_epochs(quarters_dataset):
    recipe = Recipe(network=Mlp((4,)), optimiser=Sgd(0.5), batch_size=16, epochs=3)
    watch = Looks([1, 3], quarters_dataset.train, quarters_dataset.test)
    population = train(recipe, quarters_dataset.train, members=2, watch=watch)
    own, new = watch.accuracies
    assert own.shape == new.shape == (2, 2)
    test = quarters_dataset.test
    right = population.probabilities(test).argmax(-1) == test.labels
    np.testing.assert_allclose(new[:, -1], right.mean(axis=1))
