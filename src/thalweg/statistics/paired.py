"""Differences of two classifiers that answer the same examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import hypot, sqrt
from typing import Any

import numpy as np

from thalweg.measured import Interval, Measured, to_plain
from thalweg.record import Entry
from thalweg.statistics.caveats import caveat_of_difference
from thalweg.statistics.intervals import CrossedInterval, wilson
from thalweg.statistics.quantiles import student_quantile
from thalweg.statistics.roots import brentq
from thalweg.statistics.shares import Answers
from thalweg.statistics.sides import side_over_starts

SMALLEST_P = 1e-9  # where the search for a p-value ends
ROUNDING = 1e-18  # a variance of the mean gap below this is rounding
UNLIKE = 1 / 5
"""One more example is reckoned with, on which the two tables differ by so much of an answer."""


@dataclass(frozen=True, eq=False)
class Difference:
    """A difference of two mean accuracies, first − second, with its three intervals.

    `over`: mean and intervals over starts, examples and both, None where one of the two has a single member
    (no starts). `at`: the widest of them at any level, None where there is none.
    """

    over: CrossedInterval
    at: Callable[[float], Interval] | None

    @cached_property
    def p_value(self) -> float:
        """Of the hypothesis that there is no difference: 1 − the level at which the interval touches 0."""
        return 1.0 if self.at is None else _p_value(self.over.mean, self.at)

    @property
    def measured(self) -> Measured:
        """The difference with its widest interval."""
        return self.over.measured

    @property
    def scope(self) -> str:
        """What the widest interval is over, in words."""
        return self.over.scope

    @property
    def excludes_zero(self) -> bool:
        """Whether the widest interval lies on one side of 0."""
        interval = self.over.widest
        return interval is not None and not interval[0] <= 0.0 <= interval[1]

    def to_json(self) -> dict[str, Any]:
        """Return value and widest interval, all three under `intervals`, and the p-value."""
        return to_plain(
            {**self.measured.to_json(), "intervals": self.over.to_json(), "p_value": self.p_value}
        )


@dataclass(frozen=True)
class McNemar(Entry):
    """McNemar's test of two networks on the same examples (Psychometrika 12, 1947).

    `first_only` and `second_only`: examples that only the one gets right. Given their sum, `first_only` is
    binomial with share 1/2 if neither is better: `p_value` is exact and two-sided, at most the level it is
    compared with; `mid_p` counts the case seen by half (Fagerland, Lydersen & Laake, BMC Medical Research
    Methodology 13, 2013), closer to the level.
    """

    first_only: int
    second_only: int
    p_value: float
    mid_p: float

    def __str__(self) -> str:
        return (
            f"{self.first_only:,} examples only the first gets right, {self.second_only:,} only the second "
            f"(McNemar's exact p = {self.p_value:.2g})"
        )


def mcnemar(first: np.ndarray, second: np.ndarray) -> McNemar:
    """Return McNemar's exact test from `first` and `second`, bool [examples]: right or not."""
    from scipy.stats import binom  # half a second to import

    ours, theirs = int((first & ~second).sum()), int((second & ~first).sum())
    fewer, together = min(ours, theirs), ours + theirs
    tail, seen = float(binom.cdf(fewer, together, 0.5)), float(binom.pmf(fewer, together, 0.5))
    mid_p = 1.0 if ours == theirs else 2 * tail - seen
    return McNemar(ours, theirs, min(1.0, 2 * tail), min(1.0, mid_p))


def paired_difference(first: np.ndarray, second: np.ndarray, *, level: float = 0.95) -> Difference:
    """Return mean(first) − mean(second) of two tables bool [members, examples] on the same examples.

    Members are independent between the tables, examples are shared. Each table has its interval over starts
    (`sides.side_over_starts`: of a share that is skewed where members are unlike), and of its distances the
    difference takes the root of the sum of squares (Newcombe, Statistics in Medicine 17, 1998; for any two
    estimates Zou & Donner, Statistics in Medicine 27, 2008): each side counts with Student's quantile of its
    own number of members. Over new examples too the spread between examples of the difference is added, less
    the noise in it. The table with fewer members is taken to be no more certain than its members would be if
    their variance were half the other's: three networks that happen to agree are not three alike.

    Where there is no difference, one is shown in at most 6 % of cases from three members a side up, also
    where one population spreads by 2 on the scale of logits and the other hardly; in up to 8 % of two
    members (`benchmarks/intervals/comparison.py`). Raises `EvaluationError` as `components`.

    Examples:
        >>> from thalweg.statistics.paired import paired_difference
        >>> right = population.probabilities(digits.test).argmax(axis=2) == digits.test.labels
        >>> paired_difference(right[:2], right[2:]).over.scope
        'over starts and examples'
    """
    sides = _Sides(Answers.of(first), Answers.of(second), first.mean(axis=0) - second.mean(axis=0))
    several, sampled = sides.several, len(sides.gaps) > 1
    if sampled:
        widest = sides.both if several else sides.over_examples
    else:
        widest = sides.starts if several else None
    over = CrossedInterval(
        mean=sides.mean,
        sd=None,
        starts=sides.starts(level) if several else None,
        examples=sides.over_examples(level) if sampled else None,
        both=sides.both(level) if several and sampled else None,
        caveat=caveat_of_difference(sides.first, sides.second, level) if several else "",
    )
    return Difference(over, widest)


