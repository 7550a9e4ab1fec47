"""Examples that are unlike all others: far from their nearest neighbours, farther than these are from theirs.

How many stand apart is counted against the tail of the scores themselves. The count is cautious: it asks for
more than an exponential tail would bring, so that it may miss some, and names few by luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import false_discovery_control

from thalweg.studies.label_audit.neighbours import COMPONENTS, principal

BY_LUCK = 0.05
"""Share of the examples named that a tail without outliers may bring (Benjamini & Hochberg 1995)."""

BODY = (0.7, 0.95)
"""Between these quantiles of the scores lies what says how their tail goes on."""

NEIGHBOURS, REFERENCES = 10, 20_000
"""Nearest neighbours that are asked, and the most examples that they are looked for among."""

FLOOR = 0.05
"""Share of the mean variance that is added to every direction's, so that none of little is blown up."""


@dataclass(frozen=True, eq=False)
class Outliers:
    """How far from others each example is.

    `score` float64 [examples]: larger is farther; seven of ten are below 0, and 1 more is e times rarer, if
    the tail goes on as it begins. `apart` bool [examples]: those that stand apart, of which luck brings
    `BY_LUCK` at most on average, where the tail is no heavier than that.
    """

    score: np.ndarray
    apart: np.ndarray

    @property
    def count(self) -> int:
        """Examples that stand apart."""
        return int(self.apart.sum())


def find_outliers(flat: np.ndarray, *, pictures: bool) -> Outliers:
    """Find outliers among different examples `flat` float32 [examples, inputs].

    An example is far in two views: with every direction in units of its own spread (what breaks the rule that
    others keep shows there), and for rows by direction alone, for pictures as they are (what is larger than
    others). In each view the score is the log of the mean distance to the ten nearest, less half of what
    these have: half of what is usual everywhere, half of what is usual around it (compare the local outlier
    factor: Breunig, Kriegel, Ng & Sander, SIGMOD 2000). Pictures as they are take the first part alone.
    """
    parts, spread = principal(flat, COMPONENTS)
    even = parts / np.sqrt(spread + FLOOR * spread.mean())
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    second = _units(_isolation(parts, 0.0) if pictures else _isolation(flat / np.maximum(length, 1e-12), 0.5))
    score = _units(_units(_isolation(even, 0.5)) + second)
    return Outliers(score, false_discovery_control(tail_luck(score)) <= BY_LUCK)


def _isolation(points: np.ndarray, around: float) -> np.ndarray:
    """Return the log distance [examples] to the nearest, less `around` times what these have."""
    from sklearn.neighbors import NearestNeighbors

    some = np.arange(len(points))
    if len(points) > REFERENCES:
        some = np.sort(np.random.default_rng(0).choice(len(points), REFERENCES, replace=False))
    points = np.ascontiguousarray(points, dtype=np.float32)
    search = NearestNeighbors(n_neighbors=NEIGHBOURS + 1, algorithm="brute").fit(points[some])
    distance, place = search.kneighbors(points)
    near = some[place]
    # who is among those that are asked is its own nearest; who is not has one more
    own = near == np.arange(len(points))[:, None]
    own[~own.any(axis=1), -1] = True
    distance, near = (values[~own].reshape(len(points), NEIGHBOURS) for values in (distance, near))
    logs = np.log(np.maximum(distance.mean(axis=1, dtype=np.float64), 1e-12))
    return logs - around * logs[near].mean(axis=1)


def _units(values: np.ndarray) -> np.ndarray:
    """Return values [examples] from where their tail begins, in units in which it falls by e."""
    start, scale, _ = _tail(values)
    return (values - start) / scale if scale > 0 else np.zeros(len(values))


def tail_luck(values: np.ndarray) -> np.ndarray:
    """Return how likely a value as large as each of `values` [examples] is, by how their tail begins.

    The tail is taken to fall exponentially, from the first of the quantiles `BODY` on and as fast as the
    values up to the second say (maximum likelihood, the rest censored): of logarithms, a Pareto tail.
    Lighter ones, such as a normal distribution's, end before it does. More outliers than are left beyond
    hide each other.
    """
    start, scale, share = _tail(values)
    above = np.maximum(values - start, 0.0)
    beyond = np.exp(-above / scale) if scale > 0 else np.where(above > 0, 0.0, 1.0)
    return np.where(values > start, share * beyond, 1.0)


def _tail(values: np.ndarray) -> tuple[float, float, float]:
    """Return where the tail begins, in what distance it falls by e, and the share of values in it."""
    ordered = np.sort(values)
    first, last = (int(quantile * len(values)) for quantile in BODY)
    body = ordered[first:last] - ordered[first]
    scale = (body.sum() + (len(values) - last) * body[-1]) / len(body)
    return float(ordered[first]), float(scale), (len(values) - first) / len(values)
