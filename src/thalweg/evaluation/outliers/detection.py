"""How well a score tells outliers from inliers. One rule everywhere: a larger score is more of an outlier.

Every number here depends on the order of the scores alone, and equal scores share their places.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.record import Entry
from thalweg.statistics.influence import influenced
from thalweg.statistics.intervals import CrossedInterval

KEPT = 0.95
METRICS = ("auroc", "fpr95_inlier_positive", "fpr95_outlier_positive", "aupr")


@dataclass(frozen=True, eq=False)
class DetectionInfluence:
    """One number of every member, float64 [members], and what each example adds to it.

    `inliers` [members, inliers] and `outliers` [members, outliers] are influences up to a constant: see
    `thalweg.statistics.influence`.
    """

    values: np.ndarray
    inliers: np.ndarray
    outliers: np.ndarray


@dataclass(frozen=True, eq=False)
class Detection(Entry):
    """How well scores tell outliers from inliers, as means over members with their intervals, 0..1.

    `auroc`: chance that an outlier scores above an inlier, ties counting half (Mann & Whitney 1947).
    `fpr95_inlier_positive`: share of *outliers taken for inliers* where 95 % of inliers are kept (ODIN: Liang
    et al., ICLR 2018). `fpr95_outlier_positive`: share of *inliers flagged* where 95 % of outliers are caught
    (OpenOOD 1.5: Zhang et al. 2023). `aupr`: average precision with outliers as positive; worthless scores
    get `base_rate`, the share of outliers among all examples. `member_auroc`: float64 [members].

    The intervals over examples let inliers and outliers vary, and the thresholds with them.
    """

    auroc: CrossedInterval
    fpr95_inlier_positive: CrossedInterval
    fpr95_outlier_positive: CrossedInterval
    aupr: CrossedInterval
    base_rate: float
    member_auroc: np.ndarray

    def content(self) -> Mapping[str, Any]:
        """Return each number as `{"value": v, "interval": [lo, hi]}`, `aupr` with its `base_rate`."""
        numbers = {name: getattr(self, name).measured.to_json() for name in METRICS}
        numbers["aupr"]["base_rate"] = self.base_rate
        return numbers


def summary(found: Mapping[str, DetectionInfluence], base_rate: float, *, level: float = 0.95) -> Detection:
    """Return the `Detection` that the `influences` of one set of outliers amount to."""
    means = {
        name: influenced(each.values, (each.inliers, each.outliers), level) for name, each in found.items()
    }
    return Detection(**means, base_rate=base_rate, member_auroc=found["auroc"].values)


def influences(inliers: np.ndarray, outliers: np.ndarray) -> dict[str, DetectionInfluence]:
    """Return every metric's values and influences by name, in O(n log n) a member.

    `inliers` [members, inliers] and `outliers` [members, outliers]: their scores; of one detector they may be
    given without the members axis. Raises `EvaluationError` for scores that are not finite, for an empty
    side, and where the members differ in number.
    """
    inliers, outliers = _checked(inliers, outliers)
    members = len(inliers)
    found = {
        name: DetectionInfluence(
            np.empty(members), np.empty(inliers.shape, np.float32), np.empty(outliers.shape, np.float32)
        )
        for name in METRICS
    }
    for member in range(members):
        tally = Tally.of(inliers[member], outliers[member])
        for name, measure in _MEASURES.items():
            value, of_inlier, of_outlier = measure(tally)
            found[name].values[member] = value
            found[name].inliers[member] = of_inlier[tally.inlier_place]
            found[name].outliers[member] = of_outlier[tally.outlier_place]
    return found


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
    return float(value), of_inlier, of_outlier


def _fpr95_inlier_positive(tally: Tally) -> Measure:
    return _accepted(tally.inliers_up_to, tally.outliers_up_to)


def _fpr95_outlier_positive(tally: Tally) -> Measure:
    # The same question asked from the other end: keep 95 % of the outliers, the highest scores first.
    value, of_kept, of_accepted = _accepted(np.cumsum(tally.outliers[::-1]), np.cumsum(tally.inliers[::-1]))
    return value, of_accepted[::-1], of_kept[::-1]


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
    return float((tally.outliers * precision).sum() / positives), of_inlier, of_outlier


_MEASURES = {
    "auroc": _auroc,
    "fpr95_inlier_positive": _fpr95_inlier_positive,
    "fpr95_outlier_positive": _fpr95_outlier_positive,
    "aupr": _aupr,
}


def _checked(inliers: Any, outliers: Any) -> tuple[np.ndarray, np.ndarray]:
    sides = [np.atleast_2d(np.asarray(side)) for side in (inliers, outliers)]
    for name, side in zip(("inliers", "outliers"), sides, strict=True):
        if side.ndim != 2 or side.size == 0 or side.dtype.kind not in "buif":
            raise EvaluationError(
                f"The scores of {name} have shape {side.shape} and type {side.dtype}, expected numbers "
                "[members, examples].",
                hint="give a score for at least one example of each kind.",
            )
        if side.dtype.kind == "f" and not np.isfinite(side).all():
            raise EvaluationError(
                f"The scores of {name} hold NaN or infinity.",
                hint="leave diverged members out, and give a finite score for every example.",
            )
    if len(sides[0]) != len(sides[1]):
        raise EvaluationError(
            f"{len(sides[0])} members scored the inliers and {len(sides[1])} the outliers.",
            hint="let the same members score both.",
        )
    return sides[0], sides[1]
