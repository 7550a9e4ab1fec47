"""How strongly two columns go together, with an interval."""

from __future__ import annotations

from math import atanh, isnan, nan, sqrt, tanh

import numpy as np

from thalweg.measured import Measured
from thalweg.statistics.quantiles import normal_quantile
from thalweg.statistics.ranks import ranks

ROUNDING = 1e-12
"""A correlation nearer to 1 than this is 1."""


def correlation(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> Measured | None:
    """Return Pearson's correlation of pairs of values, with Fisher's z interval (Metron 1, 1921).

    None for fewer than four pairs, and where one side does not vary. A correlation of 1 or -1 comes without
    an interval: there z is infinite, and no more is known than that the pairs seen lie on one line. An
    interval from 1 to 1 would take four such pairs for certainty.
    """
    return _with_interval(_pearson(first, second), len(first), 1.0, level)


def rank_correlation(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> Measured | None:
    """Return Spearman's correlation of ranks, which a few bad starts cannot make or break.

    Its interval is Fisher's z with the variance (1 + r²/2) / (n − 3) (Bonett & Wright, Psychometrika 65,
    2000). None, and without an interval, where `correlation` is.
    """
    found = spearman(first, second)
    return _with_interval(found, len(first), 1 + found**2 / 2, level)


def spearman(first: np.ndarray, second: np.ndarray) -> float:
    """Return Spearman's correlation, equals sharing their mean rank; NaN for fewer than three pairs.

    It is NaN too where one side does not vary, and exactly 1 or -1 where the order is the same or reversed.
    """
    return _pearson(ranks(first), ranks(second))


def _pearson(first: np.ndarray, second: np.ndarray) -> float:
    if len(first) < 3 or not (np.ptp(first) > 0 and np.ptp(second) > 0):
        return nan
    found = float(np.corrcoef(np.asarray(first, np.float64), np.asarray(second, np.float64))[0, 1])
    return float(round(found)) if abs(found) > 1 - ROUNDING else found


def _with_interval(found: float, count: int, variance: float, level: float) -> Measured | None:
    """Return `found` with Fisher's interval; `variance`: of z, times count − 3."""
    if count < 4 or isnan(found):
        return None
    if abs(found) == 1:
        return Measured(found)
    reach = normal_quantile(level) * sqrt(variance / (count - 3))
    return Measured(found, tanh(atanh(found) - reach), tanh(atanh(found) + reach))
