"""Split conformal prediction: sets of classes that hold the true one as often as promised.

From examples not used in training, a threshold on a score of (example, class) is found such that a new
example's true class scores below it with probability at least `level`, whatever the classifier and the data,
as long as those examples and the new one are exchangeable (Vovk, Gammerman & Shafer, *Algorithmic Learning
in a Random World*, 2005; Papadopoulos et al., ECML 2002). How often one threshold really covers varies from
one calibration sample to the next, as a Beta law (Vovk, Machine Learning 92, 2013), and so does how many
classes it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from thalweg.evaluation.abstention.threshold_luck import (
    FEW,
    in_common,
    paths,
    rank_of,
    ranks,
    with_luck,
)
from thalweg.measured import Interval, Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import crossed, crossed_difference, wilson


@dataclass(frozen=True, eq=False)
class Sets:
    """The sets of classes of some members at one level.

    `calibrated` bool [members, calibration examples] and `covered` bool [members, examples]: whether the set
    holds the true class. `size` int [members, examples]: number of classes in the set. `near`: as
    `calibrated`, under a threshold that at least ten examples are beyond. `moved` [members, 3, 2, `SHARES`]:
    mean size and the shares of empty sets and of sets of one, had the threshold stood lower or higher; None
    where all classes are in every set because no threshold can be set.
    """

    calibrated: np.ndarray
    covered: np.ndarray
    size: np.ndarray
    near: np.ndarray
    moved: np.ndarray | None
    classes: int


@dataclass(frozen=True, eq=False)
class ConformalSets(Entry, aside=("level",)):
    """How sets at one level do on examples that did not set the threshold; means over members.

    `coverage`: share of sets that hold the true class. Its interval counts the examples measured on *and*
    those that set the threshold, so it should hold the level. `expected_range`: where one network's coverage
    falls 95 times in 100 if the guarantee is exact (Beta-binomial law). `mean_set_size` in classes; `empty`
    and `singleton`: shares of sets with no class and with one. Their intervals are for the procedure: what is
    expected of a new threshold, set on as many calibration examples, for new examples and, of several
    members, new members. `too_few`: so few examples set the threshold that none of their scores is known to
    lie above the quantile it stands for; then intervals reach out to all classes, and hold more often than
    they promise.
    """

    level: float
    coverage: Measured
    expected_range: Interval
    mean_set_size: Measured
    empty: Measured
    singleton: Measured
    too_few: bool = False


def least_likely_scores(probabilities: np.ndarray) -> np.ndarray:
    """Return −p of each class, [examples, classes]: the score 1 − p of LAC, without its rounding near 1.

    Least ambiguous set-valued classifiers (Sadinle, Lei & Wasserman, JASA 114, 2019): the smallest sets on
    average, and empty ones where a classifier is right more often than the level asks.
    """
    return -probabilities


def adaptive_scores(probabilities: np.ndarray, draws: np.ndarray | None = None) -> np.ndarray:
    """Return the probability of all classes down to each class, itself included, [examples, classes].

    Adaptive prediction sets, APS (Romano, Sesia & Candès, NeurIPS 2020): larger sets for harder examples.
    There are several variants, whose sets differ by half a class and more. With `draws` [examples], uniform
    in 0..1, this is the authors' own: that part of the class's own probability is left off (equations 5 to 8)
    of calibration scores and of new ones alike, so a set may leave out the class that crosses the threshold,
    and may be empty; the coverage is exact. Without draws the class that crosses it is always in, and sets
    are larger than they need to be. MAPIE's default draws for the calibration scores alone and lets no set be
    empty: larger sets too, that hold more often than promised.
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    falling = np.take_along_axis(probabilities, order, axis=1).astype(np.float64)
    sums = np.cumsum(falling, axis=1)
    if draws is not None:
        sums -= draws[:, None] * falling
    scores = np.empty_like(sums)
    np.put_along_axis(scores, order, sums, axis=1)
    return scores


def threshold(scores: np.ndarray, level: float) -> float:
    """Return the ⌈(n + 1)·level⌉-th smallest of n calibration `scores`; infinite where there is none.

    A new score is at most this with probability ≥ level. Raises `EvaluationError` for a level outside 0..1.
    """
    rank = rank_of(len(scores), level)
    return float(np.partition(scores, rank - 1)[rank - 1]) if rank <= len(scores) else np.inf


def conformal_sets(
    scores: np.ndarray,
    labels: np.ndarray,
    calibrating: np.ndarray,
    level: float,
    *,
    measuring: np.ndarray | None = None,
    confidence: float = 0.95,
) -> Sets:
    """Return one member's sets from `scores` [examples, classes]; `calibrating` bool [examples].

    The threshold comes from the calibrating examples, sizes are those of the `measuring` ones, by default all
    others. `confidence` is the level of the interval that the threshold's luck goes into.
    """
    measuring = ~calibrating if measuring is None else measuring
    own = scores[np.arange(len(labels)), labels]
    setting, tried = own[calibrating], scores[measuring]
    limit, place = threshold(setting, level), ranks(len(setting), level, confidence)
    wide = min(level, max(0.0, 1 - (FEW + 1) / (len(setting) + 1)))
    near = threshold(setting, wide) if wide > 0 else limit
    return Sets(
        calibrated=(setting <= limit)[None],
        covered=(own[measuring] <= limit)[None],
        size=(tried <= limit).sum(axis=1).astype(np.int16)[None],
        near=(setting <= near)[None],
        moved=None if place is None else paths(setting, place, _sizes_of(tried))[None],
        classes=scores.shape[1],
    )


