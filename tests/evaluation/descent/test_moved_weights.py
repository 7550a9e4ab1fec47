import numpy as np
import pytest

from tests.evaluation.hills import digits, population
from thalweg.evaluation.descent.moved_weights import move_weights, with_activation
from thalweg.weights.cost_surface import CostSurface
from thalweg.weights.interpolation import EmpiricalCost

SIZES = (1e-6, 1e-2)


@pytest.fixture(scope="module")
def asked():
    split = digits(40)
    return split, EmpiricalCost(split.inputs.reshape(40, 4, 4), split.labels, "quadratic", 0.0)


def test_a_nudge_moves_the_cost_by_the_derivative(asked):
    split, question = asked
    member = population()[0]
    places = np.array([5, 20, 50])
    found = move_weights(member.network, places, SIZES, question)
    surface = CostSurface.of(member, split, cost="quadratic", l2=0.0)
    cost, gradient = surface.cost_and_gradient(surface.start)
    assert found.cost == pytest.approx(cost, rel=1e-12)
    np.testing.assert_allclose(found.gradient, gradient, atol=1e-14)
    slope = (found.nudged[:, 0, 0] - found.nudged[:, 0, 1]) / 2e-6
    np.testing.assert_allclose(slope, gradient[places], rtol=1e-5, atol=1e-9)
    assert not found.unmoved[np.abs(gradient[places]) > 1e-6].any()


def test_neurons_that_jump_leave_the_cost_to_the_last_bit(asked):
    _, question = asked
    jumping = with_activation(population()[0].network, "step")
    hidden = np.arange(3 * 16 + 3)
    found = move_weights(jumping, hidden, SIZES, question)
    assert found.unmoved[:, 0].all()
    assert (found.gradient[hidden] == 0).all()
    assert (found.gradient[hidden.size :] != 0).all()
    tipped = move_weights(jumping, hidden, (30.0,), question)  # so far that neurons do tip over
    assert not tipped.unmoved.all()
