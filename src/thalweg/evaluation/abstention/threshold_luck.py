"""What the luck of the calibration examples does to numbers that hang on a conformal threshold.

A threshold is the score of one calibration example: the `beyond`-th largest of n. Other examples would have
put it elsewhere, and how many classes a set holds moves with it. How far is asked of the calibration scores
themselves: the quantile that the threshold stands for lies between two of their order statistics, whatever
their law (David & Nagaraja, *Order Statistics*, 2003, section 7.1; between two neighbours Nyblom, Statistics
& Probability Letters 14, 1992, interpolates). The reach of that, and the reach of the interval that takes the
threshold as given, are of independent examples, and are joined as squares on each side, as Newcombe joins
those of two shares (Statistics in Medicine 17, 1998; for any two numbers Zou & Donner, ibid. 27, 2008).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
from scipy.special import betainc

from thalweg.errors import EvaluationError
from thalweg.measured import Interval, Measured
from thalweg.statistics.components import components
from thalweg.statistics.roots import brentq

SHARES = np.linspace(0.0, 1.0, 9)
"""Parts of the way from the threshold's own place to either end, at which numbers are looked up."""
FEW = 10
EDGE = 1e-9


@dataclass(frozen=True)
class Ranks:
    """Which of n calibration scores sets the threshold, and which it could have been.

    `beyond`: it is the `beyond`-th largest. The quantile that it stands for lies, at the confidence asked
    for, between the `most`-th and the `fewest`-th largest; fractions stand between two scores, and below 1
    between the largest score and a threshold under which everything is.
    """

    beyond: int
    most: float
    fewest: float

    @property
    def run_out(self) -> bool:
        """Whether no score is known to lie above the quantile: nothing says how large sets get."""
        return self.fewest < 1


def rank_of(examples: int, level: float) -> int:
    """Return ⌈(n + 1)·level⌉ for n `examples`, the rank of the threshold; n + 1 where there is none.

    Raises `EvaluationError` for a level outside 0..1.
    """
    if not 0.0 < level < 1.0:
        raise EvaluationError(
            f"Prediction sets at level {level}: expected a share strictly between 0 and 1.",
            hint="use 0.95 for sets that hold the true class 95 times in 100.",
        )
    return ceil((examples + 1) * level - 1e-9)


@cache
def ranks(examples: int, level: float, confidence: float) -> Ranks | None:
    """Return where the threshold of `examples` calibration scores stands; None where everything is under it.

    The number of scores above the quantile is binomial: at least j of them with probability I(share above;
    j, n − j + 1), the incomplete beta function, which is solved for j.
    """
    beyond = examples + 1 - rank_of(examples, level)
    if beyond < 1:
        return None
    share, tail = beyond / (examples + 1), (1 - confidence) / 2

    def count(chance: float) -> float:
        under = lambda above: float(betainc(above, examples - above + 1, share)) - chance  # noqa: E731
        return brentq(under, EDGE, examples + 1 - EDGE)

    return Ranks(beyond, max(count(tail), float(beyond)), min(count(1 - tail), float(beyond)))


def paths(own: np.ndarray, place: Ranks, numbers: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return one member's numbers under thresholds on the way to both ends, [numbers, 2 ends, `SHARES`].

    `own` [calibration examples]: scores of the true classes. `numbers`: a function of thresholds [T]
    (infinite ones included) that returns [numbers, T].
    """
    way = np.stack([place.beyond + SHARES * (end - place.beyond) for end in (place.most, place.fewest)])
    counts = np.unique(np.concatenate([np.floor(way), np.ceil(way)], axis=None)).astype(int)
    falling = np.concatenate([[np.inf], np.sort(own)[::-1], [-np.inf]])
    found = numbers(falling[np.minimum(counts, len(own) + 1)])
    return np.stack([np.interp(way, counts, row) for row in found])


def in_common(under: np.ndarray) -> float:
    """Return how much of the luck of a threshold members have in common, 0..1, as standard deviations.

    `under` bool [members, calibration examples]: whether the true class is under the member's threshold. Of
    one member all; of several, the standard deviation of the mean that examples bring with them, beside one
    member's (the components of `statistics.components`). What members do not share shows in their own
    numbers.
    """
    if len(under) == 1:
        return 1.0
    parts = components(under)
    alone = parts.mean * (1 - parts.mean) / parts.examples
    shared = (parts.example_square - parts.interaction_square) / parts.cells
    return 1.0 if alone <= 0 else min(1.0, max(0.0, shared) / alone) ** 0.5


def with_luck(given: Measured, moved: np.ndarray, common: float, limits: Interval) -> Measured:
    """Return `given`, measured under fixed thresholds, with the reach of the threshold's luck joined to it.

    `moved` [2 ends, `SHARES`]: the number on the way to both ends, mean over members. `common`: how far along
    that way the threshold's luck goes. The interval keeps to `limits`.
    """
    if given.interval is None:
        return given
    low, high = given.interval
    least = np.minimum.accumulate(np.minimum(*moved))
    most = np.maximum.accumulate(np.maximum(*moved))
    down = np.hypot(given.value - low, max(0.0, given.value - np.interp(common, SHARES, least)))
    up = np.hypot(high - given.value, max(0.0, np.interp(common, SHARES, most) - given.value))
    return Measured(
        given.value,
        float(min(given.value, max(limits[0], given.value - down))),
        float(max(given.value, min(limits[1], given.value + up))),
    )
