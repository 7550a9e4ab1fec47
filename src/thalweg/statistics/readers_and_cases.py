"""The variance of a mean AUROC over new members, new inliers and new outliers together.

Radiologists call it multi-reader, multi-case: each member (reader) scores every inlier and every outlier
(cases), so the AUROCs of all members share their luck with the examples. The variance is the U-statistic of
Gallas (Academic Radiology 13, 2006, 353-362, "One-shot estimate of MRMC variance: AUC") and of Gallas,
Bandos, Samuelson & Wagner (Communications in Statistics 38, 2009, 2586-2603): unbiased whatever the scores
are. They write it with eight second moments of pairs that share a member, an inlier, an outlier or nothing.
Here the same number is put together from mean squares, which ranks give without looking at every pair:

    Var = s²(members)/S + covariance of the AUROCs of two members

in which the covariance is what inliers and outliers add, each less what is luck of single answers, less what
is luck of single pairs and was counted with both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.statistics.components import Term, components

EXACT, SAMPLED = 16_000_000, 250_000
"""Pairs of scores, over all members, up to which all are looked at one by one; and that are enough where the
luck of single pairs is a thousandth of the variance, as it is with hundreds of examples of both kinds."""


@dataclass(frozen=True)
class ReadersAndCases:
    """A mean AUROC and what its variance is made of, each as a variance of the mean.

    `members`: between the members' AUROCs, over their number. `inliers`, `outliers`: what new ones of them
    add, less the luck of single answers. `pairs`: the luck of single pairs, counted with the inliers and with
    the outliers, so taken off once. `fixed`: the variance over new inliers and outliers for these very
    members.
    """

    area: float
    members: Term
    inliers: Term
    outliers: Term
    pairs: float
    fixed: float

    @property
    def variance(self) -> float:
        """The variance over new members, inliers and outliers; unbiased, so it may be below zero."""
        return self.members[0] + self.inliers[0] + self.outliers[0] - self.pairs


def readers_and_cases(inliers: Any, outliers: Any) -> ReadersAndCases:
    """Return the mean AUROC of members with its variance over new members and new examples.

    Args:
        inliers: scores [members, inliers] of two members and two inliers at least; finite numbers.
        outliers: scores [members, outliers] of the same members on two outliers at least.

    An AUROC is the share of pairs in which the outlier scores higher, ties counting half. Exact up to 16
    million pairs over all members; of more, `pairs` (a small part) is estimated from that many. Raises
    `EvaluationError` for fewer members or examples, for scores that are not finite and where the members
    differ in number.

    Examples:
        >>> import numpy as np
        >>> from thalweg.statistics.readers_and_cases import readers_and_cases
        >>> found = readers_and_cases([[1, 2, 3], [1, 3, 2]], [[2.5, 4, 5], [1.5, 4, 5]])
        >>> round(found.area, 3), round(found.variance, 3)
        (0.833, 0.028)
    """
    scores = [_checked(name, side) for name, side in (("inliers", inliers), ("outliers", outliers))]
    if len(scores[0]) != len(scores[1]):
        raise EvaluationError(
            f"{len(scores[0])} members scored the inliers and {len(scores[1])} the outliers.",
            hint="let the same members score both.",
        )
    lost = [np.stack(sides) for sides in zip(*map(losses, *scores), strict=True)]
    areas = 1 - lost[1].mean(axis=1)
    parts = [components(table) for table in lost]
    pairs = pair_luck(*scores, most=EXACT)
    clean = [(part.example_term[0] - part.noise_term[0], part.example_freedom) for part in parts]
    return ReadersAndCases(
        area=float(areas.mean()),
        members=(float(np.var(areas, ddof=1)) / len(areas), len(areas) - 1),
        inliers=clean[0],
        outliers=clean[1],
        pairs=pairs.new_members,
        fixed=sum(part.example_term[0] for part in parts) - pairs.these_members,
    )


def losses(inliers: np.ndarray, outliers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of pairs that each inlier and each outlier of one member loses, ties half, 0..1.

    A pair is lost where the inlier scores higher. These are the complements of DeLong, DeLong &
    Clarke-Pearson's structural components (Biometrics 44, 1988).
    """
    below, above = np.sort(inliers), np.sort(outliers)
    of_inliers = above.searchsorted(inliers, "left") + above.searchsorted(inliers, "right")
    of_outliers = below.searchsorted(outliers, "left") + below.searchsorted(outliers, "right")
    return of_inliers / (2 * len(above)), 1 - of_outliers / (2 * len(below))


