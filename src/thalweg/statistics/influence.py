"""Intervals for a number that each member owes to two or more sets of examples, such as an AUROC.

Such a number is not a mean over one table. To first order it is one: each example pulls the number up or
down by its *influence*, and the spread of the influences is the spread of the number (Hampel, JASA 69, 1974;
for the AUROC these are the structural components of DeLong, DeLong & Clarke-Pearson, Biometrics 44, 1988,
equations 3-5). Members and examples are crossed here as everywhere: see `components`.

Where few examples pull, their spread says little: nineteen outliers found and one not yet drawn look like
twenty found. There a model's variance stands in, as long as it is the larger one: see `unseen`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from thalweg.measured import Interval
from thalweg.statistics.components import Term, Variance, components
from thalweg.statistics.intervals import CrossedInterval, share_interval
from thalweg.statistics.readers_and_cases import PairLuck

ENOUGH = 6
"""From so many examples that pull on, the model counts less and less against what was seen.

Chosen by simulation (benchmarks/intervals/outliers.py): 3 misses more where scores have heavy tails, 10 makes
intervals of well-behaved scores wider than they need to be.
"""
NO_LUCK = PairLuck(0.0, 0.0)


def influenced(
    values: np.ndarray,
    influences: Sequence[np.ndarray],
    level: float = 0.95,
    *,
    pairs: PairLuck = NO_LUCK,
    hidden: float = 0.0,
    nearest: float | None = None,
) -> CrossedInterval:
    """Return the mean of a share-like number 0..1 over members, with its intervals.

    Args:
        values: float64 [members], the number of each member.
        influences: one table [members, examples] for each independent set of examples; what each example
            adds to that member's number, up to a constant, as if the number were the table's mean.
        level: confidence level, 0..1.
        pairs: what the spreads of two sets of examples count twice.
        hidden: what the examples may add to the variance without having shown it (`unseen`).
        nearest: how near to 0 or 1 a number can be without being it: there the variance is read off where a
            perfect record was seen. By default such a record counts as that many right or wrong answers as
            there are examples in the smallest set.

    The intervals are those of `share_interval`. The one over both is over the variance of Gallas (see
    `readers_and_cases`), in which each part counts at Student's quantile of its own degrees of freedom, as in
    `Variance.quantile`; a part that is estimated below zero counts as zero, and so do differences between
    members that are no larger than the luck of their single answers. In simulation this holds from three
    members up. Two that happen to agree say nothing of how much members differ, so what they differ by always
    counts; that covers more than it promises where members are all alike. `starts` is None for one member.
    """
    parts = [components(table) for table in influences]
    mean, several = float(values.mean()), len(values) > 1
    smallest = min(part.examples for part in parts)
    sampled = smallest > 1

    def interval(variance: Variance) -> Interval:
        worth: float = smallest
        if nearest is not None and variance.value > 0:
            inside = min(max(mean, nearest), 1 - nearest)
            worth = inside * (1 - inside) / variance.value
        return share_interval(mean, variance, worth, level)  # type: ignore[arg-type]

    def over(members: list[Term], examples: list[Term], luck: float) -> Interval:
        counted = [(max(0.0, value), freedom) for value, freedom in examples]
        luck = min(luck, sum(value for value, _ in counted))
        return interval(Variance((*members, *counted, (-luck, smallest - 1), (hidden, inf))))  # type: ignore[arg-type]

    members = [(float(np.var(values, ddof=1)) / len(values), len(values) - 1)] if several else []
    noise = [part.noise_term for part in parts]
    alike = len(values) > 2 and members[0][0] < sum(value for value, _ in noise)
    crossed = [(part.example_term[0] - part.noise_term[0], part.example_freedom) for part in parts]
    return CrossedInterval(
        mean=mean,
        sd=float(np.std(values, ddof=1)) if several else None,
        starts=share_interval(mean, Variance(tuple(members)), smallest, level) if several else None,
        examples=over([], [part.example_term for part in parts], pairs.these_members) if sampled else None,
        both=over(noise if alike else members, crossed, pairs.new_members) if several and sampled else None,
    )


def unseen(losses: Sequence[np.ndarray], modelled: float) -> float:
    """Return what a variance over examples may lack, because too few examples show it.

    Args:
        losses: one table [members, examples] for each set of examples, at least 0: by how much each example
            keeps the number from being perfect, as if the number were 1 less the tables' means.
        modelled: the variance of one member's number that a model expects.

    The loss is as if shared evenly by (Σ loss)² / Σ loss² examples. From `ENOUGH` of them on, the share of
    the model that the variance must reach falls in proportion. What members average out of the variance of
    one of them is taken off the model's as well.
    """
    sides = [table for table in losses if table.shape[1] > 1]
    if not sides:
        return 0.0
    means = [table.mean(axis=0, dtype=np.float64) for table in sides]
    sharing = min(_sharing(loss) for loss in means)
    seen = sum(float(loss.var(ddof=1)) / len(loss) for loss in means)
    alone = sum(float(table.var(axis=1, ddof=1, dtype=np.float64).mean()) / table.shape[1] for table in sides)
    weight = min(1.0, ENOUGH / sharing) if sharing > 0 else 1.0
    return max(0.0, weight * modelled * (seen / alone if alone > 0 else 1.0) - seen)


def _sharing(losses: np.ndarray) -> float:
    squares = float(np.square(losses).sum())
    return float(losses.sum()) ** 2 / squares if squares > 0 else 0.0