def _sizes_of(scores: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function of thresholds [T] that gives mean size, share empty and share of one, [3, T]."""
    examples = len(scores)
    smallest = np.partition(scores, min(1, scores.shape[1] - 1), axis=1)

    def under(values: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
        """Return how many of `values` are under each threshold, per example."""
        order = np.argsort(thresholds)
        first = np.searchsorted(thresholds[order], values.ravel(), side="left")
        found = np.empty(len(thresholds))
        found[order] = np.bincount(first, minlength=len(thresholds) + 1)[:-1].cumsum() / examples
        return found

    def numbers(thresholds: np.ndarray) -> np.ndarray:
        one, two = (under(smallest[:, place : place + 1], thresholds) for place in (0, 1))
        return np.stack([under(scores, thresholds), 1 - one, one - two])

    return numbers


def measured_sets(sets: Sets, level: float, *, confidence: float) -> ConformalSets:
    """Return what is reported of `sets` at `level`; `confidence` is the level of the intervals.

    Measured coverage of the 95 % intervals (docs/coverage.md): 93 to 97 % for sizes of LAC and APS where
    `too_few` is not said; less for RAPS, the luck of whose choice of a penalty is not in it.
    """
    counts = (sets.calibrated.shape[1], sets.covered.shape[1])
    place, classes = ranks(counts[0], level, confidence), float(sets.classes)
    given = [_size(sets, confidence), *(crossed(sets.size == few, confidence).measured for few in (0, 1))]
    if sets.moved is not None:
        common, moved = in_common(sets.near), sets.moved.mean(axis=0)
        given = [
            with_luck(number, way, common, (0.0, most))
            for number, way, most in zip(given, moved, (classes, 1.0, 1.0), strict=True)
        ]
    size, empty, singleton = given
    return ConformalSets(
        level=level,
        coverage=against_calibration(sets.covered, sets.calibrated, confidence),
        expected_range=expected_range(level, *counts, confidence=confidence),
        mean_set_size=size,
        empty=empty,
        singleton=singleton,
        too_few=place is None or place.run_out,
    )


def _size(sets: Sets, confidence: float) -> Measured:
    """Return the mean size with its interval under these thresholds."""
    mean, classes = float(sets.size.mean()), float(sets.classes)
    if sets.moved is None:  # every set holds all classes, whatever the examples
        return Measured(mean, mean, mean)
    if np.ptp(sets.size) > 0:
        return crossed(sets.size * 1.0, confidence, limits=(0.0, classes)).measured
    # No spread was seen in so many examples, which is not the same as none.
    unseen = wilson(0, sets.size.shape[1], confidence)[1]
    return Measured(mean, max(0.0, mean - unseen), min(classes, mean + unseen))


def against_calibration(measured: np.ndarray, calibrating: np.ndarray, confidence: float) -> Measured:
    """Return a share of `measured` with an interval that also counts the examples that set the threshold.

    Both bool [members, examples]. In first order a share under a threshold is high by as much as the share
    of the calibrating examples under the threshold that is right would be low; so the spread is that of the
    difference of the two shares, with members paired and the sets of examples independent. Fewer than ten
    examples on one side of a threshold show too little of that spread; then the interval also holds Wilson's
    for as many examples as would have the two binomial variances together.
    """
    difference = crossed_difference(measured, calibrating, confidence)
    share = float(measured.mean())
    if difference.widest is None:
        return Measured(share)
    low, high = (end + float(calibrating.mean()) for end in difference.widest)
    if min(_fewer(measured), _fewer(calibrating)) < FEW:
        counts = (measured.shape[1], calibrating.shape[1])
        effective = counts[0] * counts[1] / sum(counts)
        ends = wilson(share * effective, effective, confidence)
        low, high = min(low, ends[0]), max(high, ends[1])
    return Measured(share, min(max(0.0, low), share), max(min(1.0, high), share))


def expected_range(level: float, calibrated_on: int, measured_on: int, *, confidence: float) -> Interval:
    """Return the range of one network's measured coverage if the guarantee is exact (no equal scores).

    The number covered of m follows the Beta-binomial law of m, r and n + 1 − r, with r = ⌈(n + 1)·level⌉
    and n the number of calibration examples (Vovk 2013, equation 11). (1, 1) where r > n.
    """
    rank = rank_of(calibrated_on, level)
    if rank > calibrated_on:
        return 1.0, 1.0
    from scipy.stats import betabinom  # half a second to import

    law = betabinom(measured_on, rank, calibrated_on + 1 - rank)
    low, high = law.ppf([(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low / measured_on), float(high / measured_on)


def joined_sets(parts: list[Mapping[float, Sets]]) -> dict[float, Sets]:
    """Return the sets of several members, given for each by level, as one table a level."""
    return {level: _joined([part[level] for part in parts]) for level in parts[0]}


def _joined(parts: list[Sets]) -> Sets:
    names = ("calibrated", "covered", "size", "near")
    tables = (np.concatenate([getattr(part, name) for part in parts]) for name in names)
    moved = [part.moved for part in parts if part.moved is not None]
    return Sets(*tables, moved=np.concatenate(moved) if moved else None, classes=parts[0].classes)


def _fewer(table: np.ndarray) -> float:
    """Return the number of examples on the rarer side, mean over members."""
    share = float(table.mean())
    return min(share, 1 - share) * table.shape[1]
