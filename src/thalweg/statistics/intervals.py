"""Intervals for a share, and for a mean over a population of members and a set of examples.

Three questions have three different answers, and only the last one is about both kinds of luck:

- *over starts*: other members, this very test set;
- *over examples*: these very members, another test set from the same source;
- *both*: other members and another test set.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, inf, sqrt
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.measured import Interval, Measured, to_plain
from thalweg.statistics.caveats import caveat
from thalweg.statistics.components import (
    Components,
    Variance,
    components,
    variance_of_difference,
    variance_of_mean,
)
from thalweg.statistics.quantiles import checked_level, normal_quantile
from thalweg.statistics.shares import Answers, example_term


@dataclass(frozen=True)
class CrossedInterval:
    """A mean over a table [members, examples] with its three intervals.

    `sd`: standard deviation between the members' means (ddof=1), None for one member. `starts`, `examples`
    and `both` are (low, high) at the level asked for, None where the table is too small to say: one member
    says nothing about other starts, one example nothing about other examples. `caveat`: where intervals of
    such a table were measured to hold the truth less or more often than they promise, in words; "" where
    they keep their promise.
    """

    mean: float
    sd: float | None
    starts: Interval | None
    examples: Interval | None
    both: Interval | None
    caveat: str = ""

    @property
    def scope(self) -> str:
        """What the widest interval that could be had is over, in words."""
        if self.both is not None:
            return "over starts and examples"
        if self.examples is not None:
            return "over examples"
        return "over starts" if self.starts is not None else "without an interval"

    @property
    def widest(self) -> Interval | None:
        """`both` where it could be had, else the one interval there is, else None."""
        return self.both or self.examples or self.starts

    @property
    def measured(self) -> Measured:
        """The mean with its widest interval."""
        return Measured.of(self.mean, self.widest, self.caveat)

    def to_json(self) -> dict[str, Any]:
        """Return `{"starts": [lo, hi], "examples": [lo, hi], "both": [lo, hi]}`, None where undefined."""
        return to_plain({"starts": self.starts, "examples": self.examples, "both": self.both})


def wilson(successes: float, examples: float, level: float = 0.95) -> Interval:
    """Return Wilson's score interval of a share (Wilson, JASA 22, 1927).

    Close to its nominal coverage for any share and never of zero width. Raises `EvaluationError` for counts
    that cannot be.

    Examples:
        >>> from thalweg.statistics.intervals import wilson
        >>> low, high = wilson(98, 100)
        >>> print(f"{low:.3f} to {high:.3f}")
        0.930 to 0.994
    """
    _check_counts(successes, examples)
    return _score_interval(successes / examples, examples, normal_quantile(level))


def counted(successes: int, examples: int, level: float = 0.95) -> Measured:
    """Return the share `successes` of `examples` with Wilson's interval; raises as `wilson` does."""
    interval = wilson(successes, examples, level)
    return Measured(successes / examples, *interval)


def share_interval(
    share: float, variance: Variance, examples: int, level: float, *, most: float = inf
) -> Interval:
    """Return an interval that keeps to 0..1, for a share whose estimate has this `variance`.

    Wilson's with the effective number of examples p(1 − p)/Var (the design-effect method of Korn & Graubard,
    Survey Methodology 24, 1998), stretched as few degrees of freedom stretch a normal interval to Student's.

    Args:
        share: 0..1; what rounding put outside is cut.
        variance: of the share, over whatever the interval is to be over.
        examples: as so many independent answers a share counts in which no spread was seen, so that a
            perfect record is not taken for certainty.
        level: confidence level, 0..1.
        most: cap on the effective number. A mean of answers cannot be worth more answers than were given;
            shares of other things (pairs, ranks) have no such count.
    """
    share = min(max(share, 0.0), 1.0)
    binomial = share * (1 - share)
    if binomial == 0 or variance.value == 0:
        return wilson(share * examples, examples, level)
    normal = normal_quantile(level)
    low, high = _score_interval(share, min(binomial / variance.value, most), normal)
    # Wilson's shape is owed to the binomial; few degrees of freedom stretch it, but must not bend it.
    stretch = variance.quantile(level) / normal
    return max(0.0, share - stretch * (share - low)), min(1.0, share + stretch * (high - share))


