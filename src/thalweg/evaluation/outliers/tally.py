"""The numbers that tell outliers from inliers, of one member, from how many of both have each score.

All depend on the order of the scores alone, and equal scores share their places.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from thalweg.statistics.thresholds import order_statistics

KEPT = 0.95
"""The share of one kind that a threshold keeps."""


@dataclass(frozen=True, eq=False)
class Tally:
    """How many inliers and outliers have each distinct score, the smallest score first.

    `inliers`, `outliers`: int64 [distinct scores]. `inlier_place`, `outlier_place`: for each example the
    place of its score.
    """

    inliers: np.ndarray
    outliers: np.ndarray
    inlier_place: np.ndarray
    outlier_place: np.ndarray

    @staticmethod
    def of(inliers: np.ndarray, outliers: np.ndarray) -> Tally:
        """Count the scores of one member."""
        scores = np.concatenate([inliers, outliers])
        order = np.argsort(scores)
        ordered = scores[order]
        place = np.empty(len(scores), np.int64)
        place[order] = np.concatenate([[0], np.cumsum(ordered[1:] != ordered[:-1])])
        distinct, first = int(place[order[-1]]) + 1, len(inliers)
        own, other = place[:first], place[first:]
        return Tally(np.bincount(own, minlength=distinct), np.bincount(other, minlength=distinct), own, other)

    @property
    def inliers_up_to(self) -> np.ndarray:
        """Number of inliers that score at most this."""
        return np.cumsum(self.inliers)

    @property
    def outliers_up_to(self) -> np.ndarray:
        """Number of outliers that score at most this."""
        return np.cumsum(self.outliers)


Measure = tuple[float, np.ndarray, np.ndarray]
"""A number of one member, and the influence on it of an inlier and of an outlier with each distinct score."""


def _auroc(tally: Tally) -> Measure:
    """DeLong, DeLong & Clarke-Pearson (1988), equations 1, 3 and 4."""
    inliers, outliers = tally.inliers_up_to, tally.outliers_up_to
    of_outlier = (inliers - tally.inliers / 2) / inliers[-1]
    of_inlier = 1 - (outliers - tally.outliers / 2) / outliers[-1]
    value = (tally.outliers * of_outlier).sum() / outliers[-1]  # a BLAS dot would wait for its threads
    return float(value), of_inlier - 1, of_outlier - 1  # near 1 float32 would round the losses away


def _fpr95_inlier_positive(tally: Tally) -> Measure:
    return _accepted(*_running(tally, True))


def _fpr95_outlier_positive(tally: Tally) -> Measure:
    value, of_kept, of_accepted = _accepted(*_running(tally, False))
    return value, of_accepted[::-1], of_kept[::-1]


def _running(tally: Tally, keeps_inliers: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return running counts of those kept and of the others, from the first kept to the last."""
    if keeps_inliers:
        return tally.inliers_up_to, tally.outliers_up_to
    # The same question asked from the other end: keep 95 % of the outliers, the highest scores first.
    return np.cumsum(tally.outliers[::-1]), np.cumsum(tally.inliers[::-1])


def _accepted(kept: np.ndarray, accepted: np.ndarray) -> Measure:
    """Return the share accepted at the first score that keeps 95 % of the others, and both influences.

    `kept`, `accepted`: running counts along the scores. The threshold is itself an estimate: one more example
    kept moves it, and the share accepted by the slope of one share against the other at that place.
    """
    needed = ceil(KEPT * kept[-1] - 1e-9)
    place = int(np.searchsorted(kept, needed))
    passed = (np.arange(len(kept)) <= place).astype(np.float64)
    slope = _slope(kept, accepted, needed)
    return float(accepted[place] / accepted[-1]), -slope * passed, passed


def ends(tally: Tally, keeps_inliers: bool, level: float) -> tuple[float, float]:
    """Return the shares accepted at the two thresholds between which, at `level`, the true one lies."""
    kept, accepted = _running(tally, keeps_inliers)
    low, high = order_statistics(int(kept[-1]), KEPT, level)

    def share(place: float) -> float:
        below, part = int(place), place % 1
        shares = [
            float(accepted[np.searchsorted(kept, at)] / accepted[-1]) if at > 0 else 0.0
            for at in (below, below + (part > 0))
        ]
        return (1 - part) * shares[0] + part * shares[1]

    return share(low), 1.0 if high is None else share(high)


def _slope(kept: np.ndarray, accepted: np.ndarray, needed: int) -> float:
    """Return d(share accepted) / d(share kept), over two standard errors of the share kept to either side."""
    reach = max(1, round(2 * sqrt(KEPT * (1 - KEPT) * kept[-1])))
    ends = np.clip([needed - reach, needed + reach], 1, kept[-1])
    if ends[0] == ends[1]:
        return 0.0
    low, high = accepted[np.searchsorted(kept, ends)] / accepted[-1]
    return float((high - low) / ((ends[1] - ends[0]) / kept[-1]))


def _aupr(tally: Tally) -> Measure:
    """Average precision Σ (Rₙ − Rₙ₋₁) Pₙ over distinct scores, as scikit-learn has it.

    With T and F the shares of outliers and inliers at or above a score, precision is mT/(mT + nF); an example
    changes T or F at every score up to its own, which gives the two running sums.
    """
    positives, negatives = int(tally.outliers.sum()), int(tally.inliers.sum())
    caught = positives - tally.outliers_up_to + tally.outliers
    flagged = negatives - tally.inliers_up_to + tally.inliers
    precision = caught / (caught + flagged)
    weight = tally.outliers / (caught + flagged) ** 2.0
    of_inlier = -np.cumsum(weight * caught) * (negatives / positives)
    of_outlier = precision + np.cumsum(weight * flagged)
    value = float((tally.outliers * precision).sum() / positives)
    return value, of_inlier, of_outlier - of_outlier[tally.outliers > 0].max()


MEASURES = {
    "auroc": _auroc,
    "fpr95_inlier_positive": _fpr95_inlier_positive,
    "fpr95_outlier_positive": _fpr95_outlier_positive,
    "aupr": _aupr,
}
"""How each number is had from a tally."""
