"""The kernel takes the steps that XLA's program takes, which is the oracle, whatever a recipe asks for."""

import dataclasses
import itertools
import math

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.data.dataset import TrainSplit
from thalweg.networks import ConvNet, Mlp
from thalweg.spec import numbers_per_member, substitute
from thalweg.training import Adam, AdamW, Constant, Cosine, Recipe, Sgd, Steps
from thalweg.training.epoch import EpochPlan, run_epoch, shared_key, start_program
from thalweg.training.examples import Examples
from thalweg.training.native.call import NativeEpoch
from thalweg.training.native.support import MOST_LAYERS

MEMBERS, EXAMPLES = 5, 45
BASE = Recipe(network=Mlp((6, 5), "tanh"), optimiser=Sgd(0.2), batch_size=8, epochs=2)


def pictures(lit=0.3, kind=np.uint8):
    """Pictures of 5x5 in three classes of which a share of the pixels is lit."""
    generator = np.random.default_rng(4)
    raw = generator.integers(1, 256, (EXAMPLES, 5, 5)) * (generator.random((EXAMPLES, 5, 5)) < lit)
    labels = (np.arange(EXAMPLES) % 3).astype(np.int32)
    raw = raw.astype(np.uint8) if kind is np.uint8 else (raw / 255).astype(np.float32)
    return TrainSplit(raw, labels, ("a", "b", "c"))


def epoch_of(run, recipe, split, weights=None, epochs=1):
    """Train one group for some epochs with one of the engines; return state, cost and accuracy."""
    counted = len(split) if weights is None else int((weights > 0).sum(axis=1).max())
    plan = EpochPlan(recipe, len(split), split.classes, 200, counted)
    key = jax.random.key(3)
    keys = jax.vmap(lambda member: jax.random.fold_in(key, member))(jnp.arange(MEMBERS))
    numbers = {path: jnp.asarray(values, jnp.float32) for path, values in numbers_per_member(recipe)}
    template = substitute(recipe, dict.fromkeys(numbers, 0.5))
    states = start_program(template, split.input_shape, split.classes)(keys)
    examples = Examples.of(split)
    if plan.nothing:
        examples = examples.with_nothing(plan.nothing, key, lambda f, items: [f(i) for i in items], 1)
    weights = None if weights is None else jnp.asarray(weights)

    @jax.jit
    def program(states, epoch, numbers, examples, weights):
        return run(plan, states, numbers, keys, shared_key(key, epoch), epoch, examples, weights)

    for epoch in range(epochs):
        states, cost, accuracy = program(states, jnp.asarray(epoch), numbers, examples, weights)
    return states, cost, accuracy


def assert_equal_engines(kernel, recipe, split=None, weights=None, *, epochs=1, variants=1, atol=2e-6):
    split = pictures() if split is None else split
    expected = epoch_of(run_epoch, recipe, split, weights, epochs)
    only_neurons = recipe.order == "own" or isinstance(recipe.network, ConvNet)
    ways = [True] if only_neurons else [False, True]  # what the lanes are
    for lanes, neurons in itertools.product(kernel.lanes[:variants], ways):
        found = epoch_of(NativeEpoch(lanes, neurons), recipe, split, weights, epochs)
        assert jax.tree.structure(found) == jax.tree.structure(expected)
        for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(expected), strict=True):
            assert (one.shape, one.dtype) == (other.shape, other.dtype)
            assert np.isfinite(other).all()
            np.testing.assert_allclose(one, other, rtol=2e-5, atol=atol)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"cost": "quadratic", "momentum": 0.5},
        {"optimiser": "adamw", "epsilon": 1e-5, "hidden": [17], "activation": "gelu", "ema": 0.9},
        {"order": "own", "cost": "binary-cross-entropy", "activation": "sigmoid", "l2": 0.01},
    ],
)
@pytest.mark.parametrize("lit", [0.1, 1.0])
def test_every_variant_that_this_processor_runs(kernel, settings, lit):
    assert_equal_engines(kernel, BASE.with_settings(settings), pictures(lit), variants=9)


