"""How the hill bends where each member stands: the eigenvalues of the cost's Hessian over a whole split.

Float64 and all examples, because the noise of a batch and of single precision bury the small eigenvalues.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from thalweg.errors import EvaluationError
from thalweg.evaluation.members import chosen_members, white_box
from thalweg.evaluation.record import Measured, html_table, to_plain
from thalweg.evaluation.spectrum import Eigenvalue, Quadrature, ends, quadrature

MEMBERS = 2
PROBES, FEWEST_PROBES = 10, 2
PROBE_STEPS = 60
GRID = 201
BLUR = 1 / 60
"""Width of the curve by which the density is smoothed, as a share of the width of the spectrum."""


@dataclass(frozen=True, eq=False)
class Density:
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

    def to_json(self) -> dict[str, Any]:
        """Return every field as pure JSON types."""
        fields = ("values", "density", "error", "width", "negative")
        return to_plain({name: getattr(self, name) for name in fields})


@dataclass(frozen=True, eq=False)
class MemberCurvature:
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

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as pure JSON types."""
        return {**to_plain(vars(self) | {"density": None}), "density": self.density.to_json()}


@dataclass(frozen=True, eq=False, repr=False)
class Curvature:
    """The curvature at some members, each on its own, over all `examples` of a split.

    `parameters`: dimensions of the hill. `cost_name` and `l2`: the cost whose curvature it is.
    """

    members: tuple[MemberCurvature, ...]
    parameters: int
    examples: int
    cost_name: str
    l2: float
    probes: int

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

    def to_json(self) -> dict[str, Any]:
        """Return the ends over members, trace and density of the first member, and every member's own."""
        first = self.members[0]
        return {
            "largest": self.largest.to_json(),
            "smallest": self.smallest.to_json(),
            "trace": first.trace.to_json(),
            "density": first.density.to_json(),
            "members": [member.to_json() for member in self.members],
            "parameters": self.parameters,
            "examples": self.examples,
            "probes": self.probes,
            "cost": self.cost_name,
            "l2": self.l2,
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

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.rows())


def curvature(
    classifier: Any,
    split: Any,
    *,
    cost: str,
    l2: float = 0.0,
    members: Iterable[int] | None = None,
    probes: int = PROBES,
    steps: int = 1000,
    tolerance: float = 1e-7,
    seed: int = 0,
) -> Curvature:
    """Measure the Hessian of the cost at members, over the whole of `split`, in float64.

    The cost is the mean over examples plus `l2 / 2` times the sum of squared weights (biases left out), as in
    training without dropout. The ends of the spectrum are found by Lanczos with full reorthogonalisation, its
    density by stochastic Lanczos quadrature (Ghorbani, Krishnan & Xiao, arXiv 1901.10159, section 2), the
    trace by Hutchinson's estimator from the same probes.

    Args:
        classifier: a population, one of its members or its ensemble (whose members are measured).
        split: labelled examples, as a rule those learned from.
        cost: "quadratic", "cross-entropy" or "binary-cross-entropy", as trained with.
        l2: weight of the penalty, as trained with.
        members: which to measure, counted from 0; by default the first two that did not diverge.
        probes: random vectors for density and trace.
        steps: the most products with the Hessian that the two ends may take (8 bytes a step and weight).
        tolerance: residual, as a share of its eigenvalue, at which an end is exact enough.
        seed: of the random vectors.

    Raises `NotApplicable` for a classifier without known weights or without gradients, and `EvaluationError`
    for a member that does not exist or diverged and for arguments out of range.
    """
    population = white_box(classifier, split, cost=cost, l2=l2)
    chosen = chosen_members(population, members, default=MEMBERS)
    if probes < FEWEST_PROBES or steps < 2:
        raise EvaluationError(
            f"probes={probes}, steps={steps}: expected 2 or more of each.", hint="leave them out."
        )
    from thalweg.networks.surface import Surface

    measured = []
    for member in chosen:
        surface = Surface.of(population[member], split, cost=cost, l2=l2)
        measured.append(
            _of_member(member, surface, probes=probes, steps=steps, tolerance=tolerance, seed=seed)
        )
    return Curvature(tuple(measured), population.parameters, len(split), cost, l2, probes)


def residual_bound(eigenvalue: Eigenvalue) -> Measured:
    """Return an eigenvalue with the interval in which one must lie."""
    return Measured.of(eigenvalue.value, eigenvalue.interval)


def _of_member(
    member: int, surface: Any, *, probes: int, steps: int, tolerance: float, seed: int
) -> MemberCurvature:
    cost, gradient = surface.slope(surface.start)

    def multiply(vector: np.ndarray) -> np.ndarray:
        return surface.bend(surface.start, vector)

    size = surface.parameters
    found = ends(multiply, size, seed=seed, steps=steps, tolerance=tolerance)
    probed = quadrature(multiply, size, seed=seed, probes=probes, steps=PROBE_STEPS)
    trace, trace_error = _over_probes(probed.traces)
    return MemberCurvature(
        member=member,
        cost=cost,
        gradient_norm=float(np.linalg.norm(gradient)),
        largest=residual_bound(found.largest),
        smallest=residual_bound(found.smallest),
        none_below=found.none_below,
        trace=trace,
        trace_error=trace_error,
        density=_density(probed, found.smallest.value, found.largest.value),
        steps=found.steps,
    )


def _density(probed: Quadrature, low: float, high: float) -> Density:
    width = BLUR * max(high - low, 1e-12)
    grid = np.linspace(low - 4 * width, high + 4 * width, GRID)
    each = probed.density(grid, width)
    error = each.std(axis=0, ddof=1) / math.sqrt(len(each))
    negative, _ = _over_probes(probed.negative(-1e-10 * max(abs(low), abs(high))))
    clipped = Measured(negative.value, max(0.0, negative.low or 0.0), min(1.0, negative.high or 1.0))
    return Density(grid, each.mean(axis=0), error, width, clipped)


def _over_probes(values: np.ndarray) -> tuple[Measured, float]:
    """Return the mean of independent estimates with its 95 % t interval, and its standard error."""
    mean, error = float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values)))
    reach = float(stats.t.ppf(0.975, len(values) - 1)) * error
    return Measured(mean, mean - reach, mean + reach), error


def _bound(measured: Measured) -> str:
    low, high = measured.interval or (measured.value, measured.value)
    return f"{measured.value:.6g} (exact to {(high - low) / 2:.1g})"
