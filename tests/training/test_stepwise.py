import jax
import numpy as np
import pytest

from thalweg.errors import TrainingError
from thalweg.networks import Mlp
from thalweg.training import Adam, Augmentation, Recipe, Sgd, train
from thalweg.training.stepwise import Stepwise

RECIPES = {
    "sgd": Recipe(network=Mlp((6,)), optimiser=Sgd(learning_rate=0.5), batch_size=10, epochs=2),
    "own order": Recipe(
        network=Mlp((6,)),
        optimiser=Sgd(learning_rate=0.5, momentum=0.9),
        batch_size=10,
        epochs=2,
        order="own",
    ),
    "adam": Recipe(network=Mlp((6, 5)), cost="cross-entropy", optimiser=Adam(), batch_size=16, epochs=2),
    "dropout": Recipe(
        network=Mlp((8,)), optimiser=Sgd(learning_rate=0.5), dropout=0.3, batch_size=16, epochs=2
    ),
}


@pytest.mark.parametrize("name", RECIPES)
def test_whole_epochs_end_where_training_does(quarters_dataset, name):
    recipe, split = RECIPES[name], quarters_dataset.train
    whole = train(recipe, split, members=3, seed=5)
    stepped = Stepwise(recipe, split, members=3, seed=5)
    costs = []
    for steps in (1, 2, 5, 2 * stepped.steps_per_epoch - 8):
        costs.append(stepped.advance(steps).cost)
    assert stepped.step == 2 * stepped.steps_per_epoch
    for one, other in zip(
        jax.tree.leaves(stepped.population().networks), jax.tree.leaves(whole.networks), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=2e-6)
    assert np.isfinite(costs).all()


def test_costs_of_steps_are_those_of_the_epoch(quarters_dataset):
    recipe, split = RECIPES["sgd"].for_epochs(1), quarters_dataset.train
    whole = train(recipe, split, members=2, seed=1)
    stepped = Stepwise(recipe, split, members=2, seed=1)
    found = stepped.advance(stepped.steps_per_epoch)
    np.testing.assert_allclose(found.cost, whole.history.cost[:, 0], rtol=1e-5)
    np.testing.assert_allclose(found.accuracy, whole.history.accuracy[:, 0], rtol=1e-5)


def test_rewinding_comes_to_the_very_same_start(quarters_dataset):
    stepped = Stepwise(RECIPES["sgd"], quarters_dataset.train, members=2, seed=3)
    first = [np.array(leaf) for leaf in jax.tree.leaves(stepped.population().networks)]
    once = stepped.advance(7).cost
    stepped.rewind()
    assert stepped.step == 0
    for one, other in zip(jax.tree.leaves(stepped.population().networks), first, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(stepped.advance(7).cost, once)


def test_another_rate_takes_longer_steps(quarters_dataset):
    def moved(rate):
        stepped = Stepwise(RECIPES["sgd"], quarters_dataset.train, members=1, seed=3)
        before = [np.array(leaf) for leaf in jax.tree.leaves(stepped.population().networks)]
        stepped.change_rate(rate)
        stepped.advance()
        after = jax.tree.leaves(stepped.population().networks)
        return np.concatenate([(one - other).ravel() for one, other in zip(after, before, strict=True)])

    assert Stepwise(RECIPES["sgd"], quarters_dataset.train).rate == 0.5
    np.testing.assert_allclose(moved(0.2), 2 * moved(0.1), atol=1e-7)


def test_examples_are_measured_as_the_population_answers(quarters_dataset):
    stepped = Stepwise(RECIPES["sgd"], quarters_dataset.train, members=3, seed=3)
    stepped.advance(20)
    _, accuracy = stepped.measure(quarters_dataset.test)
    answers = stepped.population().probabilities(quarters_dataset.test).argmax(axis=2)
    np.testing.assert_allclose(accuracy, (answers == quarters_dataset.test.labels).mean(axis=1), atol=1e-6)


def test_what_is_not_offered_is_named(quarters_dataset):
    distorted = Recipe(network=Mlp((6,)), augmentation=Augmentation(shift=1.0))
    with pytest.raises(TrainingError, match="once an epoch"):
        Stepwise(distorted, quarters_dataset.train)
    stepped = Stepwise(RECIPES["sgd"], quarters_dataset.train)
    for rate in (0.0, -1.0, float("nan")):
        with pytest.raises(TrainingError, match="expected a number above 0"):
            stepped.change_rate(rate)
