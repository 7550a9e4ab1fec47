"""How far starts lie apart: standard deviations, their ratios and correlations, each with an interval.

Costs of trained networks are not normal: a few starts end badly. Student's and chi-square intervals for a
standard deviation do not survive that, so Bonett's interval is used, which reads the kurtosis off the data
(Bonett, Computational Statistics & Data Analysis 50, 2006, equation 2). Measured coverage of 95 % intervals
at 64 values: 95 % for normal ones, 93 % for Student's t with 7 degrees of freedom, 90 % for exponential ones
(92 % at 256), where the interval of chi-square has less than 85 % (tests/studies/test_spreads.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, log2, sqrt

import numpy as np

from thalweg.measured import Interval, Measured
from thalweg.statistics.quantiles import normal_quantile

SKEWED = 1.2
"""Skewness beyond which intervals of a spread are said to cover less: exponential values have 2."""

LEAST = 5
"""Fewer values than these show nothing of the shape of their distribution."""


def standard_deviation(values: np.ndarray, level: float = 0.95) -> Measured:
    """Return the standard deviation (ddof=1) of independent `values` with Bonett's interval.

    Without an interval for fewer than `LEAST` values, or for values that are all the same.
    """
    values = np.asarray(values, np.float64)
    found = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    ends = variance_interval(values, level)
    return Measured(found) if ends is None else Measured(found, sqrt(ends[0]), sqrt(ends[1]))


def variance_interval(values: np.ndarray, level: float = 0.95) -> Interval | None:
    """Return Bonett's interval of the variance of independent `values`; None where it cannot be had."""
    error = log_variance_error(values, level)
    if error is None:
        return None
    quantile = normal_quantile(level)
    centre = _small_sample(len(values), quantile) * float(np.var(values, ddof=1))
    return centre * exp(-quantile * error), centre * exp(quantile * error)


def log_variance_error(values: np.ndarray, level: float = 0.95) -> float | None:
    """Return the standard error of the logarithm of the variance of `values`.

    None for fewer than `LEAST` values and for values that do not vary.
    """
    values = np.asarray(values, np.float64)
    count = len(values)
    if count < LEAST or not np.var(values) > 1e-24 * np.max(np.abs(values)) ** 2:
        return None
    cut = int(min(0.49, 1 / (2 * sqrt(count - 4))) * count)
    middle = np.sort(values)[cut : count - cut].mean()
    squares = float(np.sum((values - values.mean()) ** 2))
    kurtosis = count * float(np.sum((values - middle) ** 4)) / squares**2
    inside = max(kurtosis - (count - 3) / count, 1e-12)
    return _small_sample(count, normal_quantile(level)) * sqrt(inside / (count - 1))


def is_skewed(values: np.ndarray) -> bool:
    """Whether a few of these values lie so far out on one side that intervals of a spread cover less.

    Exponential values do: the intervals here cover 88 to 94 % of the time (docs/coverage.md). Of 64 such
    values 8 samples in ten are seen to be so, of 16 only 5; of normal values 2 in a hundred samples of 16
    look so, none of 64.
    """
    values = np.asarray(values, np.float64)
    if len(values) < LEAST or not np.ptp(values) > 0:
        return False
    away = values - values.mean()
    return abs(float(np.mean(away**3))) / float(np.mean(away**2)) ** 1.5 > SKEWED


def spread_ratio(above: np.ndarray, below: np.ndarray, level: float = 0.95) -> Measured | None:
    """Return sd(above) / sd(below) of two independent sets of values; None where either does not vary."""
    errors = log_variance_error(above, level), log_variance_error(below, level)
    if errors[0] is None or errors[1] is None:
        return None
    ratio = float(np.std(above, ddof=1) / np.std(below, ddof=1))
    reach = normal_quantile(level) * sqrt(errors[0] ** 2 + errors[1] ** 2) / 2
    return Measured(ratio, ratio * exp(-reach), ratio * exp(reach))


def factor_per_doubling(
    widths: Sequence[int], samples: Sequence[np.ndarray], level: float = 0.95
) -> Measured | None:
    """Return by what the standard deviation is multiplied, on average, when the width doubles.

    The slope of the logarithm of the standard deviation on log2(width), weighted by its known errors; the
    interval is over starts, and says nothing about whether the change is the same at every width. None for
    fewer than two widths, and where a sample does not vary.
    """
    errors = [log_variance_error(sample, level) for sample in samples]
    if len(set(widths)) < 2 or any(error is None for error in errors):
        return None
    weights = np.array([4 / error**2 for error in errors if error is not None])
    x = np.array([log2(width) for width in widths])
    y = np.array([log(float(np.std(sample, ddof=1))) for sample in samples])
    x = x - np.average(x, weights=weights)
    information = float(np.sum(weights * x**2))
    slope = float(np.sum(weights * x * y)) / information
    reach = normal_quantile(level) / sqrt(information)
    return Measured(exp(slope), exp(slope - reach), exp(slope + reach))


def _small_sample(count: int, quantile: float) -> float:
    return count / max(count - quantile, 1.0)
