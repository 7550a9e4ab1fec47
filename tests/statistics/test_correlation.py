import numpy as np
import pytest
from scipy import stats

from thalweg.statistics import correlation as correlations

from .test_spreads import held


def test_correlations_are_scipys():
    first, second = np.random.default_rng(4).standard_normal((2, 40))
    second = 0.5 * first + second
    expected = stats.pearsonr(first, second)
    found = correlations.correlation(first, second)
    assert found.value == pytest.approx(expected.statistic)
    np.testing.assert_allclose(found.interval, expected.confidence_interval(0.95))
    assert correlations.rank_correlation(first, second).value == pytest.approx(
        stats.spearmanr(first, second).statistic
    )


@pytest.mark.parametrize("ranked", [False, True])
def test_intervals_of_correlations_hold_their_coverage(ranked):
    generator = np.random.default_rng(5)
    rho = 0.6
    truth = 6 / np.pi * np.arcsin(rho / 2) if ranked else rho
    measure = correlations.rank_correlation if ranked else correlations.correlation
    found = []
    for _ in range(1000):
        first, noise = generator.standard_normal((2, 40))
        found.append(measure(first, rho * first + np.sqrt(1 - rho**2) * noise).interval)
    assert 0.93 <= held(found, truth) <= 0.97


def test_one_bad_start_makes_no_correlation_of_ranks():
    first, second = np.random.default_rng(6).standard_normal((2, 60))
    first[0] = second[0] = 100.0
    assert correlations.correlation(first, second).low > 0.9
    assert correlations.rank_correlation(first, second).low < 0


@pytest.mark.parametrize(("first", "second"), [([1.0, 2, 3], [1.0, 2, 3]), ([1.0] * 9, list(range(9)))])
def test_no_correlation_of_too_few_pairs_or_of_a_constant(first, second):
    assert correlations.correlation(np.array(first), np.array(second)) is None


@pytest.mark.parametrize("measure", [correlations.correlation, correlations.rank_correlation])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_perfect_correlation_is_one_and_has_no_interval(measure, sign):
    generator = np.random.default_rng(7)
    for count in (4, 9, 40):
        first = generator.standard_normal(count)
        found = measure(first, sign * 0.1 * first + 0.3)
        assert (found.value, found.interval) == (sign, None)


def test_nearly_perfect_is_not_perfect():
    first = np.arange(2000.0)
    second = first.copy()
    second[:2] = second[1::-1]
    found = correlations.rank_correlation(first, second)
    assert 1 - 1e-8 < found.value < 1
    assert found.low < found.value < found.high


def test_ranks_with_equals_are_scipys():
    generator = np.random.default_rng(0)
    first = generator.integers(0, 8, 40) / 8
    second = np.round(first + generator.normal(0, 0.3, 40), 1)
    expected = stats.spearmanr(first, second).statistic
    assert correlations.spearman(first, second) == pytest.approx(expected, abs=1e-12)
    found = correlations.rank_correlation(first, second)
    assert found.value == pytest.approx(expected, abs=1e-12)
    assert -1 < found.low < found.value < found.high < 1
    assert correlations.rank_correlation(first, second, 0.99).low < found.low


def test_spearman_of_three_and_of_what_says_nothing():
    assert correlations.spearman(np.arange(4.0), np.arange(4.0)[::-1] ** 3) == -1.0
    three = np.array([1.0, 3.0, 2.0])
    assert correlations.spearman(np.arange(3.0), three) == pytest.approx(
        stats.spearmanr(np.arange(3.0), three).statistic
    )
    assert np.isnan(correlations.spearman(np.ones(4), np.arange(4.0)))
    assert np.isnan(correlations.spearman(np.arange(2.0), np.arange(2.0)))