@dataclass(frozen=True)
class PairLuck:
    """What single pairs (one inlier, one outlier) add to the variance of a mean AUROC.

    `these_members`: of these very members; `new_members`: what is left of it between two different members.
    """

    these_members: float
    new_members: float


def pair_luck(inliers: np.ndarray, outliers: np.ndarray, *, most: int = SAMPLED) -> PairLuck:
    """Return what is counted twice where the variances over inliers and over outliers are added up.

    `inliers` [members, inliers] and `outliers` [members, outliers]: scores. `most`: pairs over all members
    that are looked at. With fewer than two of a kind there is nothing to tell it from, and it is zero.
    """
    members, (first, second) = len(inliers), (inliers.shape[1], outliers.shape[1])
    if min(first, second) < 2:
        return PairLuck(0.0, 0.0)
    some, others = _some(inliers, outliers, max(4, most // members))
    lost = np.zeros((some.shape[1], others.shape[1]), np.float32)
    apart = 0.0
    for low, high in zip(some, others, strict=True):
        own = (low[:, None] > high).astype(np.float32)
        own += low[:, None] >= high
        lost += own
        apart += _interaction_square(own) / 4 / members
    together = _interaction_square(lost) / (4 * members**2)
    new = together if members == 1 else together - (apart - together) / (members - 1)
    return PairLuck(together / (first * second), new / (first * second))


def _some(inliers: np.ndarray, outliers: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return so many of both that there are at most so many pairs of them."""
    first, second = inliers.shape[1], outliers.shape[1]
    if first * second <= most:
        return inliers, outliers
    few = max(2, min(first, second, round(most**0.5)))
    sizes = (min(first, most // few), few) if first > second else (few, min(second, most // few))
    generator = np.random.default_rng([first, second])
    return tuple(  # type: ignore[return-value]
        side[:, np.sort(generator.permutation(side.shape[1])[:size])]
        for side, size in zip((inliers, outliers), sizes, strict=True)
    )


def _interaction_square(table: np.ndarray) -> float:
    """Return the mean square of what neither rows nor columns of a table explain."""
    rows, columns = table.shape
    flat = table.ravel()
    total = float(np.einsum("i,i", flat, flat, dtype=np.float64))
    mean = float(table.mean(dtype=np.float64))
    by_row, by_column = table.mean(axis=1, dtype=np.float64), table.mean(axis=0, dtype=np.float64)
    explained = (
        columns * np.square(by_row).sum() + rows * np.square(by_column).sum() - rows * columns * mean**2
    )
    return max(0.0, total - float(explained)) / ((rows - 1) * (columns - 1))


def _checked(name: str, side: Any) -> np.ndarray:
    scores = np.asarray(side)
    if scores.ndim != 2 or min(scores.shape) < 2 or scores.dtype.kind not in "buif":
        raise EvaluationError(
            f"The scores of {name} have shape {scores.shape} and type {scores.dtype}, expected numbers of at "
            f"least two members and two {name}.",
            hint="one member says nothing of new members: measure a population.",
        )
    if not np.isfinite(scores).all():
        raise EvaluationError(
            f"The scores of {name} hold NaN or infinity.",
            hint="leave diverged members out, and give a finite score for every example.",
        )
    return scores
