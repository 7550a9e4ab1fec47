"""Differences of shares against published intervals, statsmodels and simulation."""

import numpy as np
import pytest

from thalweg.errors import EvaluationError
from thalweg.statistics.intervals import wilson
from thalweg.statistics.share_differences import (
    difference_error,
    mean_of_shares,
    share_difference,
    share_variance,
    wilson_ends,
)

# Newcombe, Statistics in Medicine 17, 1998, 873-890, table II, method 10
PUBLISHED = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((6, 7), (2, 7), (0.0582, 0.8062)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
    ((0, 10), (0, 20), (-0.1611, 0.2775)),
    ((0, 10), (0, 10), (-0.2775, 0.2775)),
    ((10, 10), (0, 20), (0.6791, 1.0000)),
    ((10, 10), (0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("first", "second", "published"), PUBLISHED)
def test_published_intervals(first, second, published):
    found = share_difference(*((np.array([right]), np.array([of])) for right, of in (first, second)))
    np.testing.assert_allclose(np.ravel(found), published, atol=6e-5)


def test_one_share_is_wilson_s():
    right, of = np.array([0, 3, 7, 50]), np.array([3, 3, 10, 60])
    for low, high, one, all_of in zip(*wilson_ends(right, of), right, of, strict=True):
        assert (low, high) == pytest.approx(wilson(int(one), int(all_of)))


def test_turned_round_it_is_the_same_with_the_other_sign():
    one, other = (np.array([3, 7]), np.array([9, 7])), (np.array([0, 2]), np.array([4, 5]))
    low, high = share_difference(one, other)
    np.testing.assert_allclose(share_difference(other, one), (-high, -low))


def test_nothing_of_nothing_is_unknown():
    low, high = share_difference((np.array([0, 1]), np.array([0, 2])), (np.array([1, 1]), np.array([2, 2])))
    assert np.isnan([low[0], high[0]]).all()
    assert low[1] < 0 < high[1]


@pytest.mark.parametrize("right", [-1, 4])
def test_counts_that_cannot_be_are_refused(right):
    with pytest.raises(EvaluationError, match=r"of 3\.0 examples: expected between 0 and all"):
        wilson_ends(np.array([right]), np.array([3]))


def test_a_mean_of_shares_holds_the_truth():
    generator = np.random.default_rng(0)
    chances, of = (1.0, 0.5, 0.9), 4
    shares = [(generator.binomial(of, chance, 20_000), np.full(20_000, of)) for chance in chances]
    low, high = mean_of_shares(shares)
    assert ((low <= np.mean(chances)) & (np.mean(chances) <= high)).mean() > 0.94
    one = mean_of_shares(shares[:1])
    np.testing.assert_allclose(one, wilson_ends(*shares[0]))


def test_the_variance_of_a_share_worked_by_hand():
    assert share_variance(np.array(3), np.array(6)) == pytest.approx(4 / 8 * 4 / 8 / 8)


def test_an_error_is_never_zero_and_shrinks_with_members():
    certain = [
        float(difference_error((np.array(7 * n), np.array(7 * n)), (np.array(3 * n), np.array(3 * n))))
        for n in (1, 10, 100)
    ]
    assert certain[0] > certain[1] > certain[2] > 0


def test_the_worst_case_at_two_thousand_members():
    error = difference_error((np.array(700), np.array(1400)), (np.array(300), np.array(600)))
    assert error == pytest.approx(0.024, abs=0.0005)
