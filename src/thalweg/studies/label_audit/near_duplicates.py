"""Examples that are nearly the same and are labelled differently: one of the two labels must be wrong.

Neighbours are searched for in the leading principal components, and their distances then measured exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.errors import StudyError
from thalweg.studies.label_audit.neighbours import components, exact_distances, nearest

CANDIDATES = 6
"""Neighbours in the components whose distances are measured exactly."""

CLOSE = 0.6
"""Near: closer than this share of the median distance from an example to its nearest neighbour."""

TYPICAL = 1000
"""Examples, evenly spaced, whose nearest neighbours say what distance is usual."""


@dataclass(frozen=True, eq=False)
class NearDuplicates:
    """For each example the nearest one with another label, if it is nearly the same.

    `twin` int [examples]: its number, -1 where there is none. `distance` float64 [examples]: Euclidean, in
    the data's own units, NaN where there is none. `threshold`: what counts as near.
    """

    twin: np.ndarray
    distance: np.ndarray
    threshold: float

    @property
    def count(self) -> int:
        """Examples that have such a twin."""
        return int((self.twin >= 0).sum())


def near_duplicates(
    inputs: np.ndarray, labels: np.ndarray, *, asked: np.ndarray | None = None, close: float = CLOSE
) -> NearDuplicates:
    """Find, for each example of `inputs` [examples, ...], a near-duplicate with another label.

    `asked`: numbers of the examples whose neighbours are searched for among all, every example by default;
    both examples of a pair that is found get their twin. `close`: what counts as near, as a share of the
    median distance between nearest neighbours. Exact copies always do.

    Raises `StudyError` for fewer than two examples, labels of another length, or a `close` that is negative.
    """
    _refuse_unfit(len(inputs), len(labels), close)
    flat = np.ascontiguousarray(inputs.reshape(len(inputs), -1), dtype=np.float32)
    typical = np.arange(0, len(flat), max(1, len(flat) // TYPICAL))
    asked = np.arange(len(flat)) if asked is None else np.asarray(asked, dtype=np.int64)
    sought = np.union1d(asked, typical)
    candidates = nearest(components(flat), sought, min(CANDIDATES, len(flat) - 1))
    distances = exact_distances(flat, sought, candidates)
    usual = distances[np.isin(sought, typical)].min(axis=1)
    threshold = close * float(np.median(usual))
    wanted = np.isin(sought, asked)
    return _twins(sought[wanted], candidates[wanted], distances[wanted], labels, threshold)


def _twins(
    sought: np.ndarray, candidates: np.ndarray, distances: np.ndarray, labels: np.ndarray, threshold: float
) -> NearDuplicates:
    """Keep the nearest candidate with another label within the threshold, for both of the pair."""
    fits = (distances <= threshold) & (labels[candidates] != labels[sought][:, None])
    row, column = np.nonzero(fits)
    ends = np.concatenate([sought[row], candidates[row, column]])
    others = np.concatenate([candidates[row, column], sought[row]])
    gaps = np.tile(distances[row, column], 2)
    twin, distance = np.full(len(labels), -1, dtype=np.int64), np.full(len(labels), np.nan)
    for place in np.lexsort((others, -gaps)):  # the nearest last, so that it stays
        twin[ends[place]], distance[ends[place]] = others[place], gaps[place]
    return NearDuplicates(twin, distance, threshold)


def _refuse_unfit(examples: int, labels: int, close: float) -> None:
    if examples < 2 or examples != labels:
        raise StudyError(
            f"{examples:,} examples and {labels:,} labels: expected as many labels, two or more.",
            hint="give one label for each example, in the same order.",
        )
    if not close >= 0:
        raise StudyError(f"close={close:g}: expected 0 or more.", hint="0 finds exact copies only.")
