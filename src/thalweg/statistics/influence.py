"""Intervals for a number that each member owes to two or more sets of examples, such as an AUROC.

Such a number is not a mean over one table. To first order it is one: each example pulls the number up or
down by its *influence*, and the spread of the influences is the spread of the number (Hampel, JASA 69, 1974;
for the AUROC these are the structural components of DeLong, DeLong & Clarke-Pearson, Biometrics 44, 1988,
equations 3-5). Members and examples are crossed here as everywhere: see `components`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thalweg.measured import Interval
from thalweg.statistics.components import Variance, components, over_sets
from thalweg.statistics.intervals import CrossedInterval, share_interval


def influenced(values: np.ndarray, influences: Sequence[np.ndarray], level: float = 0.95) -> CrossedInterval:
    """Return the mean of a share-like number 0..1 over members, with its intervals.

    Args:
        values: float64 [members], the number of each member.
        influences: one table [members, examples] for each independent set of examples; what each example
            adds to that member's number, up to a constant, as if the number were the table's mean.
        level: confidence level, 0..1.

    The intervals are those of `share_interval`; where no spread was seen at all the smallest set of examples
    counts as that many right or wrong answers. `starts` is None for one member.
    """
    parts = [components(table) for table in influences]
    mean, several = float(values.mean()), len(values) > 1
    smallest = min(part.examples for part in parts)
    member = (float(np.var(values, ddof=1)) / len(values), len(values) - 1) if several else None
    examples, noise = [part.example_term for part in parts], [part.noise_term for part in parts]
    sampled = smallest > 1

    def interval(variance: Variance) -> Interval:
        return share_interval(mean, variance, smallest, level)

    return CrossedInterval(
        mean=mean,
        sd=float(np.std(values, ddof=1)) if several else None,
        starts=interval(Variance((member,))) if member else None,
        examples=interval(Variance(tuple(examples))) if sampled else None,
        both=interval(over_sets(member, examples, noise)) if member and sampled else None,
    )
