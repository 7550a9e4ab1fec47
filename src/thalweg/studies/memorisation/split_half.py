"""Whether two halves of the members give the examples the same scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import student

RESAMPLES = 1000


@dataclass(frozen=True)
class SplitHalf(Entry):
    """How far scores agree between two halves of the members.

    `halves`: Spearman's correlation of the scores of the halves. `whole`: what the correlation of two such
    sets of members, each of full size, would be: 2r/(1 + r) (Spearman 1910, Brown 1910). `chosen`: how often
    an example was above the threshold in one half; `there` and `again`: the mean score of those in the half
    that chose them, and in the other half, which is free of the luck of being chosen.
    """

    halves: Measured
    whole: Measured
    chosen: int
    there: float | None
    again: Measured | None


def reliability(
    first: np.ndarray, second: np.ndarray, *, threshold: float, seed: int = 0, level: float = 0.95
) -> SplitHalf | None:
    """Compare the scores [examples] that two halves of the members give.

    Intervals are over examples: of the correlations by percentile bootstrap, of the mean by Student's t.
    None where no more than two examples have both scores, or all of a half's scores are the same.
    """
    known = np.isfinite(first) & np.isfinite(second)
    first, second = first[known], second[known]
    if len(first) < 3 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    halves = spearman(first, second, seed=seed, level=level)
    whole = Measured(*(_prophecy(end) for end in (halves.value, *(halves.interval or ()))))
    there = np.concatenate([first[first >= threshold], second[second >= threshold]])
    again = np.concatenate([second[first >= threshold], first[second >= threshold]])
    return SplitHalf(
        halves,
        whole,
        len(again),
        float(there.mean()) if len(there) else None,
        Measured.of(float(again.mean()), student(again, level)) if len(again) else None,
    )


def spearman(first: np.ndarray, second: np.ndarray, *, seed: int = 0, level: float = 0.95) -> Measured:
    """Return Spearman's rank correlation of two scores [examples] with its percentile bootstrap interval.

    Ties share the mean of their ranks, in every resample anew.
    """
    levels = [np.unique(values, return_inverse=True)[1] for values in (first, second)]
    generator = np.random.default_rng([seed, len(first)])
    drawn = (
        np.bincount(generator.integers(0, len(first), len(first)), minlength=len(first))
        for _ in range(RESAMPLES)
    )
    resampled = np.array([_spearman_of_counts(levels, counts) for counts in drawn])
    tail = (1 - level) / 2
    low, high = np.nanquantile(resampled, (tail, 1 - tail))
    return Measured(_spearman_of_counts(levels, np.ones(len(first))), float(low), float(high))


def _spearman_of_counts(levels: list[np.ndarray], counts: np.ndarray) -> float:
    """Return the rank correlation when example i occurs `counts[i]` times; NaN if all are tied."""
    first, second = (_middle_ranks(codes, counts) for codes in levels)
    first, second = (ranks - np.average(ranks, weights=counts) for ranks in (first, second))
    spread = np.sum(counts * first**2) * np.sum(counts * second**2)
    return float(np.sum(counts * first * second) / np.sqrt(spread)) if spread > 0 else float("nan")


def _middle_ranks(codes: np.ndarray, counts: np.ndarray) -> np.ndarray:
    tied = np.bincount(codes, weights=counts)
    return (np.cumsum(tied) - 0.5 * tied + 0.5)[codes]


def _prophecy(correlation: float) -> float:
    """Return the Spearman-Brown formula for twice the length."""
    return 2 * correlation / (1 + correlation) if correlation > -1 else -1.0
