import numpy as np
import pytest

from thalweg.statistics.pairs import all_pairs
from thalweg.statistics.power_laws import (
    LogMean,
    falls_rises_and_falls,
    log_mean,
    mean_of,
    power_law,
    rises_and_falls,
    surely_above,
)


def products(own):
    """Return for each pair the product of what its members have: a mean over pairs that is known."""
    return own[all_pairs(len(own))].prod(axis=1)


def test_the_interval_is_over_members():
    """Of products of independent numbers of mean 1 the mean over pairs is 1: held at 95 %, over members."""
    generator, held = np.random.default_rng(1), 0
    for _ in range(400):
        found = mean_of(log_mean(products(generator.gamma(20, 1 / 20, 16)), 16))
        held += found.low <= 1 <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_the_jackknife_of_three_members_by_hand():
    values = np.array([1.0, 2.0, 3.0])  # pairs 01, 02, 12; without member 0: 3, without 1: 2, without 2: 1
    pseudo = 3 * np.log(2) - 2 * np.log([3.0, 2.0, 1.0])
    found = log_mean(values, 3)
    assert found.value == pytest.approx(np.log(2))
    assert found.variance == pytest.approx(np.var(pseudo, ddof=1) / 3)


def test_what_is_not_above_zero_has_no_logarithm():
    assert log_mean(np.zeros(3), 3) is None
    assert log_mean(np.array([0.0, 0.0, 3.0]), 3) is None  # nothing without its last member


def test_the_power_is_held_as_often_as_is_promised():
    generator, held = np.random.default_rng(2), 0
    for _ in range(300):
        means = {
            float(place): log_mean(place**-0.5 * products(generator.gamma(10, 1 / 10, 8)), 8)
            for place in (8, 16, 32, 64)
        }
        exponent = power_law(means).exponent
        held += exponent.low <= -0.5 <= exponent.high
    assert 0.91 <= held / 300 <= 0.985


def test_what_is_bent_is_told_from_a_power():
    straight = {place: LogMean(-np.log(place), 1e-4, 20) for place in (4.0, 8.0, 16.0, 32.0)}
    bent = {place: LogMean(-(np.log(place) ** 2), 1e-4, 20) for place in straight}
    assert power_law(straight).p_value_straight > 0.99
    assert power_law(bent).p_value_straight < 1e-6
    assert [power_law(each).is_bent for each in (straight, bent)] == [False, True]
    assert power_law({4.0: straight[4.0]}) is None


@pytest.mark.parametrize(
    ("heights", "peak", "two"),
    [
        ([3, 2, 1], False, False),
        ([1, 2, 1], True, False),
        ([2, 1, 2, 1], True, True),
        ([2, 1, 2], False, False),
        ([3, 1, 2, 2], False, False),
        ([1, 3, 1, 2, 1], True, True),
        ([2, 2, 2], False, False),
    ],
)
def test_shapes_are_named_as_they_are(heights, peak, two):
    above = surely_above([LogMean(float(height), 1e-4, 20) for height in heights], 0.999)
    assert (rises_and_falls(above), falls_rises_and_falls(above)) == (peak, two)


def test_nothing_is_above_where_all_is_noise():
    assert not surely_above([LogMean(float(height), 4.0, 5) for height in (1, 2, 3)], 0.99).any()