@pytest.mark.parametrize(
    "settings",
    [
        {"dropout": 0.3, "hidden": [17, 5]},
        {"dropout": [0.0, 0.1, 0.5, 0.7, 0.9], "hidden": [6], "activation": "relu", "optimiser": "adam"},
        {"dropout": 0.5, "order": "own", "batch_size": 45},
        {"dropout": 0.4, "hidden": []},
    ],
)
def test_dropout_silences_the_same_neurons(kernel, settings):
    assert_equal_engines(kernel, BASE.with_settings(settings), epochs=2, variants=9, atol=1e-5)


def test_dropout_of_what_convolutions_hand_on(kernel):
    recipe = dataclasses.replace(BASE, network=ConvNet((3, 4), kernel=2, pool=1, dense=(5,)), dropout=0.4)
    assert_equal_engines(kernel, recipe, variants=9, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("activation", "cost"),
    [
        ("sigmoid", "quadratic"), ("tanh", "cross-entropy"), ("relu", "binary-cross-entropy"),
        ("gelu", "quadratic"), ("gelu", "cross-entropy"), ("step", "cross-entropy"),
        ("sigmoid", "binary-cross-entropy"),
    ],
)  # fmt: skip
def test_every_activation_and_cost(kernel, activation, cost):
    recipe = dataclasses.replace(BASE, network=Mlp((6, 5), activation), cost=cost)
    assert_equal_engines(kernel, recipe)


@pytest.mark.slow
@pytest.mark.parametrize(
    "optimiser",
    [
        Sgd(0.2, momentum=0.9),
        Sgd(0.2, momentum=0.9, nesterov=True),
        Adam(0.01, beta1=0.8, beta2=0.99, epsilon=1e-5),
        AdamW(0.01, weight_decay=0.1, epsilon=1e-5),
    ],
    ids=["momentum", "nesterov", "adam", "adamw"],
)
@pytest.mark.parametrize(("l2", "ema"), [(0.0, 0.0), (0.01, 0.9)])
def test_every_optimiser(kernel, optimiser, l2, ema):
    assert_equal_engines(kernel, dataclasses.replace(BASE, optimiser=optimiser, l2=l2, ema=ema), epochs=2)


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [(), (1,), (16, 16), (33, 18, 9), (3, 3, 3, 3)])
@pytest.mark.parametrize("lit", [0.1, 1.0])
def test_any_depth_and_width(kernel, hidden, lit):
    recipe = dataclasses.replace(BASE, network=Mlp(hidden, "relu", "he"))
    assert_equal_engines(kernel, recipe, pictures(lit))


@pytest.mark.slow
def test_as_many_layers_as_are_promised(kernel):
    recipe = dataclasses.replace(BASE, network=Mlp((2,) * MOST_LAYERS, "tanh"))
    states, cost, _ = epoch_of(NativeEpoch(kernel.lanes[0]), recipe, pictures())
    assert np.isfinite(cost).all()
    assert (np.asarray(states.step) == 6).all()


@pytest.mark.slow
@pytest.mark.parametrize("schedule", [Constant(warmup=0.3), Steps((0.2, 0.7), 0.3), Cosine(warmup=0.2)])
@pytest.mark.parametrize("optimiser", [Sgd(0.2), Adam(0.01, epsilon=1e-5)])
def test_schedules_go_on_over_epochs(kernel, schedule, optimiser):
    recipe = dataclasses.replace(BASE, schedule=schedule, optimiser=optimiser)
    assert_equal_engines(kernel, recipe, epochs=2)


@pytest.mark.parametrize("batch_size", [1, 7, "full"])
@pytest.mark.parametrize("order", ["shared", "own"])
def test_any_batch_and_order(kernel, batch_size, order):
    recipe = dataclasses.replace(BASE, batch_size=batch_size, order=order)
    assert_equal_engines(kernel, recipe)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("optimiser", "order", "lit"),
    [(Sgd(0.2), "shared", 0.1), (Sgd(0.1, momentum=0.5), "shared", 1.0), (Sgd(0.2), "own", 0.1)],
)
def test_a_batch_in_pieces_is_one_batch(kernel, optimiser, order, lit):
    # 600 neurons: the values of sixteen examples are as many as a piece holds
    recipe = dataclasses.replace(
        BASE, network=Mlp((600,), "relu", "lecun"), batch_size="full", optimiser=optimiser, order=order
    )
    assert_equal_engines(kernel, recipe, pictures(lit), epochs=2)