@dataclass(frozen=True, eq=False)
class _Sides:
    """Two tables on the same examples, and the difference of their example means, `gaps` [examples]."""

    first: Answers
    second: Answers
    gaps: np.ndarray

    @property
    def mean(self) -> float:
        return self.first.parts.mean - self.second.parts.mean

    @property
    def several(self) -> bool:
        return min(self.first.parts.members, self.second.parts.members) > 1

    def starts(self, level: float) -> Interval:
        """Return the interval over new members of both on these examples."""
        return self._interval(*self._reaches(level))

    def over_examples(self, level: float) -> Interval:
        """Return the interval over new examples for these members."""
        variance = self._variance
        if variance <= ROUNDING and self.several:
            # The tables' means agree example by example and their members do not.
            variance = self._noise
        if variance == 0:
            return self._unseen(level)
        reach = sqrt(variance + self._unlike) * self._quantile(level)
        return self._interval(reach, reach)

    def both(self, level: float) -> Interval:
        """Return the interval over new members of both and new examples."""
        sides = (self.first.parts, self.second.parts)
        if self._variance <= ROUNDING and all(
            own.member_square == own.interaction_square == 0 for own in sides
        ):
            return self._unseen(level)
        added = max(0.0, self._variance - self._noise) + self._unlike
        reach = sqrt(added) * self._quantile(level)
        down, up = self._reaches(level)
        return self._interval(hypot(down, reach), hypot(up, reach))

    @cached_property
    def _variance(self) -> float:
        """The variance of the mean gap over new examples, the noise in it included."""
        return float(np.var(self.gaps, ddof=1)) / len(self.gaps)

    @property
    def _noise(self) -> float:
        """The variance of the mean gap that members explain example by example."""
        return self.first.parts.noise_term[0] + self.second.parts.noise_term[0]

    @cached_property
    def _unlike(self) -> float:
        """What one more example, unlike those seen, would add to the variance of the mean gap."""
        if not self.several:
            return 0.0
        rarer = self.first.rarer + self.second.rarer
        left = rarer / len(self.gaps) - self._variance
        return min((UNLIKE / len(self.gaps)) ** 2, max(0.0, left))

    def _quantile(self, level: float) -> float:
        return student_quantile(level, len(self.gaps) - 1)

    def _reaches(self, level: float) -> Interval:
        """Return how far below and above the difference the interval over starts reaches."""
        (low, high), (less, more) = (
            side_over_starts(self.first, self.second, level),
            side_over_starts(self.second, self.first, level),
        )
        one, other = self.first.parts.mean, self.second.parts.mean
        return hypot(one - low, more - other), hypot(high - one, other - less)

    def _interval(self, down: float, up: float) -> Interval:
        return max(-1.0, self.mean - down), min(1.0, self.mean + up)

    def _unseen(self, level: float) -> Interval:
        # No spread was seen, which is not the same as none: as many as Wilson allows could yet differ.
        reach = wilson(0, len(self.gaps), level)[1]
        return self._interval(reach, reach)


def _p_value(mean: float, interval: Callable[[float], Interval]) -> float:
    """Return 1 − the level at which the interval touches 0."""
    if mean == 0:
        return 1.0

    def within(p_value: float) -> float:
        low, high = interval(1 - p_value)
        return -low if mean > 0 else high

    if within(1 - SMALLEST_P) >= 0:
        return 1.0
    if within(SMALLEST_P) <= 0:
        return 0.0
    return brentq(within, SMALLEST_P, 1 - SMALLEST_P, xtol=SMALLEST_P)
