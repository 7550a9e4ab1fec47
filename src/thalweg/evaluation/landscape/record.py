"""What was found of the cost in planes and lines around members."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.grounds import Grounds
from thalweg.measured import as_percent
from thalweg.record import Entry, Record, led_by, named
from thalweg.statistics.rounding import is_rounding

WORDS = {
    "random": "two random directions",
    "members": "the plane through three members",
    "path": "the plane of the path",
}


@dataclass(frozen=True, eq=False)
class CostPlane(Entry):
    """Cost and accuracy on one plane, and what is marked on it.

    `across` [columns], `up` [rows]: coordinates; for random directions in lengths of every neuron's weights,
    else in distances of weights. `cost`, `accuracy`: float64 [rows, columns]. `marks` [marks, 2]: where the
    marked places stand on the plane; `distances` [marks] how far they are off it, `lengths` [marks] from its
    origin; `cost_there` the cost of the plane at the mark and `true_cost` of the marked place itself.
    `projection_error`: root mean square of `distances` divided by that of `lengths`; 0 where all is on it.
    """

    across: np.ndarray
    up: np.ndarray
    cost: np.ndarray
    accuracy: np.ndarray
    marks: np.ndarray
    distances: np.ndarray
    lengths: np.ndarray
    cost_there: np.ndarray
    true_cost: np.ndarray

    @property
    def projection_error(self) -> float:
        """How far the marks are off the plane, as a share of their extent, 0..1."""
        extent = float(np.square(self.lengths).sum())
        return float(np.sqrt(np.square(self.distances).sum() / extent)) if extent > 0 else 0.0

    def content(self) -> Mapping[str, Any]:
        """Return the extent, the lowest and the highest cost, and the marks; the grid is in `arrays`."""
        finite = self.cost[np.isfinite(self.cost)]
        row, column = np.unravel_index(int(np.nanargmin(self.cost)), self.cost.shape)
        return {
            "across": (self.across[0], self.across[-1]),
            "up": (self.up[0], self.up[-1]),
            "lowest": {"cost": finite.min(), "at": (self.across[column], self.up[row])},
            "highest": {"cost": finite.max()},
            "marks": self.marks,
            "cost_at_marks": self.true_cost,
            "projection_error": self.projection_error,
            "largest_cost_error": float(np.abs(self.cost_there - self.true_cost).max()),
        }


@dataclass(frozen=True, eq=False)
class Slices(Entry):
    """Cost along one random direction of its own through each of some members.

    `steps` [points]: how far, in lengths of every neuron's weights; 0 is the member. `cost`, `accuracy`:
    float64 [members, points]. `low`, `high` [points]: interval of the mean cost over new members, None for
    one member. `members`: counted in the classifier as it was given.
    """

    steps: np.ndarray
    cost: np.ndarray
    accuracy: np.ndarray
    low: np.ndarray | None
    high: np.ndarray | None
    members: np.ndarray
    cost_name: str

    @property
    def at_members(self) -> float:
        """Mean cost of the members themselves."""
        return float(self.cost.mean(axis=0)[int(np.abs(self.steps).argmin())])

    @property
    def rounding(self) -> bool:
        """Whether the members' cost is rounding, and so whatever it is a multiple of."""
        return is_rounding(self.at_members, self.cost_name)

    @property
    def doubled(self) -> float | None:
        """Least step, either way, at which the mean cost has doubled; None where it never does."""
        reached = np.abs(self.steps)[self.cost.mean(axis=0) >= 2 * self.at_members]
        return float(reached.min()) if len(reached) else None

    def content(self) -> Mapping[str, Any]:
        """Return the mean curve with its band."""
        return {
            "steps": self.steps,
            "cost": self.cost.mean(axis=0),
            "low": self.low,
            "high": self.high,
            "accuracy": self.accuracy.mean(axis=0),
            "doubled_at": self.doubled,
            "rounding": self.rounding,
            "members": self.members,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Landscape(Record, answers="landscape"):
    """Surfaces by name (`random`, `members`, `path`), and slices through some members.

    `member`: the one that `random` is drawn around. `through`: the three of `members`, empty where there are
    no three. Both are counted in the classifier as it was given, as is `walker`, whose path `path` is (None
    for one given as an array); `epochs`: after how many the marks of `path` were taken. `grounds`: whether
    the sliced members learned anything.
    """

    surfaces: Mapping[str, CostPlane]
    slices: Slices
    member: int
    through: tuple[int, ...]
    examples: np.ndarray
    cost: str
    l2: float
    excluded: tuple[int, ...]
    grounds: Grounds
    walker: int | None = None
    epochs: tuple[int, ...] = ()

    def __getitem__(self, name: str) -> CostPlane:
        return self.surfaces[name]

    def content(self) -> Mapping[str, Any]:
        """Return one object a surface, the slices, and how they were measured."""
        return {
            **self.surfaces,
            **named(self, "slices", "member", "through"),
            "examples": len(self.examples),
            **named(self, "cost", "l2", "excluded", "walker", "epochs", "grounds"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return every grid with its coordinates and marks, and the slice of every member."""
        curves = ("cost", "accuracy")
        parts = ("across", "up", *curves, "marks", "distances", "cost_there", "true_cost")
        arrays: dict[str, np.ndarray] = {}
        for name, surface in self.surfaces.items():
            arrays |= led_by(f"{name}_", named(surface, *parts))
        return arrays | led_by("slices_", named(self.slices, "steps", *curves, "members"))

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, one a surface and one for the slices."""
        if not self.grounds.hold:
            return self.grounds.rows()
        rows = [
            (f"What does the hill look like on {WORDS[name]}?", _answer(s))
            for name, s in self.surfaces.items()
        ]
        doubled = self.slices.doubled
        far = "further than was looked" if doubled is None else f"{doubled:.2f} of the weights' own length"
        if self.slices.rounding:
            far = f"cannot be asked: a cost of {self.slices.at_members:.1g} is rounding, and so is twice that"
        return [*rows, ("How far in a random direction until the cost has doubled?", far)]

    def __repr__(self) -> str:
        return f"{self.cost} cost on {', '.join(WORDS[name] for name in self.surfaces)}"


def _answer(surface: CostPlane) -> str:
    finite = surface.cost[np.isfinite(surface.cost)]
    text = f"cost {finite.min():.4f} to {finite.max():.4f}"
    if len(surface.marks) == 1:
        return f"{text}; {surface.true_cost[0]:.4f} where the member stands"
    ends = f"{surface.true_cost.min():.4f} to {surface.true_cost.max():.4f}"
    return f"{text}; marked places {ends}, {as_percent(surface.projection_error)} off the plane"