def share_over_starts(answers: Answers, level: float) -> Interval:
    """Return the interval of a share over new members on the same examples; there are several members."""
    parts = answers.parts
    if parts.examples == 1:  # the members' answers to one question: a binomial share of members
        return wilson(parts.mean * parts.members, parts.members, level)
    return share_interval(parts.mean, answers.over_starts, parts.cells, level)


def shares_over_starts(shares: np.ndarray, examples: int, level: float = 0.95) -> Interval | None:
    """Return the interval over new members of the mean of `shares` [members], each of so many examples.

    For where the answers themselves are not at hand: `crossed` makes more of them. As there it is Wilson's
    with Student's stretch, and equal shares are equal by luck of the answers. None for fewer than two.

    Examples:
        >>> from thalweg.statistics.intervals import shares_over_starts
        >>> low, high = shares_over_starts([1.0, 1.0, 1.0], 200)
        >>> print(f"{low:.3f} to {high:.3f}")
        0.994 to 1.000
    """
    shares = np.asarray(shares, dtype=np.float64)
    if len(shares) < 2:
        return None
    variance = Variance(((float(np.var(shares, ddof=1)) / len(shares), len(shares) - 1),))
    return share_interval(float(shares.mean()), variance, len(shares) * examples, level)


def share_over_examples(answers: Answers, level: float) -> Interval:
    """Return the interval of a share over new examples for the same members; there are several examples."""
    parts = answers.parts
    if parts.members == 1:
        return wilson(parts.mean * parts.examples, parts.examples, level)
    variance = Variance((example_term(parts), answers.unseen))
    return share_interval(parts.mean, variance, parts.examples, level, most=parts.cells)


def student(
    values: np.ndarray, level: float = 0.95, *, limits: Interval = (-np.inf, np.inf)
) -> Interval | None:
    """Return Student's t interval of the mean of `values`, cut at `limits`; None for fewer than two."""
    values = np.asarray(values, dtype=np.float64)
    if len(values) < 2:
        return None
    variance = Variance(((float(np.var(values, ddof=1)) / len(values), len(values) - 1),))
    low, high = _symmetric(float(values.mean()), variance, level)
    return max(low, limits[0]), min(high, limits[1])


def student_mean(values: np.ndarray, level: float = 0.95) -> Measured:
    """Return the mean of `values` with Student's t interval."""
    return Measured.of(float(values.mean()), student(values, level))


def crossed(values: np.ndarray, level: float = 0.95, *, limits: Interval | None = None) -> CrossedInterval:
    """Return the mean of `values` [members, examples] with its intervals over starts, examples and both.

    Booleans (or integers 0 and 1) are shares: their intervals are those of `share_interval`, so they respect
    0 and 1, and reckon with answers that are not in the table (`shares.Answers`): none is ever a point. Other
    values get symmetric t intervals, cut at `limits` if given.

    Measured coverage of 95 % intervals (`benchmarks/intervals/accuracy.py`, the page `docs/coverage.md`): 93
    to 97 % from four members and four wrong answers of each up. Beyond that, `caveat` says what it is: 90
    to 100 % at two members, 90 to 99 % at three, 89 to 100 % where few examples decide, and over starts 90
    to 95 % where a few members are very unlike.

    Raises `EvaluationError` as `components` does, or for a level outside 0..1.

    Examples:
        >>> from thalweg.statistics.intervals import crossed
        >>> right = np.array([[1, 1, 0, 1], [1, 1, 1, 0], [1, 1, 0, 0]], dtype=bool)
        >>> found = crossed(right)
        >>> round(found.mean, 3), found.scope
        (0.667, 'over starts and examples')
    """
    checked_level(level)
    table = np.asarray(values)
    if _is_share(table):
        return _of_shares(Answers.of(table), level)
    parts = components(table)
    several, sampled = parts.members > 1, parts.examples > 1
    starts, examples = Variance((parts.member_term,)), Variance((example_term(parts),))
    if starts.value == 0 and sampled and parts.interaction_square > 0:
        # The members differ answer by answer and their means agree by chance.
        starts = Variance((parts.noise_term,))
    return CrossedInterval(
        mean=parts.mean,
        sd=float(np.std(parts.member_means, ddof=1)) if several else None,
        starts=_cut(_symmetric(parts.mean, starts, level), limits) if several else None,
        examples=_cut(_symmetric(parts.mean, examples, level), limits) if sampled else None,
        both=_cut(_symmetric(parts.mean, variance_of_mean(parts), level), limits)
        if several and sampled
        else None,
        caveat=caveat(parts.members, level=level),
    )


