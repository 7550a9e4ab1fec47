import equinox as eqx
import numpy as np
import pytest

from tests.evaluation.hills import digits, population
from thalweg.evaluation.minimum.flat_directions import flat_directions, is_smooth, nearest_kink
from thalweg.networks import Mlp
from thalweg.weights.cost_surface import CostSurface


def found(start, *, cost="quadratic", l2=0.0):
    hill = CostSurface.of(start[0], digits(40), cost=cost, l2=l2)
    return hill, flat_directions(hill, hill.start, size=1.0)


def nothing_out_of_the_first_unit(start):
    last = start.networks.layers[-1]
    return eqx.tree_at(lambda p: p.networks.layers[-1].weight, start, last.weight.at[:, :, 0].set(0.0))


def test_silent_inputs_are_flat_without_l2_only():
    silent = int((digits(40).raw == 0).all(axis=0).sum())
    assert silent == 0
    split = digits(40, side=8)
    silent = int((split.raw == 0).all(axis=0).sum())
    start = population(shape=(8, 8))
    for l2, expected in ((0.0, {"silent inputs": 3 * silent}), (1e-3, {})):
        hill = CostSurface.of(start[0], split, cost="quadratic", l2=l2)
        assert flat_directions(hill, hill.start, size=1.0).counts == expected


def test_a_unit_without_outgoing_weights_is_dead_where_the_outputs_have_no_slope():
    # Away from a stationary point the outgoing weights' own slope couples to it: the Hessian says no.
    hill, flat = found(nothing_out_of_the_first_unit(population()))
    assert flat.counts == {}
    assert np.linalg.norm(hill.cost_and_gradient(hill.start)[1]) > 0


def test_projecting_takes_the_output_shift_out():
    hill, flat = found(population(), cost="cross-entropy", l2=1e-3)
    assert flat.counts == {"output shift": 1}
    vector = np.random.default_rng(0).standard_normal(hill.parameters)
    left = flat.project(vector)
    assert left[-10:].sum() == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(flat.project(left), left, atol=1e-14)


def test_only_a_relu_has_kinks():
    relu, sigmoid = (population(Mlp((3,), name)) for name in ("relu", "sigmoid"))
    assert is_smooth(sigmoid[0].network)
    assert not is_smooth(relu[0].network)
    hill = CostSurface.of(relu[0], digits(40), cost="quadratic", l2=0.0)
    first = relu[0].network.layers[0]
    sums = digits(40).inputs.reshape(40, -1) @ np.asarray(first.weight).T + np.asarray(first.bias)
    assert nearest_kink(hill, hill.start) == pytest.approx(np.abs(sums).min(), rel=1e-3)
    assert nearest_kink(CostSurface.of(sigmoid[0], digits(40), cost="quadratic", l2=0.0), hill.start) is None
