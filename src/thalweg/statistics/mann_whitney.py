"""How far Mann & Whitney's share can be from the truth, where a model says it rather than the spread seen.

The share of pairs in which one of the first exceeds one of the second (Annals of Mathematical Statistics 18,
1947) is an area under a ROC curve. Few pairs, or pairs that are all won, show too little spread of their own.
"""

from __future__ import annotations

from math import sqrt

from thalweg.errors import EvaluationError
from thalweg.measured import Interval
from thalweg.statistics.quantiles import normal_quantile
from thalweg.statistics.roots import bisect


def modelled_variance(share: float, first: int, second: int) -> float:
    """Return the variance of Mann-Whitney's share, as Hanley & McNeil (Radiology 143, 1982) model it.

    With Newcombe's replacement of both sample sizes in the brackets by their mean. `share` is the true one,
    0..1; `first` and `second` are the sizes of the two samples.
    """
    extra = (first + second) / 2 - 1
    brackets = 1 + extra * ((1 - share) / (2 - share) + share / (1 + share))
    return share * (1 - share) * brackets / (first * second)


def newcombe(share: float, first: int, second: int, *, level: float = 0.95, widened: float = 1.0) -> Interval:
    """Return method 5 of Newcombe (Statistics in Medicine 25, 2006, 559-573) for Mann-Whitney's share.

    The true shares from which `share` is `level`'s quantile of standard errors away, or less. It has width at
    0 and 1 too, and rests on the model: for samples whose spreads are far apart it does not hold.

    Args:
        share: of pairs in which the first is larger, equal ones half, 0..1.
        first: size of the first sample.
        second: size of the second sample.
        level: confidence level, 0..1.
        widened: by which the modelled variance is multiplied.

    Raises `EvaluationError` for a share outside 0..1, an empty sample or a level that is none.

    Examples:
        >>> from thalweg.statistics.mann_whitney import newcombe
        >>> low, high = newcombe(1.0, 20, 100)
        >>> print(f"{low:.3f} to {high:.3f}")
        0.941 to 1.000
    """
    if not 0 <= share <= 1 or min(first, second) < 1:
        raise EvaluationError(
            f"A share of {share} of {first} x {second} pairs: expected 0 to 1, and at least one pair.",
            hint="give the share of pairs in which the first is larger, and both sample sizes.",
        )
    quantile = normal_quantile(level)

    def beyond(truth: float) -> float:
        return abs(share - truth) - quantile * sqrt(widened * modelled_variance(truth, first, second))

    # At 0 and 1 the variance is 0 and the share itself a root; the one looked for lies further in.
    low = bisect(beyond, 0.0, min(share, 1 - 1e-9)) if share > 0 else 0.0
    high = bisect(beyond, max(share, 1e-9), 1.0) if share < 1 else 1.0
    return float(low), float(high)  # type: ignore[arg-type]
