"""Do the columns of answers stand in another order than the classes?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

LEAST, GAIN, DEVIATIONS = 0.6, 0.3, 4.0
"""Columns are called misplaced where, on examples that the matching was not chosen on, it names at least this
share of each moved class on average, this much more than as given, by this many standard deviations of the
examples that are right in one way only.

Simulated (`tests/statistics/test_likely_order.py`): guessing, one class for all, classes confused in pairs,
and models that learned noise never reach all three, with 2 to 100 classes and 20 to 2,000 examples.
"""


@dataclass(frozen=True, eq=False)
class LikelyOrder:
    """`classes` int [columns]: which class each column most likely stands for. `given`, `matched`: the share
    of all examples named rightly as the columns stand, and in that order, 0..1.
    """

    classes: np.ndarray
    given: float
    matched: float


def likely_order(labels: np.ndarray, predicted: np.ndarray, classes: int) -> LikelyOrder | None:
    """Return the order in which the columns likely stand, or None where as given is as likely.

    `labels`, `predicted`: class numbers [examples]. The matching is the one that makes most answers right
    (Kuhn 1955), and is judged by halves: each half of the examples by the matching of the other.
    """
    best = _matching(labels, predicted, classes)
    moved = best != np.arange(classes)
    if not moved.any():
        return None
    matched, given = _other_half(labels, predicted, classes) == labels, predicted == labels
    misplaced = [cycle for cycle in _cycles(best) if _is_misplaced(labels, matched, given, cycle)]
    if not misplaced:
        return None
    order = np.arange(classes)
    for cycle in misplaced:
        order[cycle] = best[cycle]
    return LikelyOrder(order, float(given.mean()), float((order[predicted] == labels).mean()))


def _matching(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return for each column the class that makes most answers right; as given where nothing is lost."""
    pairs = np.bincount(labels.astype(np.int64) * classes + predicted, minlength=classes**2)
    counts = pairs.reshape(classes, classes) + np.eye(classes) / (4 * classes)
    from scipy.optimize import linear_sum_assignment  # a third of a second to import

    rows, columns = linear_sum_assignment(counts, maximize=True)
    order = np.empty(classes, dtype=np.int64)
    order[columns] = rows
    return order


def _other_half(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return the class [examples] that each answer stands for by the matching of the other half."""
    named = np.empty(len(labels), dtype=np.int64)
    place = np.random.default_rng(0).permutation(len(labels))
    # dealt out class by class, so that each half has every class that occurs twice
    dealt = place[np.argsort(labels[place], kind="stable")]
    for one, other in ((dealt[::2], dealt[1::2]), (dealt[1::2], dealt[::2])):
        named[other] = _matching(labels[one], predicted[one], classes)[predicted[other]]
    return named


def _cycles(order: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the groups of columns that trade places among themselves."""
    left = set(np.flatnonzero(order != np.arange(len(order))).tolist())
    while left:
        cycle = [left.pop()]
        while (following := int(order[cycle[-1]])) in left:
            left.remove(following)
            cycle.append(following)
        yield np.array(cycle)


def _is_misplaced(labels: np.ndarray, matched: np.ndarray, given: np.ndarray, cycle: np.ndarray) -> bool:
    inside = np.isin(labels, cycle)
    present = np.unique(labels[inside])
    recalls = [np.mean([right[labels == label].mean() for label in present]) for right in (matched, given)]
    gained = int((matched & ~given & inside).sum())
    lost = int((given & ~matched & inside).sum())
    deviations = (gained - lost) / max(1.0, np.sqrt(gained + lost))
    return bool(
        len(present) == len(cycle)
        and recalls[0] >= LEAST
        and recalls[0] - recalls[1] >= GAIN
        and deviations >= DEVIATIONS
    )
