import numpy as np
import pytest
from scipy import stats

from thalweg.statistics import spreads

DRAWS = {
    "normal": (lambda generator, shape: generator.standard_normal(shape), 1.0),
    "exponential": (lambda generator, shape: generator.exponential(1.0, shape), 1.0),
    "student": (lambda generator, shape: generator.standard_t(7, shape), np.sqrt(7 / 5)),
}


def held(intervals, truth):
    return np.mean([low <= truth <= high for low, high in intervals])


@pytest.mark.parametrize(("name", "least"), [("normal", 0.93), ("exponential", 0.87), ("student", 0.91)])
def test_the_interval_of_a_standard_deviation_holds_its_coverage(name, least):
    draw, truth = DRAWS[name]
    samples = draw(np.random.default_rng(1), (1500, 60))
    assert least <= held([spreads.standard_deviation(row).interval for row in samples], truth) <= 0.985


def test_chi_square_would_not_hold_it():
    draw, truth = DRAWS["exponential"]
    samples = draw(np.random.default_rng(1), (1500, 60))
    ends = np.sqrt(59 / stats.chi2.ppf([0.975, 0.025], 59))
    sds = samples.std(axis=1, ddof=1)
    assert held([tuple(sd * ends) for sd in sds], truth) < 0.85


def test_bonetts_interval_worked_by_hand():
    values = np.array([1.0, 2.0, 4.0, 7.0, 11.0, 3.0, 5.0, 6.0])
    count, z = 8, stats.norm.ppf(0.975)
    middle = stats.trim_mean(values, 1 / (2 * np.sqrt(4)))
    kurtosis = count * ((values - middle) ** 4).sum() / ((values - values.mean()) ** 2).sum() ** 2
    c = count / (count - z)
    error = c * np.sqrt((kurtosis - 5 / 8) / 7)
    expected = np.sqrt(c * values.var(ddof=1) * np.exp([-z * error, z * error]))
    found = spreads.standard_deviation(values)
    assert found.value == pytest.approx(values.std(ddof=1))
    np.testing.assert_allclose(found.interval, expected)


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0, 4.0], [3.0] * 20])
def test_too_few_values_or_no_spread_have_no_interval(values):
    found = spreads.standard_deviation(np.array(values))
    assert found.interval is None
    assert found.value == pytest.approx(np.std(values, ddof=1))


def test_a_ratio_of_spreads_holds_its_coverage():
    generator = np.random.default_rng(2)
    found = [
        spreads.spread_ratio(3 * generator.standard_normal(50), generator.exponential(1.0, 80))
        for _ in range(800)
    ]
    assert 0.90 <= held([ratio.interval for ratio in found], 3.0) <= 0.98
    assert spreads.spread_ratio(np.ones(9), np.arange(9.0)) is None


def test_a_spread_that_halves_is_seen_to_halve():
    generator = np.random.default_rng(3)
    widths = [8, 16, 32, 64]
    found = [
        spreads.factor_per_doubling(
            widths, [5.0 * 8 / width + generator.standard_normal(60) / width for width in widths]
        )
        for _ in range(600)
    ]
    assert 0.92 <= held([factor.interval for factor in found], 0.5) <= 0.98
    assert np.mean([factor.value for factor in found]) == pytest.approx(0.5, abs=0.01)


def test_one_width_has_no_change():
    assert spreads.factor_per_doubling([8], [np.arange(9.0)]) is None
    assert spreads.factor_per_doubling([8, 16], [np.arange(9.0), np.ones(9)]) is None


def test_values_far_out_on_one_side_are_called_skewed():
    generator = np.random.default_rng(0)
    exponential = [spreads.is_skewed(generator.standard_exponential(64)) for _ in range(200)]
    normal = [spreads.is_skewed(generator.standard_normal(64)) for _ in range(200)]
    assert np.mean(exponential) > 0.75
    assert np.mean(normal) < 0.01
    assert not spreads.is_skewed(np.full(8, 0.3))
    assert not spreads.is_skewed(np.array([0.1, 9.0]))