def _of_shares(answers: Answers, level: float) -> CrossedInterval:
    parts = answers.parts
    several, sampled = parts.members > 1, parts.examples > 1
    both = Variance((*variance_of_mean(parts).terms, answers.unseen)) if several and sampled else None
    return CrossedInterval(
        mean=parts.mean,
        sd=float(np.std(parts.member_means, ddof=1)) if several else None,
        starts=share_over_starts(answers, level) if several else None,
        examples=share_over_examples(answers, level) if sampled else None,
        both=share_interval(parts.mean, both, parts.examples, level, most=parts.cells) if both else None,
        caveat=caveat(parts.members, answers, level),
    )


def over_starts(values: np.ndarray, level: float = 0.95) -> Interval | None:
    """Return the interval of the mean over new members on these examples: t over the members' means.

    None for one member.

    Examples:
        >>> from thalweg.statistics.intervals import over_starts
        >>> low, high = over_starts([[0.1, 0.3], [0.2, 0.4], [0.3, 0.5]])
        >>> print(f"{low:.3f} to {high:.3f}")
        0.052 to 0.548
    """
    return crossed(values, level).starts


def crossed_difference(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> CrossedInterval:
    """Return mean(first) − mean(second) with its intervals: the same members on two sets of examples.

    `first` [members, examples] and `second` [members, other examples]. Members are paired, the two sets of
    examples are independent. Raises `EvaluationError` when the members differ in number.
    """
    one, other = components(first), components(second)
    tables = [(one, _is_share(np.asarray(first))), (other, _is_share(np.asarray(second)))]
    several = one.members > 1 or other.members > 1
    sampled = min(one.examples, other.examples) > 1
    crossed_variance = variance_of_difference(one, other) if several and sampled else None
    difference = one.member_means - other.member_means
    mean = one.mean - other.mean
    examples = Variance((example_term(one), example_term(other))) if sampled else None
    return CrossedInterval(
        mean=mean,
        sd=float(np.std(difference, ddof=1)) if several else None,
        starts=student(difference, level),
        examples=_difference_interval(tables, examples, level) if examples else None,
        both=_difference_interval(tables, crossed_variance, level) if crossed_variance else None,
        caveat=caveat(one.members, level=level),
    )


def _difference_interval(tables: list[tuple[Components, bool]], variance: Variance, level: float) -> Interval:
    (first, first_share), (second, second_share) = tables
    mean = first.mean - second.mean
    if variance.value > 0 or not (first_share and second_share):
        return _symmetric(mean, variance, level)
    # No spread was seen in shares: Newcombe's hybrid score interval (Statistics in Medicine 17, 1998).
    (low_one, high_one), (low_other, high_other) = (
        wilson(parts.mean * parts.examples, parts.examples, level) for parts in (first, second)
    )
    down = hypot(first.mean - low_one, high_other - second.mean)
    return mean - down, mean + hypot(high_one - first.mean, second.mean - low_other)


def _score_interval(share: float, examples: float, quantile: float) -> Interval:
    """Return the shares whose own standard error reaches `share` (Wilson 1927), cut at 0 and 1."""
    weight = quantile**2 / examples
    centre = share + weight / 2
    reach = sqrt(weight * share * (1 - share) + weight**2 / 4)
    # At the boundary the formula gives it up to rounding; say exactly 0 or 1.
    low = 0.0 if share <= 0 else max(0.0, (centre - reach) / (1 + weight))
    high = 1.0 if share >= 1 else min(1.0, (centre + reach) / (1 + weight))
    return low, high


def _symmetric(mean: float, variance: Variance, level: float) -> Interval:
    reach = variance.quantile(level) * sqrt(variance.value)
    return mean - reach, mean + reach


def _cut(interval: Interval, limits: Interval | None) -> Interval:
    if limits is None:
        return interval
    return max(interval[0], limits[0]), min(interval[1], limits[1])


def _is_share(table: np.ndarray) -> bool:
    if table.dtype.kind == "b":
        return True
    return table.dtype.kind in "ui" and int(table.min()) >= 0 and int(table.max()) <= 1


def _check_counts(successes: float, examples: float) -> None:
    if examples <= 0 or not 0 <= successes <= examples:
        raise EvaluationError(
            f"{successes} successes of {examples} examples: expected between 0 and all of at least one.",
            hint="give counts, not shares, and at least one example.",
        )
