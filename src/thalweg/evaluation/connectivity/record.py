"""What was found of the lines and curves between members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import one_of
from thalweg.evaluation.grounds import Grounds
from thalweg.measured import Measured
from thalweg.record import Entry, Record, named

UNALIGNED, CURVE = "unaligned", "curve"


WORDS = {
    UNALIGNED: "as they are",
    "weights": "after matching units by weights",
    "activations": "after matching units by what they do",
    CURVE: "on a curve that was trained to keep low",
}


@dataclass(frozen=True, eq=False)
class Lines(Entry):
    """The lines (or curves) between the members of every pair, measured in the same way.

    `barrier`, `error_barrier`: highest cost (share answered wrongly) of a line minus the mean of its ends,
    mean over pairs. `midpoint`: cost half way minus the mean of the ends; below zero where the middle is
    better than they are. `remaining`: barrier divided by that of the unaligned lines, None for these and
    where there was no barrier. `cost`, `error`: float64 [pairs, points].
    """

    barrier: Measured
    error_barrier: Measured
    midpoint: Measured
    remaining: Measured | None
    cost: np.ndarray
    error: np.ndarray

    @property
    def barriers(self) -> np.ndarray:
        """Barrier of the cost of each pair, float64 [pairs]."""
        return barriers(self.cost)

    def content(self) -> Mapping[str, Any]:
        """Return the means over pairs, and the mean curves."""
        return {
            **named(self, "barrier", "error_barrier", "midpoint", "remaining"),
            "cost": self.cost.mean(axis=0),
            "error": self.error.mean(axis=0),
        }


@dataclass(frozen=True, eq=False, repr=False)
class Connectivity(Record, answers="connectivity"):
    """Paths between all pairs of some members: straight, after matching units, and bent.

    `lines`: `unaligned`, one entry a method of matching, and `curve` where bends were trained. `shares`
    [points]: how far along the path, 0..1, from the first of a pair to the second (t of a curve). `pairs`
    int64 [pairs, 2] and `members`: counted in the classifier as it was given. `trained_on`: training
    examples that the bends learned from, in `steps` steps; 0 without a curve. Intervals are over new
    members, on these examples. `grounds`: whether anything may be concluded, with the highest cost of the
    unaligned lines: where even that is rounding, no hill and no way around it can be told from none.
    """

    lines: Mapping[str, Lines]
    shares: np.ndarray
    pairs: np.ndarray
    members: np.ndarray
    examples: np.ndarray
    cost: str
    l2: float
    signs: bool
    excluded: tuple[int, ...]
    grounds: Grounds
    trained_on: int = 0
    steps: int = 0

    def __getitem__(self, method: str) -> Lines:
        return self.lines[one_of(self.lines, method, "method")]

    def content(self) -> Mapping[str, Any]:
        """Return one object a kind of path, and how it was measured."""
        return {
            **self.lines,
            "shares": self.shares,
            "members": self.members,
            "pairs": len(self.pairs),
            "examples": len(self.examples),
            **named(self, "cost", "l2", "signs", "excluded", "grounds", "trained_on", "steps"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the curves of every pair."""
        arrays = {"shares": self.shares, "pairs": self.pairs, "measured_examples": self.examples}
        for name, lines in self.lines.items():
            arrays[f"{name}_cost"] = lines.cost
            arrays[f"{name}_error"] = lines.error
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, one a kind of path."""
        return self.grounds.rows() or [
            (f"How high is the hill between two networks, {WORDS[name]}?", _answer(lines, self.shown))
            for name, lines in self.lines.items()
        ]

    @property
    def shown(self) -> bool:
        """Whether there is a hill at all as they are: a share of what may be nothing says nothing."""
        low = self.lines[UNALIGNED].barrier.low
        return low is None or low > 0

    def __repr__(self) -> str:
        found = (f"{name} {lines.barrier.plain(4)}" for name, lines in self.lines.items())
        return f"barrier of the {self.cost} cost: {', '.join(found)}, {len(self.pairs):,} pairs"


def barriers(curves: np.ndarray) -> np.ndarray:
    """Return the highest point of each curve [curves, points] minus the mean of its two ends."""
    return curves.max(axis=1) - (curves[:, 0] + curves[:, -1]) / 2


def _answer(lines: Lines, shown: bool) -> str:
    text = f"cost {lines.barrier.plain(4)} above the ends, error {lines.error_barrier.percent()} above them"
    if lines.remaining is None:
        return text
    if not shown:
        return f"{text}; what share of the hill is left cannot be told: as they are there may be none"
    return f"{text}; {lines.remaining.percent()} of the hill is left"
