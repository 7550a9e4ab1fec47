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


def test_a_perfect_correlation_is_one():
    assert correlations.correlation(np.arange(9.0), 2 * np.arange(9.0)).value == pytest.approx(1.0)
