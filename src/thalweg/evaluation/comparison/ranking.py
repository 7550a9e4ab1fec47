"""What was found when several classifiers were compared: every pair, and in which order they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from thalweg.evaluation.comparison.circumstances import Circumstances
from thalweg.record import Record, named
from thalweg.statistics.chance import OverChance
from thalweg.statistics.intervals import CrossedInterval
from thalweg.statistics.paired import Difference


@dataclass(frozen=True, eq=False, repr=False)
class Ranking(Record, answers="comparison", caption="{0.length} compared"):
    """Several classifiers on the same examples: simultaneous intervals of every pair, and of every rank.

    `names`, `members`, `accuracies`, `over_chance`: of each, in the order given. `differences`: (i, j) with
    i < j -> accuracy of i less that of j, each with an interval at `pair_level`, so that all of them hold
    together at `level`; `shown`: for which of them a difference is. `circumstances`: how they were trained,
    where that is known.
    """

    names: tuple[str, ...]
    members: tuple[int, ...]
    examples: int
    accuracies: tuple[CrossedInterval, ...]
    differences: Mapping[tuple[int, int], Difference]
    shown: Mapping[tuple[int, int], bool]
    over_chance: tuple[OverChance, ...]
    level: float
    pair_level: float
    circumstances: Circumstances | None = None

    @property
    def length(self) -> int:
        """How many are compared."""
        return len(self.names)

    @property
    def learned(self) -> bool:
        """Whether any learned anything that can be told from guessing: else nothing is to be compared."""
        return any(own.learned for own in self.over_chance)

    @property
    def better(self) -> np.ndarray:
        """Bool [n, n]: whether i is shown to be better than j, by the simultaneous intervals."""
        found = np.zeros((self.length, self.length), bool)
        for (one, other), difference in self.differences.items():
            if self.shown[one, other]:
                first = difference.measured.value > 0
                found[(one, other) if first else (other, one)] = True
        return found

    @property
    def ranks(self) -> tuple[tuple[int, int], ...]:
        """First and last rank that each may have (1 is best); all of them hold together at `level`.

        Mogstad, Romano, Shaikh and Wilhelm, Review of Economic Studies 91, 2024: behind all that are shown to
        be better, before all that are shown to be worse.
        """
        better = self.better
        ahead, behind = better.sum(axis=0), better.sum(axis=1)
        return tuple((1 + int(a), self.length - int(b)) for a, b in zip(ahead, behind, strict=True))

    @property
    def order(self) -> list[int]:
        """Their numbers, the most accurate first."""
        return sorted(range(self.length), key=lambda one: -self.accuracies[one].mean)

    @property
    def verdict(self) -> str:
        """One sentence: which is best, or which may be."""
        if not self.learned:
            best = max(self.over_chance, key=lambda own: own.accuracy.value)
            return f"none learned anything that can be told from guessing: {best.compared}"
        first = [self.names[one] for one in self.order if self.ranks[one][0] == 1]
        if len(first) == self.length:
            return "no difference between any two is shown"
        if len(first) == 1:
            return f"{first[0]} is better than each of the others"
        return f"no single best is shown: {', '.join(first[:-1])} or {first[-1]}"

    def content(self) -> Mapping[str, Any]:
        """Return accuracies and ranks by name, every pair, and the verdict."""
        return {
            **named(self, "names", "members", "examples"),
            "accuracy": {name: own.measured for name, own in zip(self.names, self.accuracies, strict=True)},
            "ranks": dict(zip(self.names, self.ranks, strict=True)) if self.learned else None,
            "pairs": [
                {
                    "names": [self.names[one], self.names[other]],
                    "difference": found,
                    "difference_shown": self.shown[one, other] and self.learned,
                }
                for (one, other), found in self.differences.items()
            ],
            "level": self.level,
            "pair_level": self.pair_level,
            "over_chance": dict(zip(self.names, self.over_chance, strict=True)),
            "circumstances": self.circumstances,
            "verdict": self.verdict,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return nothing: all is small."""
        return {}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, the verdict first."""
        rows = [("Which is best?", self.verdict)]
        for one in self.order:
            mean = self.accuracies[one].measured.percent()
            low, high = self.ranks[one]
            rank = f"rank {low}" if low == high else f"rank {low} to {high}"
            place = f"; {rank} of {self.length}" if self.learned else ""
            rows.append((f"How often is {self.names[one]} right?", f"{mean}{place}"))
        if self.learned:
            ordered = list(combinations(self.order, 2))
            rows += [
                (f"{self.names[one]} against {self.names[other]}", self._told(one, other))
                for one, other in ordered
            ]
            rows.append(("How sure is that?", self._sureness()))
        return [*rows, *(self.circumstances.rows() if self.circumstances is not None else ())]

    def _told(self, one: int, other: int) -> str:
        pair = min(one, other), max(one, other)
        found = self.differences[pair].measured
        lead = found if one < other else -found
        if not self.shown[pair]:
            return f"no difference shown: {lead.points(2)}"
        return f"better by {lead.points(2)}"

    def _sureness(self) -> str:
        return (
            f"all {len(self.differences)} intervals of pairs hold together with {100 * self.level:g} %: "
            f"each is one of {100 * self.pair_level:.1f} % (Bonferroni)"
        )

    def __repr__(self) -> str:
        return f"{', '.join(self.names)}: {self.verdict}"
