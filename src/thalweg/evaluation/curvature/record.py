"""What was found of the Hessian's spectrum, member by member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.grounds import Grounds
from thalweg.measured import Measured
from thalweg.record import Entry, Record, named


@dataclass(frozen=True, eq=False)
class Density(Entry):
    """Where the eigenvalues lie: `density` [grid] per unit of eigenvalue at `values` [grid].

    Every eigenvalue is spread by a normal curve of standard deviation `width`. `error` [grid]: standard error
    between probes. `negative`: share of eigenvalues below zero by more than rounding, with its interval over
    probes.
    """

    values: np.ndarray
    density: np.ndarray
    error: np.ndarray
    width: float
    negative: Measured


@dataclass(frozen=True, eq=False)
class MemberCurvature(Entry):
    """One member's place: `cost`, `gradient_norm`, and the Hessian's eigenvalues there.

    `largest`, `smallest`: an eigenvalue lies in each interval for certain (value -+ |Hv - value v|).
    `none_below`: no eigenvalue is smaller than this, but for a chance of 1e-6. `trace`: Hutchinson's estimate
    with its t interval over probes, `trace_error` its standard error. `steps`: products with the Hessian that
    the two ends took.
    """

    member: int
    cost: float
    gradient_norm: float
    largest: Measured
    smallest: Measured
    none_below: float
    trace: Measured
    trace_error: float
    density: Density
    steps: int


@dataclass(frozen=True, eq=False, repr=False)
class Curvature(Record, answers="curvature", caption="{!r}"):
    """The curvature at some members, each on its own, over all `examples` of a split.

    `parameters`: dimensions of the hill. `cost_name` and `l2`: the cost whose curvature it is. `grounds`:
    whether anything may be concluded from it.
    """

    members: tuple[MemberCurvature, ...]
    parameters: int
    examples: int
    cost_name: str
    l2: float
    probes: int
    grounds: Grounds

    def __getitem__(self, place: int) -> MemberCurvature:
        return self.members[place]

    @property
    def largest(self) -> Measured:
        """The largest eigenvalue of all members, with its residual bound."""
        return max((member.largest for member in self.members), key=lambda measured: measured.value)

    @property
    def smallest(self) -> Measured:
        """The smallest eigenvalue of all members, with its residual bound."""
        return min((member.smallest for member in self.members), key=lambda measured: measured.value)

    def content(self) -> Mapping[str, Any]:
        """Return the ends over members, trace and density of the first member, and every member's own."""
        first = self.members[0]
        return {
            **named(self, "largest", "smallest"),
            **named(first, "trace", "density"),
            **named(self, "members", "parameters", "examples", "probes"),
            "cost": self.cost_name,
            "l2": self.l2,
            "grounds": self.grounds,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the members and their densities [members, grid]."""
        densities = [member.density for member in self.members]
        stacked = {
            f"density_{name}": np.stack([getattr(density, name) for density in densities])
            for name in ("values", "density", "error")
        }
        return {"members": np.array([member.member for member in self.members]), **stacked}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        if not self.grounds.hold:
            return self.grounds.rows()
        first = self.members[0]
        share = 100 * first.density.negative.value
        return [
            ("How sharply does the hill bend at most?", _bound(self.largest)),
            ("And in the direction in which it bends least?", _bound(self.smallest)),
            (f"How much in all {self.parameters:,} directions together (trace)?", first.trace.plain(3)),
            ("In how many directions does it bend down?", f"about {share:.1f} % of them"),
        ]

    def __repr__(self) -> str:
        return (
            f"curvature from {self.smallest.value:.3g} to {self.largest.value:.3g} in {self.parameters:,} "
            f"directions, n = {len(self.members)} x {self.examples:,}"
        )


def _bound(measured: Measured) -> str:
    low, high = measured.interval or (measured.value, measured.value)
    return f"{measured.value:.6g} (exact to {(high - low) / 2:.1g})"
