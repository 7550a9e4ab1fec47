import pytest

from thalweg.measured import Measured
from thalweg.statistics.crossings import crossing

PLACES = (16, 32, 64, 128)


def around(*values, reach=1.2):
    return [Measured(value, value / reach, value * reach) for value in values]


def test_a_power_law_crosses_where_it_is_one():
    found = crossing(PLACES, around(*((48 / place) ** 0.7 for place in PLACES)), 1.0)
    assert found.at == pytest.approx(48)
    assert (found.above, found.below) == (32, 64)
    assert found.said("neurons") == "between 32 and 64 neurons"


def test_wide_intervals_leave_more_open():
    found = crossing(PLACES, around(*((48 / place) ** 0.7 for place in PLACES), reach=1.6), 1.0)
    assert (found.above, found.below) == (16, 128)


@pytest.mark.parametrize(
    ("values", "at", "said"),
    [
        ((4, 3, 2.5, 2), None, "beyond 128 neurons"),
        ((0.5, 0.4, 0.3, 0.2), None, "at or before 16 neurons"),
        ((1.1, 1.05, 1.0, 1.0), None, "nowhere that could be told"),
        ((2, 1.01, 0.99, 1.05), None, "beyond 16 neurons"),
    ],
)
def test_curves_that_do_not_cross_for_good(values, at, said):
    found = crossing(PLACES, around(*values), 1.0)
    assert found.at == at
    assert found.said("neurons") == said


def test_a_curve_that_falls_to_nothing_crosses_there():
    curve = [Measured(2.0, 1.5, 3.0), Measured(0.0, 0.0, 0.4)]
    assert crossing((10, 20), curve, 1.0).at == pytest.approx(20)


def test_a_curve_that_comes_back_crosses_at_its_last_fall():
    found = crossing(PLACES, around(2, 0.5, 2, 0.5), 1.0)
    assert found.at == pytest.approx((64 * 128) ** 0.5)
    assert (found.above, found.below) == (64, 128)


def test_numbers_without_intervals_are_taken_as_they_are():
    found = crossing((1, 2), [Measured(2.0), Measured(0.5)], 1.0)
    assert (found.above, found.below) == (1, 2)
