"""What kind of place a member stopped in: a certificate, or the reason why there is none.

A trained network stands *near* something. Each member is first polished in float64 until its gradient is
nothing but rounding; only there do second derivatives tell a minimum from a saddle. Directions that are flat
for a known reason are set apart, and the smallest of the other eigenvalues, with its error bound, decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.classifier import AnyClassifier, as_classifier
from thalweg.evaluation.grounds import grounds
from thalweg.evaluation.inside import as_given, population_with_gradients, some_members
from thalweg.evaluation.lanczos import Ends, ends
from thalweg.evaluation.minimum.record import (
    FALLING,
    FLAT,
    NOT_STATIONARY,
    SADDLE,
    STRICT,
    UNDECIDED,
    Certificate,
    Escape,
    Minimum,
)
from thalweg.measured import Measured
from thalweg.statistics.rounding import is_rounding

if TYPE_CHECKING:
    from thalweg.evaluation.minimum.polish import Polished
    from thalweg.networks.population import Population
    from thalweg.weights.cost_surface import CostSurface

MEMBERS = 8
STATIONARY = 1e-10
"""Gradient norm at which a place counts as stationary, times the largest eigenvalue where that is above 1."""
ROUNDING = 1e-13
"""Eigenvalues below this share of the largest one are rounding."""
EXACT = 1e-3
"""Residual of the smallest eigenvalue, as a share of it, at which its sign is beyond doubt.

