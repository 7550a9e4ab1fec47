"""What kind of place a member stopped in: a certificate, or the reason why there is none.

A trained network stands *near* something. Each member is first polished in float64 until its gradient is
nothing but rounding; only there do second derivatives tell a minimum from a saddle. Directions that are flat
for a known reason are set apart, and the smallest of the other eigenvalues, with its error bound, decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.evaluation.members import chosen_members, white_box
from thalweg.evaluation.record import Measured, html_table, to_plain
from thalweg.evaluation.spectrum import Ends, ends

if TYPE_CHECKING:
    from thalweg.networks.polish import Polished
    from thalweg.networks.surface import Surface

MEMBERS = 8
STATIONARY = 1e-10
"""Gradient norm at which a place counts as stationary, times the largest eigenvalue where that is above 1."""
ROUNDING = 1e-13
"""Eigenvalues below this share of the largest one are rounding."""
EXACT = 1e-3
"""Residual of the smallest eigenvalue, as a share of it, at which its sign is beyond doubt.

The error of the eigenvalue itself is of the order of the residual's square.
"""
LENGTHS = tuple(10.0**power for power in np.arange(-6, 1.01, 0.25))
"""Distances at which a way down from a saddle is tried."""

STRICT = "strict local minimum"
FLAT = "minimum up to flat directions"
SADDLE = "saddle"
NOT_STATIONARY = "not at a stationary point"
UNDECIDED = "undecided"
VERDICTS = (STRICT, FLAT, SADDLE, NOT_STATIONARY, UNDECIDED)


@dataclass(frozen=True, eq=False)
class Descent:
    """The proof of a saddle: going `length` along the unit vector `direction` [parameters] costs `cost`.

    `fall`: by how much less than the saddle itself.
    """

    direction: np.ndarray
    length: float
    cost: float
    fall: float

    def to_json(self) -> dict[str, Any]:
        """Return the numbers; the direction is in the record's arrays."""
        return to_plain({"length": self.length, "cost": self.cost, "fall": self.fall})


@dataclass(frozen=True, eq=False)
class Certificate:
    """What was found out about one member's place.

    `verdict`: one of `VERDICTS`; `undecided` where second derivatives do not decide (an eigenvalue that is
    zero within its error, for no known reason). `caveat`: what the verdict does not cover, or empty.
    `start_cost`, `cost`: before and after polishing, which moved the weights by `moved` (a length).
    `gradient_norm`: at the polished place. `gradient_flat`: |Hg| / (|H| |g|), 0..1, where the member came
    from (a gradient of rounding has no direction): near zero where training was stuck because the surface is
    flat along the gradient, not because the place is nearly stationary (Frye et al., arXiv 2003.10397).
    `smallest`, `largest`: eigenvalues with their residual bounds, flat directions set apart. `none_below`:
    see `spectrum.Ends`. `flat`: how many directions are flat by symmetry, by kind. `descent`: the way down
    from a saddle. `point`: float64 [parameters], the polished place.
    """

    member: int
    verdict: str
    caveat: str
    start_cost: float
    cost: float
    moved: float
    gradient_norm: float
    gradient_flat: float | None
    smallest: Measured
    largest: Measured
    none_below: float
    flat: dict[str, int]
    descent: Descent | None
    descent_steps: int
    newton_steps: int
    point: np.ndarray

    def to_json(self) -> dict[str, Any]:
        """Return everything but the point as pure JSON types."""
        numbers = {name: value for name, value in vars(self).items() if name not in ("point", "descent")}
        return {**to_plain(numbers), "descent": self.descent and self.descent.to_json()}


