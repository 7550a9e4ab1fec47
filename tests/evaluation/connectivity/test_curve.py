import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array
from scipy.optimize import minimize

from thalweg.evaluation.connectivity import curve as curves
from thalweg.evaluation.connectivity.curve import trained_bends
from thalweg.networks import Mlp
from thalweg.weights.interpolation import EmpiricalCost, heights, joined

ONE_PAIR = np.array([[0, 1]])
GRID = (np.arange(2_000) + 0.5) / 2_000


class Ring(eqx.Module):
    """Two parameters; what it costs is low on the circle of radius one and nowhere else."""

    place: Array

    def __call__(self, x):
        height = 3 - 6 * (jnp.sum(self.place**2) - 1) ** 2 + 0 * jnp.sum(x)
        return jnp.stack([height, -height])


class Flat(eqx.Module):
    """Parameters that change nothing but the penalty."""

    weight: Array

    def __call__(self, x):
        return 0 * jnp.sum(x) * self.weight[0]


def ring_cost(place):
    height = 3 - 6 * (np.sum(np.square(place), axis=-1) - 1) ** 2
    # Both outputs are off by sigmoid(-height) from their targets of one and zero.
    return (1 / (1 + np.exp(height))) ** 2


def question(examples=40, cost="cross-entropy", l2=0.0, seed=0):
    generator = np.random.default_rng(seed)
    inputs = generator.random((examples, 6)).astype(np.float32)
    return EmpiricalCost(inputs, generator.integers(3, size=examples).astype(np.int32), cost, l2)


def networks(members=3):
    keys = jax.random.split(jax.random.key(0), members)
    return jax.vmap(lambda key: Mlp((5,), "tanh", "normal").build(key, (6,), 3))(keys)


def test_shares_are_those_of_bernstein():
    np.testing.assert_array_equal(
        curves.shares(np.array([0.0, 0.5, 1.0])), [[1, 0, 0], [0.25, 0.5, 0.25], [0, 0, 1]]
    )
    np.testing.assert_allclose(curves.shares(GRID).sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(curves.shares(np.array([0.2])), [[0.64, 0.32, 0.04]])


def test_ends_of_a_curve_are_the_members_exactly():
    members, asked = networks(2), question()
    bends = trained_bends(members, ONE_PAIR, asked, steps=20)
    which = np.array([[0, 2, 1], [0, 2, 1], [0, 0, 0], [1, 1, 1]])
    alone = np.array([[1.0, 0, 0], [1.0, 0, 0]])
    mixed = np.concatenate([curves.shares(np.array([0.0, 1.0])), alone])
    found = heights(joined(members, bends), which, mixed, asked)
    np.testing.assert_array_equal(found.cost[:2], found.cost[2:])
    np.testing.assert_array_equal(found.accuracy[:2], found.accuracy[2:])


def test_the_bend_of_a_problem_of_two_parameters_is_found():
    ends = np.array([[1.0, 0.0], [0.0, 1.0]])

    def expected(bend):
        return ring_cost(curves.shares(GRID) @ np.stack([ends[0], bend, ends[1]])).mean()

    best = minimize(expected, [0.5, 0.5], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-12})
    asked = EmpiricalCost(np.zeros((8, 1), np.float32), np.zeros(8, np.int32), "quadratic")
    bends = trained_bends(Ring(jnp.asarray(ends, jnp.float32)), ONE_PAIR, asked, steps=800)
    (bend,) = np.asarray(bends.place)
    assert expected(bend) == pytest.approx(best.fun, rel=0.02)
    np.testing.assert_allclose(bend, best.x, atol=0.05)
    assert expected(bend) < 0.2 * expected(np.array([0.5, 0.5]))  # that is the straight line


def test_under_a_penalty_alone_the_bend_is_where_paper_and_pencil_put_it():
    # The mean of |phi(t)|^2 over t is least at c = -3/4 (a + b): E[t (1-t)^3] = 1/20, E[t^2 (1-t)^2] = 1/30.
    ends = np.array([[[1.0, 0.2]], [[0.0, 1.0]]], np.float32)
    asked = EmpiricalCost(np.zeros((8, 1), np.float32), np.zeros(8, np.int32), "quadratic", l2=1.0)
    (bend,) = np.asarray(trained_bends(Flat(jnp.asarray(ends)), ONE_PAIR, asked, steps=800).weight)
    np.testing.assert_allclose(bend, -0.75 * (ends[0] + ends[1]), atol=0.05)


def test_a_curve_is_lower_than_the_line_on_what_it_learned_from():
    members, asked = networks(2), question(60)
    bends = trained_bends(members, ONE_PAIR, asked, steps=300, batch_size=30)
    places = np.linspace(0, 1, 9)
    bent = heights(joined(members, bends), np.tile([0, 2, 1], (9, 1)), curves.shares(places), asked)
    line = heights(members, np.tile([0, 1], (9, 1)), np.stack([1 - places, places], axis=1), asked)
    assert bent.cost.mean() < 0.8 * line.cost.mean()
    assert (bent.cost[1:-1] < line.cost[1:-1]).all()


def test_between_a_network_and_itself_nothing_bends():
    twice = jax.tree.map(lambda leaf: jnp.stack([leaf[0], leaf[0]]), networks(2))
    bends = trained_bends(twice, ONE_PAIR, question(), steps=2)
    for leaf, bend in zip(jax.tree.leaves(twice), jax.tree.leaves(bends), strict=True):
        np.testing.assert_array_equal(bend[0], leaf[0])


def test_a_curve_does_not_depend_on_what_else_is_trained(monkeypatch):
    members, asked = networks(), question()
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    train = lambda pairs, **more: trained_bends(members, pairs, asked, steps=15, batch_size=16, **more)  # noqa: E731
    together, again = train(pairs), train(pairs)
    alone, other = train(pairs[:1]), train(pairs, seed=1)
    monkeypatch.setattr(curves, "BYTES_AT_ONCE", 1)
    one_by_one = train(pairs)
    for leaves in zip(*map(jax.tree.leaves, (together, again, alone, one_by_one, other)), strict=True):
        all_three, second_time, first, single, other_seed = map(np.asarray, leaves)
        np.testing.assert_array_equal(all_three, second_time)
        np.testing.assert_allclose(all_three[:1], first, atol=1e-5)
        np.testing.assert_allclose(all_three, single, atol=1e-5)
        assert np.abs(all_three - other_seed).max() > 1e-3


def test_every_example_is_learned_from_before_any_is_seen_again():
    chosen = curves._batches(10, 7, 3, 0)
    assert chosen.shape == (7, 3)
    for rounds in (chosen[:3], chosen[3:6]):
        assert len(set(rounds.ravel().tolist())) == 9
    assert curves._batches(4, 5, 100, 0).shape == (5, 4)