The error of the eigenvalue itself is of the order of the residual's square.
"""
STEEP = 1e-3
"""Slope, as a share of the cost, from which on the cost itself is falling: by e in a length of 1 / share."""
LENGTHS = tuple(10.0**power for power in np.arange(-6, 1.01, 0.25))
"""Distances at which a way down from a saddle is tried."""


def minimum(
    classifier: AnyClassifier,
    split: Split,
    *,
    cost: str,
    l2: float = 0.0,
    members: Iterable[int] | None = None,
    descent_steps: int = 5_000,
    steps: int = 1500,
    seed: int = 0,
) -> Minimum:
    """Certify what kind of place members end in when they are taken all the way down, in float64.

    The cost is the mean over `split` plus `l2 / 2` times the sum of squared weights, biases left out, as in
    training without dropout or distortions. With l2 = 0 most networks have no minimum nearby at all: the
    cost falls forever as weights grow.

    Args:
        classifier: a population, one of its members or its ensemble (whose members are measured).
        split: the labelled examples that were learned from.
        cost: "quadratic", "cross-entropy" or "binary-cross-entropy", as trained with.
        l2: weight of the penalty, as trained with.
        members: which to certify, counted from 0; by default the first eight that did not diverge.
        descent_steps: the most steps that L-BFGS takes before Newton steps begin.
        steps: the most products with the Hessian in each of two searches of the ends of its spectrum.
        seed: of the random vectors of that search.

    Raises `NotApplicable` for a classifier without known weights or without gradients, and `EvaluationError`
    for a member that does not exist or diverged and for arguments out of range.

    Examples:
        >>> import thalweg as tw
        >>> some = digits.train.take(slice(0, 50))
        >>> goal = {"cost": "cross-entropy"}
        >>> tw.evaluation.minimum(population, some, **goal, members=[0], descent_steps=5, steps=9)
        0 of 1 certified local minima, 13,002 directions
    """
    asked, (split,) = as_given(as_classifier(classifier), split)
    population = population_with_gradients(asked, split, cost=cost, l2=l2)
    chosen = some_members(population, members, first=MEMBERS, seed=seed).tolist()
    if descent_steps < 1 or steps < 2:
        raise EvaluationError(
            f"descent_steps={descent_steps}, steps={steps}: expected 1 or more, and 2 or more.",
            hint="leave them out.",
        )
    from thalweg.evaluation.minimum.polish import polish
    from thalweg.weights.cost_surface import CostSurface

    certificates = []
    for member in chosen:
        surface = CostSurface.of(population[member], split, cost=cost, l2=l2)
        place = polish(surface, surface.start, steps=descent_steps)
        certificates.append(_certificate(member, surface, place, steps=steps, seed=seed))
    places = [certificate.point for certificate in certificates]
    judged = grounds(_moved(population, chosen, places), split, cost)
    return Minimum(tuple(certificates), population.parameters, len(split), cost, l2, judged)


def _moved(population: Population, chosen: list[int], places: list[np.ndarray]) -> Population:
    """Return the chosen members with the weights that they were taken to."""
    import equinox as eqx

    from thalweg.weights.interpolation import gathered
    from thalweg.weights.planes import with_weights

    members = [population[member] for member in chosen]
    return gathered(
        [
            eqx.tree_at(lambda one: one.network, member, with_weights(member.network, place))
            for member, place in zip(members, places, strict=True)
        ]
    )


def _certificate(member: int, surface: CostSurface, place: Polished, *, steps: int, seed: int) -> Certificate:
    from thalweg.evaluation.minimum.flat_directions import flat_directions

    rough = _ends(surface, place.point, steps=steps, seed=seed)
    size = max(abs(rough.largest.value), abs(rough.smallest.value))
    flat = flat_directions(surface, place.point, size=size)
    found = _ends(surface, place.point, steps=steps, seed=seed + 1, project=flat.project)
    if not flat.counts:  # two independent starts: a smallest eigenvalue would have to hide from both
        found = min(rough, found, key=lambda one: one.smallest.value)
    verdict, descent = _verdict(surface, place, found, flat.counts)
    start_cost, start_gradient = surface.cost_and_gradient(surface.start)
    return Certificate(
        member=member,
        verdict=verdict,
        caveat=_caveat(surface, place.point),
        start_cost=start_cost,
        cost=place.cost,
        moved=float(np.linalg.norm(place.point - surface.start)),
        gradient_norm=place.gradient_norm,
        gradient_flat=_gradient_flat(surface, start_gradient),
        smallest=Measured.of(found.smallest.value, found.smallest.interval),
        largest=Measured.of(found.largest.value, found.largest.interval),
        none_below=found.none_below,
        flat=flat.counts,
        descent=descent,
        descent_steps=place.descent_steps,
        newton_steps=place.newton_steps,
        point=place.point,
    )


def _ends(surface: CostSurface, point: np.ndarray, *, steps: int, seed: int, project: Any = None) -> Ends:
    """Return both ends of the spectrum of the Hessian at a point."""
    return ends(
        surface.hessian_at(point),
        point.size,
        seed=seed,
        steps=steps,
        tolerance=EXACT,
        project=project,
    )


def _verdict(
    surface: CostSurface, place: Polished, found: Ends, flat: dict[str, int]
) -> tuple[str, Escape | None]:
    if _falls_on(surface, place):
        return FALLING, None
    largest = abs(found.largest.value)
    if not place.gradient_norm <= STATIONARY * max(1.0, largest):
        return NOT_STATIONARY, None
    floor = ROUNDING * max(largest, abs(found.smallest.value))
    low, high = found.smallest.interval
    if high < -floor:
        descent = way_down(surface, place.point, found.smallest.vector)
        return (UNDECIDED, None) if descent is None else (SADDLE, descent)
    if low > floor:
        return (FLAT if flat else STRICT), None
    return UNDECIDED, None


def _falls_on(surface: CostSurface, place: Polished) -> bool:
    """Return whether the slope is small for no other reason than that the cost itself is.

    In a minimum the slope is gone while the cost stays. Where every example is learned and nothing penalises
    weights, both go on falling together, and no bound on the slope alone tells that from a minimum.
    """
    still_steep = place.gradient_norm <= STATIONARY and place.gradient_norm >= STEEP * place.cost
    return is_rounding(place.cost, surface.cost_name) or still_steep


def way_down(surface: CostSurface, point: np.ndarray, direction: np.ndarray) -> Escape | None:
    """Return the lowest place met along plus or minus `direction`; None where nothing is lower.

    A fall within rounding of the cost does not count.
    """
    here = surface.cost(point)
    tried = [
        (surface.cost(point + sign * length * direction), length, sign)
        for length in LENGTHS
        for sign in (1.0, -1.0)
    ]
    cost, length, sign = min(tried)
    if here - cost <= ROUNDING * abs(here):
        return None
    return Escape(sign * direction, length, cost, here - cost)


def _gradient_flat(surface: CostSurface, gradient: np.ndarray) -> float | None:
    """Return |Hg| / (|H| |g|) at the start, with |H| from twenty steps of Lanczos; None without a slope."""
    length = float(np.linalg.norm(gradient))
    if length == 0:
        return None
    found = _ends(surface, surface.start, steps=20, seed=0)
    size = max(abs(found.largest.value), abs(found.smallest.value))
    product = surface.hessian_product(surface.start, gradient / length)
    return min(1.0, float(np.linalg.norm(product)) / size) if size > 0 else None


def _caveat(surface: CostSurface, point: np.ndarray) -> str:
    from thalweg.evaluation.minimum.flat_directions import is_smooth, nearest_kink

    if is_smooth(surface.network(point)):
        return ""
    kink = nearest_kink(surface, point)
    nearest = (
        "" if kink is None else f" (the nearest kink is where a weighted sum of {kink:.1g} changes sign)"
    )
    network = surface.network(point)
    whose = "ReLU and max-pooling have" if hasattr(network, "layers") else "A network of one's own may have"
    return (
        f"{whose} kinks: second derivatives hold only inside the region of weights in "
        f"which every example keeps its active units{nearest}; beyond it nothing is certified."
    )