@dataclass(frozen=True, eq=False, repr=False)
class Minimum:
    """Certificates of some members, over all `examples` of a split, for one cost."""

    certificates: tuple[Certificate, ...]
    parameters: int
    examples: int
    cost_name: str
    l2: float

    def __getitem__(self, place: int) -> Certificate:
        return self.certificates[place]

    def __len__(self) -> int:
        return len(self.certificates)

    @property
    def verdicts(self) -> dict[str, int]:
        """How many members got each verdict."""
        found = Counter(certificate.verdict for certificate in self.certificates)
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def certified(self) -> int:
        """How many members are certified to stand in a local minimum, strict or up to flat directions."""
        return self.verdicts[STRICT] + self.verdicts[FLAT]

    def to_json(self) -> dict[str, Any]:
        """Return the verdicts counted, and every member's certificate."""
        return {
            "certified": self.certified,
            "verdicts": self.verdicts,
            "members": [certificate.to_json() for certificate in self.certificates],
            "parameters": self.parameters,
            "examples": self.examples,
            "cost": self.cost_name,
            "l2": self.l2,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the polished places [members, parameters], and the way down from each saddle."""
        arrays = {
            "members": np.array([certificate.member for certificate in self.certificates]),
            "points": np.stack([certificate.point for certificate in self.certificates]),
        }
        for certificate in self.certificates:
            if certificate.descent is not None:
                arrays[f"descent_{certificate.member}"] = certificate.descent.direction
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        count = len(self)
        found = ", ".join(f"{number} {verdict}" for verdict, number in self.verdicts.items() if number)
        rows = [("What kind of place is at the end of the way down?", f"of {count}: {found}")]
        norms = [certificate.gradient_norm for certificate in self.certificates]
        rows.append(("How steep is it there still?", f"gradient {max(norms):.1g} at most"))
        bend = min((certificate.smallest for certificate in self.certificates), key=lambda each: each.value)
        low, high = bend.interval or (bend.value, bend.value)
        shown = f"{bend.value:.3g}, exact to {(high - low) / 2:.1g}"
        rows.append(("How much does it bend up in the flattest direction?", shown))
        costs = [certificate.cost for certificate in self.certificates]
        rows.append(("Is it the same cost for every start?", f"from {min(costs):.6g} to {max(costs):.6g}"))
        rows += [("A way down from a saddle?", _way(each)) for each in self.certificates if each.descent]
        caveats = sorted({certificate.caveat for certificate in self.certificates if certificate.caveat})
        return rows + [("What cannot be certified?", caveat) for caveat in caveats]

    def __repr__(self) -> str:
        return f"{self.certified} of {len(self)} certified local minima, {self.parameters:,} directions"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.rows())


def minimum(
    classifier: Any,
    split: Any,
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
    """
    population = white_box(classifier, split, cost=cost, l2=l2)
    chosen = chosen_members(population, members, default=MEMBERS)
    if descent_steps < 1 or steps < 2:
        raise EvaluationError(
            f"descent_steps={descent_steps}, steps={steps}: expected 1 or more, and 2 or more.",
            hint="leave them out.",
        )
    from thalweg.networks.polish import polish
    from thalweg.networks.surface import Surface

    certificates = []
    for member in chosen:
        surface = Surface.of(population[member], split, cost=cost, l2=l2)
        place = polish(surface, surface.start, steps=descent_steps)
        certificates.append(_certificate(member, surface, place, steps=steps, seed=seed))
    return Minimum(tuple(certificates), population.parameters, len(split), cost, l2)


def _certificate(member: int, surface: Surface, place: Polished, *, steps: int, seed: int) -> Certificate:
    from thalweg.networks.flatness import flat_directions

    rough = _ends(surface, place.point, steps=steps, seed=seed)
    size = max(abs(rough.largest.value), abs(rough.smallest.value))
    flat = flat_directions(surface, place.point, size=size)
    found = _ends(surface, place.point, steps=steps, seed=seed + 1, project=flat.project)
    if not flat.counts:  # two independent starts: a smallest eigenvalue would have to hide from both
        found = min(rough, found, key=lambda one: one.smallest.value)
    verdict, descent = _verdict(surface, place, found, flat.counts)
    start_cost, start_gradient = surface.slope(surface.start)
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


def _ends(surface: Surface, point: np.ndarray, *, steps: int, seed: int, project: Any = None) -> Ends:
    """Return both ends of the spectrum of the Hessian at a point."""
    return ends(
        lambda vector: surface.bend(point, vector),
        point.size,
        seed=seed,
        steps=steps,
        tolerance=EXACT,
        project=project,
    )


def _verdict(
    surface: Surface, place: Polished, found: Ends, flat: dict[str, int]
) -> tuple[str, Descent | None]:
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


def way_down(surface: Surface, point: np.ndarray, direction: np.ndarray) -> Descent | None:
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
    return Descent(sign * direction, length, cost, here - cost)


def _gradient_flat(surface: Surface, gradient: np.ndarray) -> float | None:
    """Return |Hg| / (|H| |g|) at the start, with |H| from twenty steps of Lanczos; None without a slope."""
    length = float(np.linalg.norm(gradient))
    if length == 0:
        return None
    found = _ends(surface, surface.start, steps=20, seed=0)
    size = max(abs(found.largest.value), abs(found.smallest.value))
    bent = surface.bend(surface.start, gradient / length)
    return min(1.0, float(np.linalg.norm(bent)) / size) if size > 0 else None


def _caveat(surface: Surface, point: np.ndarray) -> str:
    from thalweg.networks.flatness import is_smooth, nearest_kink

    if is_smooth(surface.network(point)):
        return ""
    kink = nearest_kink(surface, point)
    nearest = (
        "" if kink is None else f" (the nearest kink is where a weighted sum of {kink:.1g} changes sign)"
    )
    return (
        "ReLU and max-pooling have kinks: second derivatives hold only inside the region of weights in "
        f"which every example keeps its active units{nearest}; beyond it nothing is certified."
    )


def _way(certificate: Certificate) -> str:
    assert certificate.descent is not None
    down = certificate.descent
    return (
        f"member {certificate.member}: {down.length:.2g} along it the cost of {certificate.cost:.5g} falls "
        "by "
        f"{down.fall:.2g}"
    )
