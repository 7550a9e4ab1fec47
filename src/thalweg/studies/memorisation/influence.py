"""Which training examples other, new examples owe being answered rightly to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import student
from thalweg.statistics.share_differences import difference_error

MOST_CANDIDATES, MOST_PAIRS = 5_000, 10_000
"""Training examples whose influence is looked for, and pairs that are kept, the largest first."""

CANDIDATES_AT_ONCE = 250
SHUFFLES = 5
"""Times that the same search is made with answers that have nothing to do with the subsets."""

FALSE_SHARE = 0.05
"""Share of chance findings that is borne among the pairs that are called sure."""


@dataclass(frozen=True, eq=False)
class ExampleInfluence(Entry, aside=("example", "new_example", "influence", "standard_error")):
    """Pairs of a training example and a new example with an influence of at least `threshold`.

    influence(i, j) = P(right on new j | trained on i) − P(right on new j | not).

    `candidates`: training examples looked at, those with a high memorisation score. `found`: number of pairs;
    `by_chance`: how many the same search finds when answers are dealt to members at random; `sure`: how many
    stand out of these so far that a twentieth of them at most is chance (by influence over standard error).
    `distinct`: new examples in any pair; `single`: those in exactly one. Of the pairs kept, largest first:
    `example`, `new_example` int64, `influence` and `standard_error` float64, all [pairs].
    """

    threshold: float
    candidates: int
    found: int
    by_chance: Measured
    sure: int
    distinct: int
    single: int
    example: np.ndarray
    new_example: np.ndarray
    influence: np.ndarray
    standard_error: np.ndarray

    @property
    def beyond_chance(self) -> bool:
        """Whether there are more pairs than chance alone gives, so that where they lie says something."""
        by_chance = self.by_chance
        return self.found > (by_chance.value if by_chance.high is None else by_chance.high)


def influence(
    inside: np.ndarray, right: np.ndarray, candidates: np.ndarray, *, threshold: float, seed: int = 0
) -> ExampleInfluence:
    """Search for the new examples that remembered training examples matter to.

    Feldman & Zhang (2020), equation 2, for `candidates` int64 [candidates], numbers of training examples.
    `inside` bool [members, candidates]: who trained on them; `right` bool [members, new]: who is right on the
    new examples. Works through blocks of candidates: the whole table of influences is never held.
    """
    worth = _may_reach(inside, right, threshold)
    answers = right[:, worth]
    pairs = _joined(_pairs(inside, answers, threshold))
    row, column, value, error = pairs
    generator = np.random.default_rng([seed, *right.shape])
    dealt = [_joined(_pairs(inside, generator.permutation(answers), threshold))[2:] for _ in range(SHUFFLES)]
    chance = np.array([len(own) for own, _ in dealt])
    _, times = np.unique(column, return_counts=True)
    kept = np.argsort(-value, kind="stable")[:MOST_PAIRS]
    return ExampleInfluence(
        threshold,
        len(candidates),
        len(value),
        Measured.of(float(np.mean(chance)), _not_below_zero(student(chance))),
        _beyond_chance(value / error, np.concatenate([own / spread for own, spread in dealt])),
        len(times),
        int((times == 1).sum()),
        candidates[row[kept]],
        np.flatnonzero(worth)[column[kept]],
        value[kept],
        error[kept],
    )


def inside_of(
    numbers: np.ndarray, candidates: np.ndarray, subsets: Callable[[int, int], np.ndarray]
) -> np.ndarray:
    """Return who trained on the candidates, bool [members, candidates], drawing few members' rows at a time.

    `numbers` [members]: the members, rising. `subsets(first, count)`: bool [count, examples] of members in a
    row.
    """
    at_once = 100
    table = np.empty((len(numbers), len(candidates)), dtype=bool)
    for first in range(int(numbers.min()), int(numbers.max()) + 1, at_once):
        here = np.flatnonzero((numbers >= first) & (numbers < first + at_once))
        table[here] = subsets(first, at_once)[np.ix_(numbers[here] - first, candidates)]
    return table


def _may_reach(inside: np.ndarray, right: np.ndarray, threshold: float) -> np.ndarray:
    """Mark the new examples [new] whose answers vary enough among members for any influence that large.

    Between two groups that are shares s and 1 − s of the members, a difference d alone is a variance of
    s (1 − s) d², and the whole variance is p (1 − p).
    """
    share, correct = inside.mean(axis=0), right.mean(axis=0)
    least = (share * (1 - share)).min(initial=0.25) * threshold**2
    return correct * (1 - correct) >= least * (1 - 1e-9)


def _pairs(inside: np.ndarray, right: np.ndarray, threshold: float) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield rows, columns, influences and standard errors of the pairs found in each block of candidates."""
    answers = right.astype(np.float32)
    total = right.sum(axis=0, dtype=np.int64)
    for first in range(0, inside.shape[1], CANDIDATES_AT_ONCE):
        block = inside[:, first : first + CANDIDATES_AT_ONCE]
        with_it = block.sum(axis=0, dtype=np.int64)[:, None]
        without = len(block) - with_it
        # counts below 2^24 are exact in float32
        right_with = (block.T.astype(np.float32) @ answers).astype(np.int64)
        right_without = total - right_with
        value = right_with / np.maximum(with_it, 1) - right_without / np.maximum(without, 1)
        row, column = np.nonzero((value >= threshold) & (with_it > 0) & (without > 0))
        error = difference_error(
            (right_with[row, column], with_it[row, 0]), (right_without[row, column], without[row, 0])
        )
        yield row + first, column, value[row, column], error


def _beyond_chance(found: np.ndarray, dealt: np.ndarray) -> int:
    """Return how many of the largest of `found` may be trusted, beside those `dealt` in all shuffles.

    The largest number of which an expected share of `FALSE_SHARE` at most is chance: the false discovery rate
    by permutation (Storey & Tibshirani, PNAS 100, 2003).
    """
    ranked = np.sort(found)[::-1]
    false = (len(dealt) - np.searchsorted(np.sort(dealt), ranked)) / SHUFFLES
    trusted = np.flatnonzero(false <= FALSE_SHARE * np.arange(1, len(ranked) + 1))
    return int(trusted[-1]) + 1 if len(trusted) else 0


def _joined(blocks: Iterator[tuple[np.ndarray, ...]]) -> tuple[np.ndarray, ...]:
    nothing = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    return tuple(np.concatenate(parts) for parts in zip(nothing, *blocks, strict=True))


def _not_below_zero(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if interval is None else (max(0.0, interval[0]), max(0.0, interval[1]))
