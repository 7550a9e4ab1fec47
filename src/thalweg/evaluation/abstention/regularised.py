"""RAPS: adaptive prediction sets in which unlikely classes are charged for (Angelopoulos et al., ICLR 2021).

Where a classifier spreads a little probability over many classes, APS names them all. RAPS adds to the score
of a class `penalty` for every rank that it stands below the first `free` (equation 4). Both are chosen on
calibration examples that are used for nothing else afterwards: their choice must not know the examples that
set the threshold, nor those that sets are tried on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.evaluation.abstention.threshold_luck import rank_of

PENALTIES = (0.001, 0.01, 0.1, 0.2, 0.5)
"""Tried in this order, as by the authors (their appendix E); of equals the first is taken."""
CHOSEN_ON = 5
"""One in so many calibration examples chooses, as by MAPIE's default."""


@dataclass(frozen=True)
class Penalty:
    """What a class costs: `penalty` for every rank below the first `free`; 0 where nothing was chosen."""

    penalty: float
    free: int


def likelihood_ranks(probabilities: np.ndarray) -> np.ndarray:
    """Return the rank of every class by its probability, 1 for the most likely, [examples, classes]."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, probabilities.shape[1] + 1)[None], axis=1)
    return ranks


def regularised_scores(adaptive: np.ndarray, ranks: np.ndarray, chosen: Penalty) -> np.ndarray:
    """Return the scores of RAPS, [examples, classes], from those of APS and the classes' `ranks`.

    Examples:
        >>> import numpy as np
        >>> from thalweg.evaluation.abstention.regularised import Penalty, regularised_scores
        >>> ranks = np.array([[2, 1, 3]])
        >>> regularised_scores(np.array([[0.75, 0.5, 1.0]]), ranks, Penalty(0.5, free=1)).tolist()
        [[1.25, 0.5, 2.0]]
    """
    return adaptive + chosen.penalty * np.maximum(0, ranks - chosen.free)


def chosen_penalty(adaptive: np.ndarray, ranks: np.ndarray, labels: np.ndarray, level: float) -> Penalty:
    """Return the penalty that makes the smallest sets on these examples, which choose and do nothing else.

    `free` is the ⌈(n + 1)·level⌉-th smallest rank of the true class (the authors' algorithm 4), the penalty
    the one of `PENALTIES` with the smallest mean set under a threshold of the same examples. `adaptive`
    (scores of APS) and `ranks` [examples, classes], `labels` [examples]; without examples nothing is charged
    for.
    """
    if not len(labels):
        return Penalty(0.0, ranks.shape[1])
    each, last = np.arange(len(labels)), min(rank_of(len(labels), level), len(labels)) - 1
    free = int(np.sort(ranks[each, labels])[last])
    sizes = []
    for penalty in PENALTIES:
        scores = regularised_scores(adaptive, ranks, Penalty(penalty, free))
        sizes.append((scores <= np.sort(scores[each, labels])[last]).sum())
    return Penalty(PENALTIES[int(np.argmin(sizes))], free)
