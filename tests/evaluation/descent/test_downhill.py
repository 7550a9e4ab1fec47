import numpy as np
import pytest

from tests.evaluation.hills import digits, population
from thalweg.evaluation.descent.downhill import descend
from thalweg.weights.cost_surface import CostSurface


class Bowl:
    """cost = sum(curvature * point^2) / 2: lowest at zero."""

    def __init__(self, *curvature):
        self.curvature, self.asked = np.array(curvature), 0

    def cost_and_gradient(self, point):
        self.asked += 1
        return float(self.curvature @ point**2) / 2, self.curvature * point


class Line:
    """A slope that never ends; the cost falls for ever."""

    def cost_and_gradient(self, point):
        return -float(point[0]), np.array([-1.0])


class Kink:
    """The slope points along the first axis and its fall is never kept: the cost is the same everywhere."""

    def cost_and_gradient(self, point):
        return 1.0, np.array([1.0])


def test_a_round_bowl_is_crossed_in_one_step():
    # From 3, rate 1: 3 - 1 * 3 = 0, the lowest place, with no slope left.
    way = descend(Bowl(1.0), np.array([3.0]))
    np.testing.assert_allclose(way.cost, [4.5, 0.0])
    np.testing.assert_allclose(way.gradient_norm, [3.0, 0.0])
    np.testing.assert_allclose(way.point, [0.0])
    assert (way.reached, way.stuck, way.steps, way.slope_left) == (True, False, 1, 0.0)


def test_a_steep_bowl_halves_the_rate_as_worked_by_hand():
    # Curvature 4 from 1: rate 1 lands on -3 (cost 18), rate 1/2 on -1 (cost 2, no fall), rate 1/4 on 0.
    hill = Bowl(4.0)
    way = descend(hill, np.array([1.0]))
    np.testing.assert_allclose(way.cost, [2.0, 0.0])
    assert way.learning_rate[1] == 0.25
    assert hill.asked == 4


def test_the_cost_never_rises_and_the_rule_is_about_the_slope():
    way = descend(Bowl(1.0, 7.0, 90.0), np.array([5.0, -2.0, 1.0]), tolerance=1e-6)
    assert (np.diff(way.cost) < 0).all()
    assert way.reached
    assert way.slope_left <= 1e-6 < way.gradient_norm[-2] / way.gradient_norm[0]
    np.testing.assert_allclose(way.point, 0, atol=1e-3)


def test_a_cap_on_steps_is_said():
    way = descend(Line(), np.array([0.0]), steps=7)
    assert (way.steps, way.reached, way.stuck) == (7, False, False)
    np.testing.assert_array_equal(way.learning_rate[1:], 2.0 ** np.arange(7))


def test_a_start_without_a_slope_is_the_end():
    way = descend(Bowl(1.0), np.zeros(1))
    assert (way.steps, way.reached, way.slope_left) == (0, True, 0.0)
    assert np.isnan(way.learning_rate[0])


def test_a_slope_that_promises_what_never_comes_is_given_up():
    way = descend(Kink(), np.array([0.0]))
    assert (way.steps, way.reached, way.stuck) == (0, False, True)


def test_on_a_real_hill_the_cost_never_rises():
    surface = CostSurface.of(population()[0], digits(60), cost="quadratic", l2=1e-3)
    way = descend(surface, surface.start, tolerance=0.01, steps=200)
    assert (np.diff(way.cost) < 0).all()
    assert way.cost[0] == pytest.approx(surface.cost(surface.start))
    assert way.cost[-1] == pytest.approx(surface.cost(way.point))
    assert way.cost[-1] < way.cost[0]
