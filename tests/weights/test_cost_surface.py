import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tests.evaluation.hills import digits, population
from thalweg.networks import Mlp, costs
from thalweg.weights import cost_surface as surface
from thalweg.weights.cost_surface import CostSurface

COSTS = costs.COST_NAMES


def standing(spec=None, cost="quadratic", l2=1e-3, examples=60):
    return CostSurface.of(population(spec)[0], digits(examples), cost=cost, l2=l2)


@pytest.mark.parametrize("cost", COSTS)
def test_the_cost_is_what_training_minimises(cost):
    split, member = digits(60), population()[0]
    logits = jnp.asarray(member.logits(split))
    each = costs.cost_per_example(cost, logits, costs.targets(jnp.asarray(split.labels), 10))
    squares = sum(float(jnp.sum(layer.weight**2)) for layer in member.network.layers)
    hill = CostSurface.of(member, split, cost=cost, l2=0.02)
    assert hill.cost(hill.start) == pytest.approx(float(each.mean()) + 0.01 * squares, rel=1e-5)


def test_the_slope_is_the_change_of_the_cost():
    hill = standing()
    direction = np.random.default_rng(0).standard_normal(hill.parameters)
    change = hill.cost(hill.start + 1e-5 * direction) - hill.cost(hill.start - 1e-5 * direction)
    assert hill.cost_and_gradient(hill.start)[1] @ direction == pytest.approx(change / 2e-5, rel=1e-7)


@pytest.mark.parametrize("cost", COSTS)
def test_the_bend_is_the_dense_hessian_times_a_vector(cost):
    hill = standing(Mlp((3,), "tanh"), cost)
    direction = np.random.default_rng(0).standard_normal(hill.parameters)
    expected = hill.dense(hill.start) @ direction
    np.testing.assert_allclose(hill.hessian_product(hill.start, direction), expected, rtol=1e-10, atol=1e-13)


def test_biases_are_not_decayed():
    without, with_l2 = standing(l2=0.0), standing(l2=0.5)
    difference = with_l2.dense(with_l2.start) - without.dense(with_l2.start)
    ends = [layer.weight.size for layer in population()[0].network.layers]
    assert np.trace(difference) == pytest.approx(0.5 * sum(ends))


def test_pieces_do_not_change_the_sum(monkeypatch):
    whole = standing()
    monkeypatch.setattr(surface, "BYTES_AT_ONCE", 20_000)
    cut = standing()
    assert len(cut._pieces.labels) > 1
    np.testing.assert_allclose(
        cut.cost_and_gradient(cut.start)[1], whole.cost_and_gradient(whole.start)[1], rtol=1e-12, atol=1e-15
    )
    np.testing.assert_array_equal(cut.inputs, whole.inputs)


def test_a_point_is_a_network_again():
    hill = standing()
    again = hill.network(hill.start)
    assert eqx.tree_equal(
        jax.tree.map(np.float32, again), jax.tree.map(np.asarray, population()[0].network), typematch=False
    )
    np.testing.assert_array_equal(hill.vector(again), hill.start)
