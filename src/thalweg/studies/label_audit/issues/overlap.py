"""Which classes the judges take for each other, both ways and more than they take others.

A pair that is confused in both directions is hardly two classes to them: it overlaps, or its labels follow no
rule that the inputs show. One direction alone is rather a rare class, or a rule that was misread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import counted

LEVEL = 0.95


@dataclass(frozen=True)
class Pair(Entry):
    """Two classes, `one` and `other`, and how often judges take them for each other.

    `share`: of the examples of both, those that are taken for the other class, over examples (95 %).
    `one_as_other` and `other_as_one`: how many examples of each label are. `others`: the same share of all
    other pairs together, None where there is none. `stands_out`: whether this one has more, so surely that
    among all pairs one in twenty times any would by luck. `both_ways`: whether each direction has more than
    the other pairs' directions. `wrong`: how many of these labels are more likely wrong than right.
    """

    one: str
    other: str
    share: Measured
    one_as_other: int
    other_as_one: int
    others: float | None
    stands_out: bool
    both_ways: bool
    wrong: int

    @property
    def overlaps(self) -> bool:
        """Whether it is confused both ways, and more than others are."""
        return self.stands_out and self.both_ways

    @staticmethod
    def of(
        table: np.ndarray,
        sizes: np.ndarray,
        place: tuple[int, int],
        every: tuple[int, int, int],
        *,
        names: tuple[str, ...],
        wrong: int,
    ) -> Pair:
        """Return the pair at `place` of `table` [classes, classes] of labels and answers.

        `sizes` [classes]: examples of each label. `every`: of all pairs together the examples that are taken
        for the other class, the examples, and how many pairs there are.
        """
        one, other = place
        away, back = int(table[one, other]), int(table[other, one])
        both, of = away + back, int(sizes[one] + sizes[other])
        confused, asked, pairs = every
        others = (confused - both) / (asked - of) if pairs > 1 else None
        rest = (confused - both, asked - of)
        each = ((away, int(sizes[one])), (back, int(sizes[other])))
        return Pair(
            names[one],
            names[other],
            counted(both, of, LEVEL),
            away,
            back,
            others,
            pairs > 1 and _is_more((both, of), rest, (1 - LEVEL) / pairs),
            pairs > 1 and all(_is_more(share, rest, 1 - LEVEL) for share in each),
            wrong,
        )


def find_overlaps(
    chosen: np.ndarray,
    labels: np.ndarray,
    names: tuple[str, ...],
    *,
    known: np.ndarray,
    suspicious: np.ndarray,
) -> tuple[Pair, ...]:
    """Return the pairs of classes that are confused at all: those that overlap first, then by share.

    `chosen` and `labels` int [examples]: what judges that did not learn from the example answer, and the
    labels. `known` bool [classes]: which classes they recognise; others are left out. `suspicious` bool
    [examples]: labels more likely wrong than right.
    """
    classes = np.flatnonzero(known).tolist()
    table, wrong = (np.zeros((len(names),) * 2, np.int64) for _ in range(2))
    np.add.at(table, (labels, chosen), 1)
    np.add.at(wrong, (labels[suspicious], chosen[suspicious]), 1)
    sizes = table.sum(axis=1)
    # a class without examples has no share of them
    places = [
        (one, other) for one in classes for other in classes if one < other and sizes[one] * sizes[other]
    ]
    confused = {place: int(table[place] + table[place[::-1]]) for place in places}
    asked = {place: int(sizes[place[0]] + sizes[place[1]]) for place in places}
    every = (sum(confused.values()), sum(asked.values()), len(places))
    found = [
        Pair.of(table, sizes, place, every, names=names, wrong=int(wrong[place] + wrong[place[::-1]]))
        for place in places
        if confused[place]
    ]
    return tuple(sorted(found, key=lambda pair: (not pair.overlaps, -pair.share.value)))


def _is_more(share: tuple[int, int], rest: tuple[int, int], luck: float) -> bool:
    """Return whether a share (how many, of how many) is above that of the rest, more often than by luck.

    Exact, given how many there are of both: were the rates equal, they would fall to either as the sizes do
    (Przyborowski & Wilenski, Biometrika 31, 1940).
    """
    (count, of), (others, of_others) = share, rest
    return bool(binom.sf(count - 1, count + others, of / (of + of_others)) <= luck)
