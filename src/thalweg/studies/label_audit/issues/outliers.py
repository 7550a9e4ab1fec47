"""Examples that are unlike all others: far from their nearest neighbours, farther than these are from theirs.

How many stand apart is counted against the tail of the distances themselves. The count is cautious: it asks
for more than a tail as heavy as a Pareto's would bring, so that it may miss some, and names few by luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import false_discovery_control

from thalweg.studies.label_audit.issues.examples import Places

BY_LUCK = 0.05
"""Share of the examples named that a tail without outliers may bring (Benjamini & Hochberg 1995)."""

BODY = (0.5, 0.9)
"""Between these quantiles of the scores lies what says how their tail goes on."""


@dataclass(frozen=True, eq=False)
class Outliers:
    """How far from others each example is.

    `score` float64 [examples]: how many times as far as usual.
    `apart` bool [examples]: those that stand apart, of which luck brings `BY_LUCK` at most on average, where
    the tail is no heavier than a Pareto's.
    """

    score: np.ndarray
    apart: np.ndarray

    @property
    def count(self) -> int:
        """Examples that stand apart."""
        return int(self.apart.sum())


def find_outliers(alike: np.ndarray, places: Places) -> Outliers:
    """Find outliers by their `places`; `alike` int [examples] says which one stands for an example there.

    The score of an example is its mean distance to its ten nearest neighbours over the square root of what
    these have on average: half of what is usual everywhere, half of what is usual around it (compare the
    local outlier factor: Breunig, Kriegel, Ng & Sander, SIGMOD 2000, whose denominator is the latter alone).
    """
    logs = np.log(np.maximum(places.away, np.finfo(np.float64).tiny))
    score = logs - logs[places.near].mean(axis=1) / 2
    apart = false_discovery_control(tail_luck(score)) <= BY_LUCK
    relative = np.exp(score - np.median(score))
    place = np.searchsorted(places.first, alike)  # the first of every kind is there, in order
    return Outliers(relative[place], apart[place])


def tail_luck(values: np.ndarray) -> np.ndarray:
    """Return how likely a value as large as each of `values` [examples] is, by how their tail begins.

    The tail is taken to fall exponentially from the median on, as fast as the values up to the ninetieth
    percentile say (maximum likelihood, the rest censored): of logarithms, a Pareto tail. Lighter ones, such
    as a normal distribution's, end before it does.
    """
    ordered = np.sort(values)
    first, last = (int(quantile * len(values)) for quantile in BODY)
    start = ordered[first]
    body = ordered[first:last] - start
    scale = (body.sum() + (len(values) - last) * body[-1]) / len(body)
    above = np.maximum(values - start, 0.0)
    beyond = np.exp(-above / scale) if scale > 0 else np.where(above > 0, 0.0, 1.0)
    return np.where(values > start, (len(values) - first) / len(values) * beyond, 1.0)
