import equinox as eqx
import jax
import numpy as np
import pytest

from thalweg.networks import Mlp
from thalweg.studies.starts.weight_distances import distance, matched, stranger, weight_distances
from thalweg.weights.permutation import Rearrangement, rearranged


def network(seed, hidden=(6, 5), activation="relu"):
    return Mlp(hidden, activation).build(jax.random.key(seed), (4, 4), 3)


def flat(one):
    return np.concatenate(
        [np.asarray(leaf).ravel() for leaf in jax.tree.leaves(eqx.filter(one, eqx.is_array))]
    )


def test_the_distance_by_hand():
    one, other = network(0), network(1)
    a, b = flat(one), flat(other)
    expected = np.linalg.norm(a - b) / np.sqrt(a @ a + b @ b)
    assert distance(one, other) == pytest.approx(expected, rel=1e-5)
    assert distance(one, one) == 0


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_the_same_network_in_another_order_is_no_distance_away(activation):
    one = network(0, activation=activation)
    generator = np.random.default_rng(0)
    orders = tuple(generator.permutation(width) for width in (6, 5))
    other = rearranged(one, Rearrangement(orders, (np.ones(6), np.ones(5))))
    assert distance(one, other) > 0.3
    assert distance(one, matched(one, other, 0, 3)) < 1e-6


def test_a_stranger_has_the_same_sizes_and_the_same_likeness_within():
    one = network(3)
    other = stranger(one, np.random.default_rng(1))
    for ours, theirs in zip(one.layers, other.layers, strict=True):
        np.testing.assert_allclose(np.abs(ours.weight), np.abs(theirs.weight))
        np.testing.assert_allclose(np.abs(ours.bias), np.abs(theirs.bias))
    first, changed = np.asarray(one.layers[0].weight), np.asarray(other.layers[0].weight)
    np.testing.assert_allclose(first @ first.T, changed @ changed.T, rtol=1e-5, atol=1e-6)
    assert np.abs(first - changed).max() > 0.1
    last, turned = np.asarray(one.layers[-1].weight), np.asarray(other.layers[-1].weight)
    np.testing.assert_allclose(last.T @ last, turned.T @ turned, rtol=1e-5, atol=1e-6)


def test_matching_brings_even_strangers_closer_but_relatives_more():
    base = network(0, (8,))
    generator = np.random.default_rng(2)

    def relative(seed):
        noise = jax.tree.map(
            lambda leaf: leaf + 0.15 * np.random.default_rng(seed).standard_normal(leaf.shape).astype("f4"),
            base,
        )
        return rearranged(noise, Rearrangement((generator.permutation(8),), (np.ones(8),)))

    found = weight_distances([relative(seed) for seed in range(5)])
    assert found.before.shape == found.after.shape == found.strangers.shape == (10,)
    assert (found.after < found.before).all()
    assert found.strangers.mean() < found.before.mean() + 0.1
    assert found.after.max() < found.strangers.min()


def test_unrelated_networks_are_as_far_as_strangers():
    found = weight_distances([network(seed, (8,)) for seed in range(8)])
    assert found.after.mean() == pytest.approx(found.strangers.mean(), abs=0.02)
    assert found.after.mean() < found.before.mean() - 0.05


def test_the_table_is_symmetric():
    found = weight_distances([network(seed, (3,)) for seed in range(4)])
    table = found.table()
    np.testing.assert_array_equal(table, table.T)
    np.testing.assert_array_equal(np.diag(table), 0)
    assert table[1, 3] == found.after[4]  # pairs 01 02 03 12 13 23