@pytest.mark.parametrize("order", ["shared", "own"])
@pytest.mark.parametrize("whole", [True, False], ids=["subsets", "fractions"])
def test_weights_of_each_member(kernel, order, whole):
    generator = np.random.default_rng(1)
    weights = generator.random((MEMBERS, EXAMPLES)).astype(np.float32)
    weights = (weights < 0.6).astype(np.float32) if whole else weights * (weights > 0.3)
    assert_equal_engines(kernel, dataclasses.replace(BASE, order=order), weights=weights)


def test_a_batch_of_which_a_member_learns_nothing(kernel):
    weights = np.ones((MEMBERS, EXAMPLES), np.float32)
    weights[2, :40] = 0
    assert_equal_engines(kernel, dataclasses.replace(BASE, batch_size=4, l2=0.01), weights=weights)


@pytest.mark.parametrize("cost", ["quadratic", "cross-entropy", "binary-cross-entropy"])
def test_smoothing_and_examples_of_nothing(kernel, cost):
    recipe = dataclasses.replace(BASE, cost=cost, label_smoothing=0.1).with_settings(
        {"exposure.share": 0.4, "exposure.weight": 0.7}
    )
    assert_equal_engines(kernel, recipe)


@pytest.mark.parametrize("optimiser", ["sgd", "adamw"])
def test_any_number_may_differ_from_member_to_member(kernel, optimiser):
    own = {
        "sgd": {"momentum": [0.0, 0.9, 0.5, 0.2, 0.1], "nesterov": True},
        "adamw": {
            "beta1": [0.8, 0.9, 0.7, 0.0, 0.5], "beta2": [0.9, 0.99, 0.95, 0.999, 0.5],
            "weight_decay": [0.0, 0.1, 0.01, 0.3, 1.0], "epsilon": [1e-4, 1e-5, 1e-4, 1e-3, 1e-2],
        },
    }  # fmt: skip
    recipe = BASE.with_settings(
        {
            "optimiser": optimiser, **own[optimiser],
            "learning_rate": [0.01, 0.02, 0.03, 0.04, 0.05], "l2": [0.0, 0.1, 0.2, 0.0, 0.01],
            "label_smoothing": [0.0, 0.1, 0.2, 0.3, 0.05], "ema": [0.0, 0.9, 0.5, 0.99, 0.1],
        }
    )  # fmt: skip
    assert_equal_engines(kernel, recipe, epochs=2)


@pytest.mark.parametrize("hidden", [(40, 17), (3,)], ids=["wide", "narrow"])
def test_more_is_lit_later_than_at_first(kernel, hidden):
    split = pictures(0.0)
    raw = split.raw.copy()
    raw[1::2] = pictures(0.6).raw[1::2]  # the room for lists that the first ones suggest is too small
    split = TrainSplit(raw, split.labels, split.class_names)
    recipe = dataclasses.replace(BASE, network=Mlp(hidden, "tanh"), order="own")
    assert_equal_engines(kernel, recipe, split)


@pytest.mark.parametrize("inputs", [3, 16, 23, 40])
@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_lists_of_any_length_of_example(kernel, inputs, kind):
    # they are made by the strip of 16, and one by one from where no strip is left
    split = pictures(0.2, kind)
    raw = np.tile(split.raw.reshape(EXAMPLES, -1), 2)[:, :inputs].reshape(EXAMPLES, 1, inputs)
    assert_equal_engines(kernel, BASE, TrainSplit(raw, split.labels, split.class_names), variants=3)


@pytest.mark.parametrize("optimiser", [Sgd(0.2), Adam(0.01, epsilon=1e-5)])
@pytest.mark.parametrize("hidden", [(18,), (23, 16)])
def test_more_slopes_than_the_nearest_cache_holds(kernel, optimiser, hidden):
    # then a few outputs at a time step along their gradient
    recipe = dataclasses.replace(BASE, network=Mlp(hidden, "tanh"), optimiser=optimiser, batch_size="full")
    assert_equal_engines(kernel, recipe, pictures(0.2), epochs=2, variants=3)


@pytest.mark.slow
@pytest.mark.parametrize("lit", [0.2, 1.0])
def test_pictures_of_fractions(kernel, lit):
    assert_equal_engines(kernel, BASE, pictures(lit, np.float32))


