"""How many kinds there are, of which some were never met: Chao's estimate from how often the others were.

Kinds met once and twice tell of those met not at all. It is a lower bound: of kinds that are rarer still,
nobody can know (Chao, Scandinavian Journal of Statistics 11, 1984).
"""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.measured import Measured
from thalweg.statistics.quantiles import checked_level, normal_quantile


def chao1(counts: np.ndarray, level: float = 0.95) -> Measured:
    """Return how many kinds there are at least, with its interval.

    The bias-corrected estimate, with the interval that is lognormal in the number of kinds unseen and so
    never below what was met (Chao, Biometrics 43, 1987; Colwell, EstimateS 9.1, equations 2, 6, 13 and 14).

    Args:
        counts: int [kinds], how often each was met; zeros do not count.
        level: confidence level, 0..1.

    Raises `EvaluationError` where nothing was met, and for counts below 0.

    Examples:
        >>> from thalweg.statistics.richness import chao1
        >>> print(chao1([1, 1, 4, 2, 5, 2, 4, 1, 2]).plain())
        9.75 [9.07, 17.45]
    """
    met = np.asarray(counts)
    if met.size == 0 or met.min() < 0 or met.max() == 0:
        raise EvaluationError(
            f"counts={met.tolist()[:8]}: expected how often each kind was met, at least one of them once.",
            hint="count the kinds that were met.",
        )
    quantile = normal_quantile(checked_level(level))
    seen, total = int((met > 0).sum()), int(met.sum())
    once, twice = int((met == 1).sum()), int((met == 2).sum())
    unseen = once * (once - 1) / (2 * (twice + 1))
    if unseen == 0:
        return _nearly_all(seen, total, quantile)
    doubles = twice + 1
    variance = (
        unseen
        + once * (2 * once - 1) ** 2 / (4 * doubles**2)
        + once**2 * twice * (once - 1) ** 2 / (4 * doubles**4)
    )
    factor = exp(quantile * sqrt(log(1 + variance / unseen**2)))
    return Measured(seen + unseen, seen + unseen / factor, seen + unseen * factor)


def _nearly_all(seen: int, total: int, quantile: float) -> Measured:
    """Return the estimate where at most one kind was met once: all were met, up to chance."""
    missed = exp(-total / seen)
    centre, reach = seen / (1 - missed), quantile * sqrt(seen * missed / (1 - missed))
    return Measured(float(seen), max(float(seen), centre - reach), centre + reach)
