"""How the hill bends where each member stands: the eigenvalues of the cost's Hessian over a whole split.

Float64 and all examples, because the noise of a batch and of single precision bury the small eigenvalues.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.classifier import AnyClassifier
from thalweg.evaluation.curvature.record import Curvature, Density, MemberCurvature
from thalweg.evaluation.grounds import grounds
from thalweg.evaluation.inside import population_with_gradients, some_members
from thalweg.evaluation.lanczos import Eigenvalue, Quadrature, ends, quadrature
from thalweg.measured import Measured
from thalweg.statistics.quantiles import student_quantile

if TYPE_CHECKING:
    from thalweg.weights.cost_surface import CostSurface

MEMBERS = 2
PROBES, FEWEST_PROBES = 10, 2
PROBE_STEPS = 60
GRID = 201
BLUR = 1 / 60
"""Width of the curve by which the density is smoothed, as a share of the width of the spectrum."""


def curvature(
    classifier: AnyClassifier,
    split: Split,
    *,
    cost: str,
    l2: float = 0.0,
    members: Iterable[int] | None = None,
    probes: int = PROBES,
    steps: int = 1000,
    tolerance: float = 1e-7,
    seed: int = 0,
) -> Curvature:
    """Measure the Hessian spectrum of the cost (its sharpness) at members, over all of `split`, in float64.

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

    Examples:
        >>> import thalweg as tw
        >>> some = digits.train.take(slice(0, 100))
        >>> tw.evaluation.curvature(population, some, cost="cross-entropy", members=[0], probes=2)
        curvature from ... to ... in 13,002 directions, n = 1 x 100
    """
    population = population_with_gradients(classifier, split, cost=cost, l2=l2)
    chosen = some_members(population, members, first=MEMBERS, seed=seed).tolist()
    if probes < FEWEST_PROBES or steps < 2:
        raise EvaluationError(
            f"probes={probes}, steps={steps}: expected 2 or more of each.", hint="leave them out."
        )
    from thalweg.weights.cost_surface import CostSurface

    measured = []
    for member in chosen:
        surface = CostSurface.of(population[member], split, cost=cost, l2=l2)
        measured.append(
            _of_member(member, surface, probes=probes, steps=steps, tolerance=tolerance, seed=seed)
        )
    return Curvature(
        tuple(measured),
        population.parameters,
        len(split),
        cost,
        l2,
        probes,
        grounds(population[chosen], split, cost, costs=np.array([member.cost for member in measured])),
    )


def residual_bound(eigenvalue: Eigenvalue) -> Measured:
    """Return an eigenvalue with the interval in which one must lie."""
    return Measured.of(eigenvalue.value, eigenvalue.interval)


def _of_member(
    member: int, surface: CostSurface, *, probes: int, steps: int, tolerance: float, seed: int
) -> MemberCurvature:
    cost, gradient = surface.cost_and_gradient(surface.start)

    def multiply(vector: np.ndarray) -> np.ndarray:
        return surface.hessian_product(surface.start, vector)

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
    reach = student_quantile(0.95, len(values) - 1) * error
    return Measured(mean, mean - reach, mean + reach), error
