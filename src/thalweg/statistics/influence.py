"""Intervals for a number that each member owes to two or more sets of examples, such as an AUROC.

Such a number is not a mean over one table. To first order it is one: each example pulls the number up or
down by its *influence*, and the spread of the influences is the spread of the number (Hampel, JASA 69, 1974;
for the AUROC these are the structural components of DeLong, DeLong & Clarke-Pearson, Biometrics 44, 1988,
equations 3-5). Members and examples are crossed here as everywhere: see `components`.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from thalweg.measured import Interval
from thalweg.statistics.components import Components, Term, Variance, components
from thalweg.statistics.intervals import CrossedInterval, wilson


def influenced(values: np.ndarray, influences: Sequence[np.ndarray], level: float = 0.95) -> CrossedInterval:
    """Return the mean of a share-like number 0..1 over members, with its intervals.

    Args:
        values: float64 [members], the number of each member.
        influences: one table [members, examples] for each independent set of examples; what each example
            adds to that member's number, up to a constant, as if the number were the table's mean.
        level: confidence level, 0..1.

    The intervals are Wilson's with the effective number of examples p(1 − p)/Var, as for shares in `crossed`.
    Where no spread was seen at all the smallest set of examples counts as that many right or wrong answers,
    so that a perfect separation is not taken for certainty. `starts` is None for one member.
    """
    parts = [components(table) for table in influences]
    mean, several = float(values.mean()), len(values) > 1
    smallest = min(part.examples for part in parts)
    member = (float(np.var(values, ddof=1)) / len(values), len(values) - 1) if several else None
    sampled = smallest > 1

    def interval(variance: Variance) -> Interval:
        return _score(mean, variance, smallest, level)

    return CrossedInterval(
        mean=mean,
        sd=float(np.std(values, ddof=1)) if several else None,
        starts=interval(Variance((member,))) if member else None,
        examples=interval(_over_examples(parts)) if sampled else None,
        both=interval(_over_both(member, parts)) if member and sampled else None,
    )


def _over_examples(parts: Sequence[Components]) -> Variance:
    return Variance(tuple((part.example_square / part.cells, part.example_freedom) for part in parts))


def _over_both(member: Term, parts: Sequence[Components]) -> Variance:
    """Return the variance over new members and new examples of every set.

    The members' term carries the noise of every set once, the term of a set's examples carries its own once;
    what is counted twice is taken off again, as in `components.variance_of_difference`.
    """
    noises = [(part.interaction_square / part.cells, part.interaction_freedom) for part in parts]
    counted_member = member[0] > sum(value for value, _ in noises)
    terms = [member] if counted_member else []
    for example, noise in zip(_over_examples(parts).terms, noises, strict=True):
        counted = example[0] > noise[0]
        terms += [example] if counted else []
        terms.append(((1 - counted - counted_member) * noise[0], noise[1]))
    return Variance(tuple(terms))


def _score(mean: float, variance: Variance, smallest: int, level: float) -> Interval:
    binomial = mean * (1 - mean)
    if binomial <= 0 or variance.value == 0:
        return wilson(min(max(mean, 0.0), 1.0) * smallest, smallest, level)
    effective = binomial / variance.value
    low, high = wilson(mean * effective, effective, level)
    stretch = variance.quantile(level) / NormalDist().inv_cdf((1 + level) / 2)
    if stretch == 1:
        return low, high
    return max(0.0, mean - stretch * (mean - low)), min(1.0, mean + stretch * (high - mean))
