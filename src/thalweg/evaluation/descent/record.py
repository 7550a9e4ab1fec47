"""What was found of the way downhill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.evaluation.descent.downhill import Downhill
from thalweg.evaluation.descent.nudges import Nudges
from thalweg.evaluation.descent.on_off import OnOff
from thalweg.evaluation.descent.walk import Walk
from thalweg.measured import to_plain
from thalweg.record import html_table

if TYPE_CHECKING:
    pass


WHEN = {"start": "at the top", "middle": "half-way", "end": "where it stopped"}


@dataclass(frozen=True, eq=False, repr=False)
class Descent:
    """The way downhill of some members, over `examples` training examples.

    `walk`: the recorded path, None where none was kept. `nudges` at "start", "middle" and "end" of it, at
    "end" alone without one. `downhill`: gradient descent on all examples at once. `on_off`: what jumping
    neurons would do to the slope. `lacking`: what could not be measured, and why. `excluded`: members that
    diverged.
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

    def to_json(self) -> dict[str, Any]:
        """Return every part; null for what is in `lacking`."""
        return {
            "walk": self.walk and self.walk.to_json(),
            "nudges": {name: nudges.to_json() for name, nudges in self.nudges.items()},
            "downhill": self.downhill.to_json(),
            "on_off": self.on_off and self.on_off.to_json(),
            "lacking": dict(self.lacking),
            "examples": self.examples,
            "cost": self.cost,
            "l2": self.l2,
            "excluded": to_plain(self.excluded),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the curves of every member, the first one's nudges, and the ways down."""
        parts = [part.arrays() for part in (self.walk, self.downhill, self.on_off) if part is not None]
        nudges = [nudges.arrays(name) for name, nudges in self.nudges.items()]
        return {name: array for arrays in (*parts, *nudges) for name, array in arrays.items()}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
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

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.rows())
