import numpy as np
import pytest

from tests.evaluation.hills import digits, population
from thalweg.evaluation.minimum.polish import newton_step, polish
from thalweg.weights.cost_surface import CostSurface


def test_polishing_ends_where_the_gradient_is_rounding():
    hill = CostSurface.of(population()[0], digits(60), cost="quadratic", l2=1e-2)
    place = polish(hill, hill.start)
    assert place.gradient_norm < 1e-14
    assert place.newton_steps >= 1
    assert place.cost < hill.cost(hill.start)


def test_newton_finishes_what_descent_began():
    hill = CostSurface.of(population()[0], digits(60), cost="quadratic", l2=1e-2)
    hasty = polish(hill, hill.start, steps=40)
    assert hasty.descent_steps <= 40
    assert hasty.gradient_norm < 1e-14


def matrix(values):
    turned, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((len(values), len(values))))
    return turned @ np.diag(values) @ turned.T


def test_a_newton_step_reaches_the_bottom_of_a_bowl():
    bowl, gradient = matrix([1.0, 2.0, 5.0, 9.0]), np.array([1.0, -2.0, 0.5, 1.0])
    step, fall = newton_step(lambda v: bowl @ v, gradient, radius=100.0)
    bottom = -np.linalg.solve(bowl, gradient)
    np.testing.assert_allclose(step, bottom, rtol=1e-3)
    assert fall == pytest.approx(-0.5 * gradient @ bottom, rel=1e-3)


@pytest.mark.parametrize("values", [[1.0, 2.0, 5.0], [1.0, -2.0, 5.0]])
def test_a_newton_step_stays_within_its_radius(values):
    bowl, gradient = matrix(values), np.array([3.0, -2.0, 1.0])
    step, fall = newton_step(lambda v: bowl @ v, gradient, radius=0.01)
    assert np.linalg.norm(step) == pytest.approx(0.01)
    assert fall > 0
