"""How well a score tells outliers from inliers. One rule everywhere: a larger score is more of an outlier.

Every number here depends on the order of the scores alone, and equal scores share their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.evaluation.outliers.tally import MEASURES, Tally, ends
from thalweg.record import Entry
from thalweg.statistics.influence import NO_LUCK, influenced, unseen
from thalweg.statistics.intervals import CrossedInterval
from thalweg.statistics.mann_whitney import modelled_variance
from thalweg.statistics.readers_and_cases import PairLuck, pair_luck
from thalweg.statistics.thresholds import Beyond, mean_beyond

METRICS = ("auroc", "fpr95_inlier_positive", "fpr95_outlier_positive", "aupr")


@dataclass(frozen=True, eq=False)
class DetectionInfluence:
    """One number of every member, float64 [members], and what each example adds to it.

    `inliers` [members, inliers] and `outliers` [members, outliers] are influences up to a constant: see
    `thalweg.statistics.influence`. Of AUROC and AUPR, `pairs` is what the two count twice and `hidden` what
    too few examples may not have shown; of an FPR95, `ends` [members, 2] are the shares at the thresholds
    between which the true one lies.
    """

    values: np.ndarray
    inliers: np.ndarray
    outliers: np.ndarray
    pairs: PairLuck = NO_LUCK
    hidden: float = 0.0
    ends: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Detection(Entry):
    """How well scores tell outliers from inliers, as means over members with their intervals, 0..1.

    `auroc`: chance that an outlier scores above an inlier, ties counting half (Mann & Whitney 1947).
    `fpr95_inlier_positive`: share of *outliers taken for inliers* where 95 % of inliers are kept (ODIN: Liang
    et al., ICLR 2018). `fpr95_outlier_positive`: share of *inliers flagged* where 95 % of outliers are caught
    (OpenOOD 1.5: Zhang et al. 2023). `aupr`: average precision with outliers as positive; worthless scores
    get `base_rate`, the share of outliers among all examples. `member_auroc`: float64 [members].

    The intervals over examples let inliers and outliers vary, and the thresholds with them. Where nearly all
    pairs are right, those of `auroc` and `aupr` allow for kinds of outliers that were not drawn, and are
    wider than well-behaved scores need. Fewer than 72 examples do not bound where 95 % of their kind lie: an
    FPR95 by their threshold has an interval up to 1. `aupr` falls short
    where few inliers score highest of all and decide it (88 % measured where 95 % are promised), and of fewer
    than 100 outliers it is too large on average.
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
    means = {name: mean_over_sets(name, [each], level) for name, each in found.items()}
    return Detection(**means, base_rate=base_rate, member_auroc=found["auroc"].values)


def mean_over_sets(name: str, sets: Sequence[DetectionInfluence], level: float = 0.95) -> CrossedInterval:
    """Return the mean of the number `name` over sets that share their inliers, each with its own outliers.

    The `level` is that of the `influences`.
    """
    count = len(sets)
    if name.startswith("fpr95"):
        return mean_beyond([_beyond(name, each) for each in sets], level, same_kept=_keeps_inliers(name))
    inliers = np.mean([each.inliers for each in sets], axis=0)
    tables = [inliers, *(each.outliers / count for each in sets)]
    luck = np.array([[each.pairs.these_members, each.pairs.new_members] for each in sets])
    return influenced(
        np.mean([each.values for each in sets], axis=0),
        tables,
        level,
        pairs=PairLuck(*(luck.sum(axis=0) / count**2)),
        # the inliers, which all sets share, may hide it: then it hides in all of them at once
        hidden=sum(sqrt(each.hidden) for each in sets) ** 2 / count**2,
        nearest=float(np.mean([_nearest(each) for each in sets])),
    )


def influences(
    inliers: np.ndarray, outliers: np.ndarray, *, level: float = 0.95
) -> dict[str, DetectionInfluence]:
    """Return every metric's values and influences by name, in O(n log n) a member.

    `inliers` [members, inliers] and `outliers` [members, outliers]: their scores; of one detector they may be
    given without the members axis. `level`: of the intervals that are to be made of them. Raises
    `EvaluationError` for scores that are not finite, for an empty side, and where the members differ in
    number.
    """
    inliers, outliers = _checked(inliers, outliers)
    found = {
        name: DetectionInfluence(
            np.empty(len(inliers)),
            np.empty(inliers.shape, np.float32),
            np.empty(outliers.shape, np.float32),
            ends=np.empty((len(inliers), 2)) if name.startswith("fpr95") else None,
        )
        for name in METRICS
    }
    for member in range(len(inliers)):
        tally = Tally.of(inliers[member], outliers[member])
        for name, measure in MEASURES.items():
            own = found[name]
            own.values[member], of_inlier, of_outlier = measure(tally)
            own.inliers[member] = of_inlier[tally.inlier_place]
            own.outliers[member] = of_outlier[tally.outlier_place]
            if own.ends is not None:
                own.ends[member] = ends(tally, _keeps_inliers(name), level)
    found["auroc"] = replace(found["auroc"], pairs=pair_luck(inliers, outliers))
    return {name: replace(own, hidden=_hidden(name, own)) for name, own in found.items()}


def _hidden(name: str, found: DetectionInfluence) -> float:
    """Return what a variance of AUROC or AUPR may lack; the tables hold losses, with a minus."""
    if found.ends is not None:
        return 0.0
    nearest, tables = _nearest(found), (found.inliers, found.outliers)
    inliers, outliers = (table.shape[1] for table in tables)
    mean = min(max(float(found.values.mean()), nearest), 1 - nearest)
    if name == "aupr":
        # at worst an outlier is found before all inliers or after them all
        return unseen([-table for table in tables], mean * (1 - mean) / outliers)
    modelled = modelled_variance(mean, inliers, outliers)
    return unseen([-table if mean >= 0.5 else 1 + table for table in tables], modelled)


def _nearest(found: DetectionInfluence) -> float:
    """Return how near to 0 or 1 a share of all pairs is taken to be where it was found to be just that."""
    return 1 / (4 * found.inliers.shape[1] * found.outliers.shape[1])


def _keeps_inliers(name: str) -> bool:
    return name == "fpr95_inlier_positive"


def _beyond(name: str, found: DetectionInfluence) -> Beyond:
    kept, beyond = found.inliers, found.outliers
    if not _keeps_inliers(name):
        kept, beyond = beyond, kept
    assert found.ends is not None
    return Beyond(found.values, found.ends, kept, beyond > 0)


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
