"""How strongly two columns go together, with an interval."""

from __future__ import annotations

from math import atanh, sqrt, tanh

import numpy as np
from scipy.stats import rankdata

from thalweg.measured import Measured
from thalweg.statistics.spreads import _quantile


def correlation(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> Measured | None:
    """Return Pearson's correlation of pairs of values, with Fisher's z interval (Metron 1, 1921).

    None for fewer than four pairs, and where one side does not vary.
    """
    return _correlation(first, second, level, ranked=False)


def rank_correlation(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> Measured | None:
    """Return Spearman's correlation of ranks, which a few bad starts cannot make or break.

    Its interval is Fisher's z with the variance (1 + r²/2) / (n − 3) (Bonett & Wright, Psychometrika 65,
    2000). None for fewer than four pairs, and where one side does not vary.
    """
    return _correlation(first, second, level, ranked=True)


def _correlation(first: np.ndarray, second: np.ndarray, level: float, *, ranked: bool) -> Measured | None:
    one, other = (rankdata(side) if ranked else np.asarray(side, np.float64) for side in (first, second))
    count = len(one)
    if count < 4 or not (np.ptp(one) > 0 and np.ptp(other) > 0):
        return None
    found = float(np.clip(np.corrcoef(one, other)[0, 1], -1, 1))
    if abs(found) > 1 - 1e-12:
        return Measured(found, found, found)
    error = sqrt((1 + found**2 / 2 if ranked else 1.0) / (count - 3))
    reach = _quantile(level) * error
    return Measured(found, tanh(atanh(found) - reach), tanh(atanh(found) + reach))
