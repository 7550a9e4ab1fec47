import numpy as np
import pytest

from thalweg.measured import Measured
from thalweg.statistics.peaks import peak


def of(curve, reach=0.02):
    """Return the peak of a curve whose differences are all known to +- `reach`."""

    def difference(one, other):
        value = curve[one] - curve[other]
        return Measured(value, value - reach, value + reach)

    return peak(curve, difference)


def test_a_peak_is_found_where_it_was_put_with_its_height():
    found = of([0.5, 0.2, 0.1, 0.3, 0.25, 0.15, 0.12])
    assert (found.at, found.before, found.after) == (3, 2, 6)
    assert found.height.value == pytest.approx(0.18)
    assert found.height.interval == pytest.approx((0.16, 0.2))
    assert found.shown


@pytest.mark.parametrize("curve", [[0.5, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.5]])
def test_a_curve_that_only_falls_or_only_rises_has_none(curve):
    found = of(curve)
    assert found.height.value < 0
    assert not found.shown
    assert found.ruled_out


def test_a_bump_within_the_intervals_is_neither_shown_nor_ruled_out():
    found = of([0.3, 0.1, 0.11, 0.1], reach=0.05)
    assert not found.shown
    assert not found.ruled_out


def test_the_height_is_above_the_higher_side():
    assert of([0.0, 0.5, 0.4]).height.value == pytest.approx(0.1)
    assert of([0.4, 0.5, 0.0]).height.value == pytest.approx(0.1)


def test_only_what_stands_in_the_window_is_looked_at():
    curve = [0.0, 0.9, 0.0, 0.5, 0.0]
    plain = lambda one, other: Measured(curve[one] - curve[other])  # noqa: E731
    assert peak(curve, plain).at == 1
    assert peak(curve, plain, [3]).at == 3
    assert peak(curve, plain, [0, 4]) is None
    assert peak([1.0, 2.0], plain) is None


def test_a_shoulder_of_a_higher_peak_is_none():
    curve = [0.1, 0.9, 0.5, 0.4, 0.1]
    found = peak(curve, lambda one, other: Measured(curve[one] - curve[other]), [2, 3])
    assert found.height.value < 0


def test_without_intervals_nothing_is_shown():
    curve = [0.0, 0.9, 0.0]
    found = peak(curve, lambda one, other: Measured(curve[one] - curve[other]))
    assert found.height == Measured(0.9)
    assert not found.shown


def test_noise_alone_shows_no_peak():
    """Of flat curves, intervals that hold together show a peak no more often than they may."""
    from thalweg.statistics.quantiles import normal_quantile
    from thalweg.statistics.simultaneous import level_of_each

    reach = normal_quantile(level_of_each(45)) * np.sqrt(2)
    generator = np.random.default_rng(0)
    shown = [of(list(generator.standard_normal(10)), reach).shown for _ in range(400)]
    assert np.mean(shown) <= 0.05
