import itertools

import jax
import numpy as np
import pytest

from thalweg.networks import ConvNet, Mlp
from thalweg.networks.population import flat_weights
from thalweg.weights.permutation import (
    Rearrangement,
    correlation,
    hidden_activations,
    is_rearrangeable,
    largest_change,
    match_activations,
    match_weights,
    rearranged,
    widths,
)

INPUTS = np.random.default_rng(0).random((50, 6)).astype(np.float32)


def network(hidden, activation="tanh", seed=0):
    return Mlp(hidden, activation, "normal").build(jax.random.key(seed), (6,), 3)


def shuffled(like, seed, *, signs):
    generator = np.random.default_rng(seed)
    orders = tuple(generator.permutation(width) for width in widths(like))
    flips = tuple(generator.choice([-1.0, 1.0], width) if signs else np.ones(width) for width in widths(like))
    return Rearrangement(orders, flips)


@pytest.mark.parametrize(
    ("activation", "signs"),
    [("tanh", True), ("sigmoid", True), ("relu", False), ("gelu", False), ("step", False)],
)
def test_rearranging_moves_the_units_and_not_the_function(activation, signs):
    before = network((7, 5, 4), activation)
    moved = rearranged(before, shuffled(before, 1, signs=signs))
    assert largest_change(before, moved, INPUTS) < 1e-6
    assert np.abs(flat_weights(before) - flat_weights(moved)).max() > 0.5
    np.testing.assert_allclose(
        jax.vmap(lambda x: moved(x))(INPUTS), jax.vmap(lambda x: before(x))(INPUTS), atol=2e-5
    )


def test_a_sign_that_the_activation_does_not_allow_changes_the_function():
    before = network((7,), "relu")
    moved = rearranged(before, shuffled(before, 1, signs=True))
    assert largest_change(before, moved, INPUTS) > 1e-3


def test_units_stand_where_the_rearrangement_says():
    before = network((4,), "tanh")
    moved = rearranged(before, Rearrangement((np.array([2, 0, 3, 1]),), (np.array([1.0, -1.0, 1.0, 1.0]),)))
    (ours,), (theirs,) = hidden_activations(before, INPUTS), hidden_activations(moved, INPUTS)
    np.testing.assert_allclose(theirs, ours[:, [2, 0, 3, 1]] * [1, -1, 1, 1], atol=1e-6)


@pytest.mark.parametrize(
    ("activation", "signs"), [("tanh", True), ("sigmoid", True), ("relu", False), ("tanh", False)]
)
def test_weights_find_back_what_was_shuffled(activation, signs):
    before = network((12, 9, 8), activation)
    moved = rearranged(before, shuffled(before, 3, signs=signs))
    match = match_weights(before, moved, starts=5, signs=signs)
    np.testing.assert_allclose(
        flat_weights(rearranged(moved, match.rearrangement)), flat_weights(before), atol=1e-5
    )
    assert match.found.shape == (5,)


@pytest.mark.parametrize(("activation", "signs"), [("tanh", True), ("sigmoid", True), ("relu", False)])
def test_activations_find_back_what_was_shuffled(activation, signs):
    before = network((12, 9), activation)
    moved = rearranged(before, shuffled(before, 3, signs=signs))
    match = match_activations(
        hidden_activations(before, INPUTS), hidden_activations(moved, INPUTS), signs=signs
    )
    again = rearranged(moved, match.rearrangement)
    for ours, theirs in zip(
        hidden_activations(before, INPUTS), hidden_activations(again, INPUTS), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("signs", [True, False])
def test_one_layer_is_matched_as_well_as_by_trying_everything(signs):
    ours, theirs = network((4,), "tanh", 0), network((4,), "tanh", 1)
    match = match_weights(ours, theirs, starts=1, signs=signs)
    choices = [(1.0, -1.0)] * 4 if signs else [(1.0,)] * 4
    distances = [
        np.linalg.norm(
            flat_weights(ours)
            - flat_weights(rearranged(theirs, Rearrangement((np.array(order),), (np.array(sign),))))
        )
        for order in itertools.permutations(range(4))
        for sign in itertools.product(*choices)
    ]
    found = np.linalg.norm(flat_weights(ours) - flat_weights(rearranged(theirs, match.rearrangement)))
    assert found == pytest.approx(min(distances), rel=1e-5)


def test_deeper_networks_are_nearly_as_close_as_by_trying_everything():
    ours, theirs = network((3, 3), "relu", 0), network((3, 3), "relu", 1)
    match = match_weights(ours, theirs, starts=10)
    distances = [
        np.linalg.norm(
            flat_weights(ours)
            - flat_weights(
                rearranged(theirs, Rearrangement((np.array(one), np.array(two)), (np.ones(3), np.ones(3))))
            )
        )
        for one in itertools.permutations(range(3))
        for two in itertools.permutations(range(3))
    ]
    found = np.linalg.norm(flat_weights(ours) - flat_weights(rearranged(theirs, match.rearrangement)))
    assert found == pytest.approx(min(distances), rel=1e-5)
    assert 0 < match.agreeing <= 1


def test_correlation_is_that_of_numpy_and_zero_for_a_dead_unit():
    generator = np.random.default_rng(0)
    one, other = generator.normal(size=(30, 3)), generator.normal(size=(30, 2))
    np.testing.assert_allclose(correlation(one, other), np.corrcoef(one.T, other.T)[:3, 3:], atol=1e-12)
    one[:, 1] = 0.3
    assert (correlation(one, other)[1] == 0).all()


def test_what_can_be_rearranged():
    assert is_rearrangeable(network((4,)))
    assert not is_rearrangeable(network(()))
    assert not is_rearrangeable(ConvNet(channels=(2,)).build(jax.random.key(0), (8, 8), 3))
