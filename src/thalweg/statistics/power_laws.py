"""Means over pairs of members that change with a place: by which power, and where they are highest.

Members of two places know nothing of one another. A mean over pairs has a variance over members, not over
pairs: the jackknife that leaves out a member with all its pairs (Arvesen, Annals of Mathematical Statistics
40, 1969), of the mean's logarithm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry, named
from thalweg.statistics.components import Variance
from thalweg.statistics.pairs import with_others

BENT = 0.05
"""P-values of a straight line below this say that there is none."""


@dataclass(frozen=True)
class LogMean:
    """The logarithm of a mean over all pairs of `members`, and the variance of that over members."""

    value: float
    variance: float
    members: int

    @property
    def term(self) -> tuple[float, int]:
        """The variance with its degrees of freedom."""
        return self.variance, self.members - 1


def log_mean(values: np.ndarray, members: int) -> LogMean | None:
    """Return the logarithm of the mean of `values` [pairs], in the order of `pairs.all_pairs`.

    None where the mean, also without any one member, is not above zero: it has no logarithm. Of three members
    or more.
    """
    mean = float(values.mean())
    own = with_others(values, members)[:, 0]
    # the mean over the pairs without a member
    without = (members * mean - 2 * own) / (members - 2)
    if not (mean > 0 and (without > 0).all()):
        return None
    pseudo = members * log(mean) - (members - 1) * np.log(without)
    return LogMean(log(mean), float(np.var(pseudo, ddof=1)) / members, members)


def mean_of(found: LogMean, level: float = 0.95) -> Measured:
    """Return the mean itself with its interval over members, which is above zero as the mean is."""
    reach = Variance((found.term,)).quantile(level) * sqrt(found.variance)
    return Measured(exp(found.value), exp(found.value - reach), exp(found.value + reach))


@dataclass(frozen=True)
class PowerLaw(Entry):
    """A mean that changes as a power of its place: the `exponent`, fitted at `places`.

    `p_value_straight`: of the hypothesis that it is one power at all these places; small where it is not, and
    then the exponent is no more than a mean slope. NaN at two places.
    """

    exponent: Measured
    places: tuple[float, ...]
    p_value_straight: float

    @property
    def is_bent(self) -> bool:
        """Whether it is surely not one power at all these places."""
        return self.p_value_straight < BENT

    def content(self) -> Mapping[str, Any]:
        """Return the exponent, and whether it is more than a mean slope."""
        return {**super().content(), **named(self, "is_bent")}


def power_law(found: Mapping[float, LogMean], level: float = 0.95) -> PowerLaw | None:
    """Fit log(mean) by a straight line in log(place), every place counting alike; None for fewer than two.

    Examples:
        >>> from thalweg.statistics.power_laws import LogMean, power_law
        >>> halves = {place: LogMean(-0.5 * np.log(place), 1e-4, 32) for place in (8.0, 16.0, 32.0)}
        >>> round(power_law(halves).exponent.value, 6)
        -0.5
    """
    if len(found) < 2:
        return None
    across = np.log(np.array(list(found)))
    up = np.array([one.value for one in found.values()])
    variances = np.array([one.variance for one in found.values()])
    weights = (across - across.mean()) / ((across - across.mean()) ** 2).sum()
    slope = float(weights @ up)
    terms = tuple(
        (float(weight**2) * one.variance, one.members - 1)
        for weight, one in zip(weights, found.values(), strict=True)
    )
    variance = Variance(terms)
    reach = variance.quantile(level) * sqrt(variance.value)
    exponent = Measured(slope, slope - reach, slope + reach)
    return PowerLaw(exponent, tuple(found), _straightness(across, up, variances))


def _straightness(across: np.ndarray, up: np.ndarray, variances: np.ndarray) -> float:
    """Return the p-value of a straight line: of the weighted sum of squares around the best one."""
    from scipy.stats import chi2  # half a second to import

    if len(up) < 3:
        return float("nan")
    scale = 1 / np.sqrt(np.maximum(variances, 1e-300))
    design = np.column_stack([np.ones_like(across), across]) * scale[:, None]
    fitted, *_ = np.linalg.lstsq(design, up * scale, rcond=None)
    return float(chi2.sf(((up * scale - design @ fitted) ** 2).sum(), len(up) - 2))


def surely_above(found: Sequence[LogMean], level: float) -> np.ndarray:
    """Return bool [places, places]: whether the mean of the one is above that of the other at this level.

    For several of these that are to hold together, give a level of each (`simultaneous.level_of_each`).
    """
    count = len(found)
    above = np.zeros((count, count), bool)
    for one in range(count):
        for other in range(count):
            if one != other:
                variance = Variance((found[one].term, found[other].term))
                reach = variance.quantile(level) * sqrt(variance.value)
                above[one, other] = found[one].value - found[other].value > reach
    return above


def rises_and_falls(above: np.ndarray) -> bool:
    """Return whether there is a peak: a place that is surely above one before it and one after it."""
    return any(above[place, :place].any() and above[place, place + 1 :].any() for place in range(len(above)))


def falls_rises_and_falls(above: np.ndarray) -> bool:
    """Return whether there are two descents: a fall, then a peak that is surely above its bottom."""
    count = len(above)
    return any(
        above[:bottom, bottom].any()
        and any(above[peak, bottom] and above[peak, peak + 1 :].any() for peak in range(bottom + 1, count))
        for bottom in range(count)
    )
