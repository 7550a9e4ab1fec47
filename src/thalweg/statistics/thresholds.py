"""Intervals of the share of one kind of examples beyond a threshold that is estimated from another kind.

"The share of real examples that are flagged where 95 % of outliers are caught" has luck of two sorts: where
the threshold lies, since the 95 % are of the outliers at hand, and how many real examples lie beyond it. The
first is bounded by order statistics, whatever the scores are (David & Nagaraja, Order Statistics, 2003,
section 7.1), the second by Wilson's interval. They are put together as Zou & Donner have it (Statistics in
Medicine 27, 2008, 1693-1702): each end lies as far away as the root of the squared distances.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, hypot, log, sqrt

import numpy as np
from scipy.special import betainc

from thalweg.measured import Interval
from thalweg.statistics.components import Variance, components
from thalweg.statistics.intervals import CrossedInterval, share_interval, wilson
from thalweg.statistics.quantiles import checked_level, student_quantile
from thalweg.statistics.roots import bisect

Distances = tuple[float, float]
"""How far the lower end and the upper end lie from the number."""


@dataclass(frozen=True, eq=False)
class Beyond:
    """The shares beyond a threshold of every member, and what their luck is read from.

    `values` float64 [members]: the shares. `ends` [members, 2]: the shares at the thresholds between which
    the true one lies; 1 where nothing bounds it from above. `kept` [members, examples that the threshold is
    estimated from]: their influences, up to a constant. `beyond` [members, other examples]: whether they lie
    beyond.
    """

    values: np.ndarray
    ends: np.ndarray
    kept: np.ndarray
    beyond: np.ndarray


@cache
def order_statistics(examples: int, kept: float, level: float = 0.95) -> tuple[float, float | None]:
    """Return the places, from 1, of the two ordered scores between which the true quantile lies.

    Args:
        examples: number of scores.
        kept: which quantile, 0..1.
        level: confidence level, 0..1.

    Places are fractions between neighbours, so that the level is met (exact where scores are continuous and
    places whole). The upper one is None where `examples` are too few to bound the quantile from above; the
    lower one may be below 1, where nothing bounds it from below.

    Examples:
        >>> from thalweg.statistics.thresholds import order_statistics
        >>> low, high = order_statistics(1_000, 0.95)
        >>> print(f"{low:.1f} to {high:.1f}")
        936.6 to 963.6
        >>> order_statistics(20, 0.95)[1] is None
        True
    """
    tail = (1 - checked_level(level)) / 2

    def place(chance: float) -> float:
        # the k-th smallest of n shares has the Beta distribution of k and n + 1 - k
        found = bisect(lambda at: betainc(at, examples + 1 - at, kept) - chance, 1e-9, examples + 1 - 1e-9)
        return float(found)  # type: ignore[arg-type]

    high = place(tail)
    return place(1 - tail), high if high <= examples else None


def fewest_for_a_bound(kept: float, level: float = 0.95) -> int:
    """Return how many examples it takes to bound the quantile `kept` of all that there are from above."""
    return ceil(log((1 - checked_level(level)) / 2) / log(kept))


def mean_beyond(sets: Sequence[Beyond], level: float = 0.95, *, same_kept: bool = False) -> CrossedInterval:
    """Return the mean share over members and sets, with its intervals.

    Args:
        sets: of one or more sets of examples, by the same members.
        level: confidence level, 0..1.
        same_kept: whether all thresholds are of the same examples, and those beyond of their own set; or the
            other way round.

    Over both, members add Student's interval of their means, and the examples' part is less what is luck of
    single answers. Members that agree where the threshold is share its luck, others average it out.
    """
    values = np.mean([each.values for each in sets], axis=0)
    mean, members = float(values.mean()), len(values)
    groups = [list(sets)], [[each] for each in sets]
    thresholds, answers = groups if same_kept else groups[::-1]
    smallest = min(min(each.kept.shape[1], each.beyond.shape[1]) for each in sets)
    between = Variance(((float(np.var(values, ddof=1)) / members, members - 1),)) if members > 1 else None

    def interval(new_members: bool) -> Interval:
        reached = [_moved(group, len(sets), new_members) for group in thresholds]
        reached += [_answered(group, len(sets), new_members, level) for group in answers]
        if between is not None and new_members:
            reach = student_quantile(level, members - 1) * sqrt(between.value)
            reached.append((reach, reach))
        down, up = (hypot(*side) for side in zip(*reached, strict=True))
        return max(0.0, mean - down), min(1.0, mean + up)

    return CrossedInterval(
        mean=mean,
        sd=float(np.std(values, ddof=1)) if between else None,
        starts=share_interval(mean, between, smallest, level) if between else None,
        examples=interval(False) if smallest > 1 else None,
        both=interval(True) if between and smallest > 1 else None,
    )


def _moved(group: list[Beyond], sets: int, new_members: bool) -> Distances:
    """Return what the luck of the thresholds of one set of examples moves the mean over all sets by."""
    shared = sqrt(_shared(np.mean([each.kept for each in group], axis=0), new_members))
    down, up = 0.0, 0.0
    for each in group:
        down += shared * float((each.values - each.ends[:, 0]).mean())
        # What nothing bounds from above is no smaller for a mean of members.
        up += (1.0 if (each.ends[:, 1] == 1).all() else shared) * float(
            (each.ends[:, 1] - each.values).mean()
        )
    return max(0.0, down) / sets, max(0.0, up) / sets


def _shared(kept: np.ndarray, new_members: bool) -> float:
    """Return the variance of the members' mean, as a share of what it were if they moved as one."""
    alone = float(kept.std(axis=1, ddof=1, dtype=np.float64).mean()) ** 2 if kept.shape[1] > 1 else 0.0
    if len(kept) == 1 or alone == 0:
        return 1.0
    parts = components(kept)
    found = parts.example_term[0] - (parts.noise_term[0] if new_members else 0.0)
    return min(1.0, max(0.0, found) * kept.shape[1] / alone)


def _answered(group: list[Beyond], sets: int, new_members: bool, level: float) -> Distances:
    """Return what the luck of the answers beyond the thresholds adds, one set of examples for the group."""
    table = np.mean([each.beyond for each in group], axis=0) if len(group) > 1 else group[0].beyond
    parts, weight = components(table), len(group) / sets
    if table.dtype.kind == "b" and parts.members == 1:
        low, high = wilson(parts.mean * parts.examples, parts.examples, level)
    else:
        found = parts.example_term[0] - (parts.noise_term[0] if new_members else 0.0)
        variance = Variance(((max(0.0, found), parts.example_freedom),))
        low, high = share_interval(parts.mean, variance, parts.examples, level)
    return weight * (parts.mean - low), weight * (high - parts.mean)
