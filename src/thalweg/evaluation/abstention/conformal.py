"""Split conformal prediction: sets of classes that hold the true one as often as promised.

From examples not used in training, a threshold on a score of (example, class) is found such that a new
example's true class scores below it with probability at least `level`, whatever the classifier and the data,
as long as those examples and the new one are exchangeable (Vovk, Gammerman & Shafer, *Algorithmic Learning
in a Random World*, 2005; Papadopoulos et al., ECML 2002). How often one threshold really covers varies from
one calibration sample to the next, as a Beta law (Vovk, Machine Learning 92, 2013).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.stats import betabinom

from thalweg.errors import EvaluationError
from thalweg.measured import Interval, Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import crossed, crossed_difference, wilson

FEW = 10


@dataclass(frozen=True, eq=False)
class Sets:
    """The sets of classes of some members at one level.

    `calibrated` bool [members, calibration examples] and `covered` bool [members, examples]: whether the set
    holds the true class. `size` int [members, examples]: number of classes in the set.
    """

    calibrated: np.ndarray
    covered: np.ndarray
    size: np.ndarray


@dataclass(frozen=True, eq=False)
class ConformalSets(Entry, aside=("level",)):
    """How sets at one level do on examples that did not set the threshold; means over members.

    `coverage`: share of sets that hold the true class. Its interval counts the examples measured on *and*
    those that set the threshold, so it should hold the level. `expected_range`: where one network's
    coverage falls 95 times in 100 if the guarantee is exact (Beta-binomial law). `mean_set_size` in classes;
    `empty` and `singleton`: shares of sets with no class and with one.
    """

    level: float
    coverage: Measured
    expected_range: Interval
    mean_set_size: Measured
    empty: Measured
    singleton: Measured


def least_likely_scores(probabilities: np.ndarray) -> np.ndarray:
    """Return −p of each class, [examples, classes]: the score 1 − p of LAC, without its rounding near 1.

    Least ambiguous set-valued classifiers (Sadinle, Lei & Wasserman, JASA 114, 2019): the smallest sets on
    average, and empty ones where a classifier is right more often than the level asks.
    """
    return -probabilities


def adaptive_scores(probabilities: np.ndarray, draws: np.ndarray | None = None) -> np.ndarray:
    """Return the probability of all classes down to each class, itself included, [examples, classes].

    Adaptive prediction sets, APS (Romano, Sesia & Candès, NeurIPS 2020): larger sets for harder examples.
    With `draws` [examples], uniform in 0..1, that part of the class's own probability is left off
    (equation 8), which makes the coverage exact; without, sets are larger than they need to be.
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
    rank = _rank(len(scores), level)
    return float(np.partition(scores, rank - 1)[rank - 1]) if rank <= len(scores) else np.inf


def conformal_sets(scores: np.ndarray, labels: np.ndarray, calibrating: np.ndarray, level: float) -> Sets:
    """Return one member's sets from `scores` [examples, classes]; `calibrating` bool [examples].

    The threshold comes from the calibrating examples, sizes are those of the others.
    """
    own = scores[np.arange(len(labels)), labels]
    limit = threshold(own[calibrating], level)
    covered = own <= limit
    size = (scores[~calibrating] <= limit).sum(axis=1).astype(np.int16)
    return Sets(covered[None, calibrating], covered[None, ~calibrating], size[None])


def measured_sets(sets: Sets, level: float, *, confidence: float) -> ConformalSets:
    """Return what is reported of `sets` at `level`; `confidence` is the level of the intervals."""
    counts = (sets.calibrated.shape[1], sets.covered.shape[1])
    share = lambda table: crossed(table, confidence).measured  # noqa: E731
    return ConformalSets(
        level=level,
        coverage=against_calibration(sets.covered, sets.calibrated, confidence),
        expected_range=expected_range(level, *counts, confidence=confidence),
        mean_set_size=crossed(sets.size * 1.0, confidence, limits=(0.0, np.inf)).measured,
        empty=share(sets.size == 0),
        singleton=share(sets.size == 1),
    )


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
    rank = _rank(calibrated_on, level)
    if rank > calibrated_on:
        return 1.0, 1.0
    law = betabinom(measured_on, rank, calibrated_on + 1 - rank)
    low, high = law.ppf([(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low / measured_on), float(high / measured_on)


def joined_sets(parts: list[Mapping[float, Sets]]) -> dict[float, Sets]:
    """Return the sets of several members, given for each by level, as one table a level."""
    names = ("calibrated", "covered", "size")
    return {
        level: Sets(*(np.concatenate([getattr(part[level], name) for part in parts]) for name in names))
        for level in parts[0]
    }


def _fewer(table: np.ndarray) -> float:
    """Return the number of examples on the rarer side, mean over members."""
    share = float(table.mean())
    return min(share, 1 - share) * table.shape[1]


def _rank(examples: int, level: float) -> int:
    if not 0.0 < level < 1.0:
        raise EvaluationError(
            f"Prediction sets at level {level}: expected a share strictly between 0 and 1.",
            hint="use 0.95 for sets that hold the true class 95 times in 100.",
        )
    return ceil((examples + 1) * level - 1e-9)
