"""What was found of the way downhill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.descent.downhill import Downhill
from thalweg.evaluation.descent.nudges import Nudges
from thalweg.evaluation.descent.on_off import OnOff
from thalweg.evaluation.descent.walk import Walk
from thalweg.evaluation.grounds import Grounds
from thalweg.record import Record, named

WHEN = {"start": "at the top", "middle": "half-way", "end": "where it stopped"}


@dataclass(frozen=True, eq=False, repr=False)
class Descent(Record, answers="descent", caption="{!r}"):
    """The way downhill of some members, over `examples` training examples.

    `walk`: the recorded path, None where none was kept. `nudges` at "start", "middle" and "end" of it, at
    "end" alone without one. `downhill`: gradient descent on all examples at once. `on_off`: what jumping
    neurons would do to the slope. `lacking`: what could not be measured, and why. `excluded`: members that
    diverged. `grounds`: whether the members learned anything in the end.
    """

    walk: Walk | None
    nudges: Mapping[str, Nudges]
    downhill: Downhill
    on_off: OnOff | None
    lacking: Mapping[str, str]
    examples: int
    cost: str
    l2: float
    excluded: tuple[int, ...]
    grounds: Grounds

    def content(self) -> Mapping[str, Any]:
        """Return every part; null for what is in `lacking`."""
        parts = ("walk", "nudges", "downhill", "on_off", "lacking")
        return named(self, *parts, "examples", "cost", "l2", "excluded", "grounds")

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the curves of every member, the first one's nudges, and the ways down."""
        parts = [part.arrays() for part in (self.walk, self.downhill, self.on_off) if part is not None]
        nudges = [nudges.arrays(name) for name, nudges in self.nudges.items()]
        return {name: array for arrays in (*parts, *nudges) for name, array in arrays.items()}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        if not self.grounds.hold:  # how little the cost fell is all that there is to see
            return [*self.grounds.rows(), *([] if self.walk is None else self.walk.rows()[:1])]
        rows = [] if self.walk is None else self.walk.rows()
        rows += [
            (f"Which weights does the slope nudge {WHEN[name]}?", nudges.answer())
            for name, nudges in self.nudges.items()
        ]
        rows += self.downhill.rows()
        rows += [] if self.on_off is None else self.on_off.rows()
        return rows + [(f"Not measured: {what}", why) for what, why in self.lacking.items()]

    def __repr__(self) -> str:
        way = "no path kept" if self.walk is None else f"{len(self.walk.epochs)} places of the path"
        return f"{self.cost} cost downhill: {way}, {self.examples:,} examples"