def test_rows_of_features_scaled_each_by_its_own(kernel):
    from thalweg import data

    generator = np.random.default_rng(0)
    inputs = generator.normal(5.0, [1.0, 10.0, 0.1, 3.0], (60, 4)).astype(np.float32)
    split = data.load((inputs, generator.integers(0, 3, 60))).train
    assert_equal_engines(kernel, BASE, split)


@pytest.mark.parametrize("neurons", [False, True])
def test_a_member_that_diverges_stays_alone_and_shows_it(kernel, neurons):
    recipe = dataclasses.replace(
        BASE, network=Mlp((6,), "relu", "he"), optimiser=Sgd((0.2, 1e30, 0.2, 0.2, 0.2)), epochs=3
    )
    states, cost, _ = epoch_of(NativeEpoch(kernel.lanes[0], neurons), recipe, pictures())
    expected, _, _ = epoch_of(run_epoch, recipe, pictures())
    sound = np.array([0, 2, 3, 4])
    for one, other in zip(*map(jax.tree.leaves, (states.network, expected.network)), strict=True):
        np.testing.assert_allclose(one[sound], other[sound], rtol=2e-5, atol=2e-6)
    assert not all(np.isfinite(leaf[1]).all() for leaf in jax.tree.leaves(states.network))
    assert not math.isfinite(cost[1])


@pytest.mark.parametrize("neurons", [False, True])
def test_the_same_call_gives_the_same_bits(kernel, neurons):
    recipe = dataclasses.replace(BASE, epochs=1)
    run = NativeEpoch(kernel.lanes[0], neurons)
    states, _, _ = epoch_of(run, recipe, pictures())
    again, _, _ = epoch_of(run, recipe, pictures())
    for one, other in zip(*map(jax.tree.leaves, (states, again)), strict=True):
        np.testing.assert_array_equal(one, other)
    assert eqx.tree_equal(states.step, jnp.full(MEMBERS, 6))


CONVOLUTIONAL = {
    "two, and dense": (ConvNet((5, 18), kernel=3, dense=(7,)), (12, 14)),
    "no dense": (ConvNet((3,), kernel=3, dense=()), (9, 11)),
    "padded, colours": (
        ConvNet((5, 6), kernel=4, padding="same", dense=(17,), activation="gelu"),
        (9, 11, 3),
    ),
    "no pooling": (ConvNet((20, 4), kernel=2, pool=1, activation="sigmoid", dense=(4, 4)), (6, 7)),
    "left-over edges": (ConvNet((4, 33, 3), kernel=2, pool=2, padding="same", activation="tanh"), (9, 15)),
}


def convolutional(shape, lit=0.5):
    generator = np.random.default_rng(4)
    raw = generator.integers(1, 256, (EXAMPLES, *shape)) * (generator.random((EXAMPLES, *shape)) < lit)
    return TrainSplit(raw.astype(np.uint8), (np.arange(EXAMPLES) % 3).astype(np.int32), ("a", "b", "c"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"optimiser": "adamw", "epsilon": 1e-5, "l2": 0.01, "ema": 0.9},
        {"order": "own", "cost": "cross-entropy", "batch_size": 20, "momentum": 0.9},
    ],
    ids=["sgd", "adamw", "own"],
)
@pytest.mark.parametrize(("network", "shape"), CONVOLUTIONAL.values(), ids=CONVOLUTIONAL.keys())
def test_convolutional_networks(kernel, network, shape, settings):
    recipe = dataclasses.replace(BASE.with_settings(settings), network=network)
    # sums over all places of a picture: more to round
    assert_equal_engines(kernel, recipe, convolutional(shape), variants=9, atol=1e-5)


def test_slopes_of_equal_largest_are_shared(kernel):
    """Of empty pictures every place answers alike; XLA shares the slope among them."""
    network, shape = CONVOLUTIONAL["two, and dense"]
    recipe = dataclasses.replace(BASE, network=dataclasses.replace(network, activation="gelu"))
    assert_equal_engines(kernel, recipe, convolutional(shape, lit=0.03))


def test_a_convolutional_member_on_a_subset(kernel):
    network, shape = CONVOLUTIONAL["no dense"]
    weights = (np.random.default_rng(1).random((MEMBERS, EXAMPLES)) < 0.6).astype(np.float32)
    recipe = dataclasses.replace(BASE, network=network, order="own").with_settings({"exposure.share": 0.3})
    assert_equal_engines(kernel, recipe, convolutional(shape), weights)
