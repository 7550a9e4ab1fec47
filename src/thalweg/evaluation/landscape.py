"""The cost over a plane of weights: the hills around one member, between three, and along a path downhill.

A plane is two of thousands of directions: it shows what lies on it and nothing else. What is marked on it has
its distance from it (zero for the members it was put through), and its true cost beside that of the plane.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.intervals import over_starts
from thalweg.evaluation.paths import check_places, places_of
from thalweg.evaluation.record import as_percent, html_table, to_plain
from thalweg.evaluation.weights import known_member, population_behind, positive, question, some_members

if TYPE_CHECKING:
    from thalweg.networks.mixtures import Heights, Question
    from thalweg.networks.path import Path
    from thalweg.networks.planes import Plane
    from thalweg.networks.population import Population

GRID, SPAN, EXAMPLES, SLICED = 51, 1.0, 10_000, 16
MARGIN = 0.25  # how far a plane is drawn beyond what is marked on it, as a share of its extent
WORDS = {
    "random": "two random directions",
    "members": "the plane through three members",
    "path": "the plane of the path",
}


@dataclass(frozen=True, eq=False)
class Surface:
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

    def to_json(self) -> dict[str, Any]:
        """Return the extent, the lowest and the highest cost, and the marks; the grid is in `arrays`."""
        finite = self.cost[np.isfinite(self.cost)]
        row, column = np.unravel_index(int(np.nanargmin(self.cost)), self.cost.shape)
        return to_plain(
            {
                "across": (self.across[0], self.across[-1]),
                "up": (self.up[0], self.up[-1]),
                "lowest": {"cost": finite.min(), "at": (self.across[column], self.up[row])},
                "highest": {"cost": finite.max()},
                "marks": self.marks,
                "cost_at_marks": self.true_cost,
                "projection_error": self.projection_error,
                "largest_cost_error": float(np.abs(self.cost_there - self.true_cost).max()),
            }
        )


@dataclass(frozen=True, eq=False)
class Slices:
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

    @property
    def doubled(self) -> float | None:
        """Least step, either way, at which the mean cost has doubled; None where it never does."""
        mean = self.cost.mean(axis=0)
        start = mean[int(np.abs(self.steps).argmin())]
        reached = np.abs(self.steps)[mean >= 2 * start]
        return float(reached.min()) if len(reached) else None

    def to_json(self) -> dict[str, Any]:
        """Return the mean curve with its band."""
        return to_plain(
            {
                "steps": self.steps,
                "cost": self.cost.mean(axis=0),
                "low": self.low,
                "high": self.high,
                "accuracy": self.accuracy.mean(axis=0),
                "doubled_at": self.doubled,
                "members": self.members,
            }
        )


@dataclass(frozen=True, eq=False, repr=False)
class Landscape:
    """Surfaces by name (`random`, `members`, `path`), and slices through some members.

    `member`: the one that `random` is drawn around. `through`: the three of `members`, empty where there are
    no three. Both are counted in the classifier as it was given, as is `walker`, whose path `path` is (None
    for one given as an array); `epochs`: after how many the marks of `path` were taken.
    """

    surfaces: Mapping[str, Surface]
    slices: Slices
    member: int
    through: tuple[int, ...]
    examples: np.ndarray
    cost: str
    l2: float
    excluded: tuple[int, ...]
    walker: int | None = None
    epochs: tuple[int, ...] = ()

    def __getitem__(self, name: str) -> Surface:
        return self.surfaces[name]

    def to_json(self) -> dict[str, Any]:
        """Return one object a surface, the slices, and how they were measured."""
        return to_plain(
            {
                **{name: surface.to_json() for name, surface in self.surfaces.items()},
                "slices": self.slices.to_json(),
                "member": self.member,
                "through": self.through,
                "examples": len(self.examples),
                "cost": self.cost,
                "l2": self.l2,
                "excluded": self.excluded,
                "walker": self.walker,
                "epochs": self.epochs,
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return every grid with its coordinates and marks, and the slice of every member."""
        arrays = {
            f"{name}_{part}": getattr(surface, part)
            for name, surface in self.surfaces.items()
            for part in ("across", "up", "cost", "accuracy", "marks", "distances", "cost_there", "true_cost")
        }
        parts = ("steps", "cost", "accuracy", "members")
        return arrays | {f"slices_{part}": getattr(self.slices, part) for part in parts}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, one a surface and one for the slices."""
        rows = [
            (f"What does the hill look like on {WORDS[name]}?", _answer(s))
            for name, s in self.surfaces.items()
        ]
        doubled = self.slices.doubled
        far = "further than was looked" if doubled is None else f"{doubled:.2f} of the weights' own length"
        return [*rows, ("How far in a random direction until the cost has doubled?", far)]

    def __repr__(self) -> str:
        return f"{self.cost} cost on {', '.join(WORDS[name] for name in self.surfaces)}"

    def _repr_html_(self) -> str:
        return html_table("landscape", self.rows())


def landscape(
    classifier: Any,
    split: Any,
    *,
    cost: str,
    l2: float = 0.0,
    member: int | None = None,
    through: Sequence[int] | None = None,
    path: Path | np.ndarray | None = None,
    grid: int = GRID,
    span: float = SPAN,
    members: int | Sequence[int] = SLICED,
    examples: int = EXAMPLES,
    seed: int = 0,
    level: float = 0.95,
) -> Landscape:
    """Measure the cost on planes of weights and along random directions.

    Planes: two random directions around one member, each neuron's part as long as its weights (Li et al.
    2018, arXiv 1712.09913, section 4); through three members (Garipov et al. 2018, arXiv 1802.10026); and
    the two principal directions of a path (Li et al. 2018, section 7).

    Args:
        classifier: a population or one trained network.
        split: labelled examples to measure the cost on.
        cost, l2: what the members were trained with.
        member: which one to draw random directions around; the first that did not diverge by default.
        through: three members; the first three by default, none where there are not three.
        path: where the members stood in training; that of `member` is drawn, or of the first one sound, and
            none that has fewer than three places. Or float [places, parameters], weights in the order of
            `networks.planes.flat_weights`. The last place is the origin of the plane.
        grid: points along each side, 2 or more; an odd number has the member itself among them.
        span: how far random directions and slices go either way.
        members: of how many, or which, slices are taken, each along a direction of its own.
        examples: examples to measure on, at most; drawn by `seed`.
        seed: of directions and of what else is drawn.
        level: confidence level of the band, 0..1.

    Raises `NotApplicable` for a classifier without weights; `EvaluationError` for a member that does not
    exist, diverged or has no path, three members or a path that span no plane, a path of other networks,
    and arguments out of range.
    """
    asked = as_classifier(classifier)
    population = population_behind(asked)
    sound = np.flatnonzero(~population.diverged)
    centre = known_member(population, int(sound[0]) if member is None else member)
    three = _three(population, sound, through)
    sliced = some_members(population, members, seed)
    span, grid = _above_zero(span), positive("grid", grid, 2)
    asking, measured_on = question(asked, population, split, cost=cost, l2=l2, examples=examples, seed=seed)
    surveyor = _Surveyor(population, asking, grid, span, seed)
    surfaces = {"random": surveyor.random(centre)}
    if three:
        surfaces["members"] = surveyor.through(three)
    walker, epochs, places = places_of(path, population, member)
    if places is not None:
        surfaces["path"] = surveyor.path(centre, places)
    return Landscape(
        surfaces=surfaces,
        slices=surveyor.slices(sliced, level),
        member=centre,
        through=three,
        examples=measured_on,
        cost=cost,
        l2=float(l2),
        excluded=asked.excluded,
        walker=walker,
        epochs=epochs,
    )


@dataclass(frozen=True, eq=False)
class _Surveyor:
    """Everything that all planes and slices share."""

    population: Population
    asking: Question
    grid: int
    span: float
    seed: int

    def random(self, member: int) -> Surface:
        from thalweg.networks.planes import random_plane

        network = self.population[member].network
        plane = random_plane(network, np.random.default_rng([self.seed, 2, member]))
        ends = np.array([[-self.span, -self.span], [self.span, self.span]])
        return self._surface(plane, ends, [network])

    def through(self, members: tuple[int, ...]) -> Surface:
        """Measure the plane through three members; raises `EvaluationError` where they lie on one line."""
        from thalweg.networks.planes import plane_through

        networks = [self.population[member].network for member in members]
        plane = plane_through(networks)
        if plane is None:
            raise EvaluationError(
                f"Members {', '.join(map(str, members))} lie on one line of weights: they span no plane.",
                hint="choose three different members.",
            )
        return self._surface(plane, _around(plane.marks), networks)

    def path(self, member: int, path: np.ndarray) -> Surface:
        """Measure the plane of the two principal directions of a path [places, parameters]."""
        from thalweg.networks.planes import principal_plane, with_weights

        like = self.population[member].network
        check_places(path, self.population.parameters)
        plane = principal_plane(like, path)
        if plane is None:
            raise EvaluationError(
                f"The path of {len(path)} places does not leave one line: it has no plane.",
                hint="give three or more places that do not lie on one line.",
            )
        return self._surface(plane, _around(plane.marks), [with_weights(like, place) for place in path])

    def _surface(self, plane: Plane, ends: np.ndarray, marked: list[Any]) -> Surface:
        """Measure the grid between two opposite corners `ends`; `marked` are the true places of the marks."""
        across, up = np.linspace(ends[0], ends[1], self.grid).T
        places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
        # The marks are measured in the same call, so that all of it is one compiled program.
        found = plane.heights(np.concatenate([places, plane.marks]), self.asking)
        grid = (self.grid, self.grid)
        return Surface(
            across=across,
            up=up,
            cost=found.cost[: len(places)].reshape(grid),
            accuracy=found.accuracy[: len(places)].reshape(grid),
            marks=plane.marks,
            distances=plane.distances,
            lengths=plane.lengths,
            cost_there=found.cost[len(places) :],
            true_cost=self._true(marked).cost,
        )

    def _true(self, networks: list[Any]) -> Heights:
        from thalweg.networks.mixtures import heights, stacked

        alone = np.arange(len(networks))[:, None]
        return heights(stacked(networks), alone, np.ones_like(alone), self.asking)

    def slices(self, members: np.ndarray, level: float) -> Slices:
        """Measure one random line through each of `members`, with a band over them at `level`."""
        from thalweg.networks.mixtures import heights, joined, stacked
        from thalweg.networks.planes import filter_normalised

        networks = [self.population[member].network for member in members.tolist()]
        directions = [
            filter_normalised(network, np.random.default_rng([self.seed, 3, member]))
            for member, network in zip(members.tolist(), networks, strict=True)
        ]
        steps = np.linspace(-self.span, self.span, self.grid)
        pairs = np.arange(len(members))[:, None] + np.array([0, len(members)])
        shares = np.tile(np.column_stack([np.ones_like(steps), steps]), (len(members), 1))
        both = joined(stacked(networks), stacked(directions))
        found = heights(both, np.repeat(pairs, len(steps), axis=0), shares, self.asking)
        cost, accuracy = found.reshape(len(members), len(steps))
        low, high = _band(cost, level)
        return Slices(steps, cost, accuracy, low, high, members)


def _band(cost: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray] | tuple[None, None]:
    if len(cost) < 2 or not np.isfinite(cost).all():
        return None, None
    ends = np.array([over_starts(column[:, None], level) for column in cost.T])
    return ends[:, 0], ends[:, 1]


def _around(marks: np.ndarray) -> np.ndarray:
    low, high = marks.min(axis=0), marks.max(axis=0)
    return np.array([low - MARGIN * (high - low), high + MARGIN * (high - low)])


def _three(population: Population, sound: np.ndarray, through: Sequence[int] | None) -> tuple[int, ...]:
    if through is None:
        return tuple(sound[:3].tolist()) if len(sound) >= 3 else ()
    if len(through) != 3:
        raise EvaluationError(
            f"through={list(through)}: {len(through)} members, expected three: they span one plane.",
            hint="name three members, such as through=(0, 1, 2).",
        )
    return tuple(known_member(population, int(member)) for member in through)


def _above_zero(span: float) -> float:
    if not (np.isfinite(span) and span > 0):
        raise EvaluationError(f"span={span}: expected a number above zero.", hint="use span=1.0.")
    return float(span)


def _answer(surface: Surface) -> str:
    finite = surface.cost[np.isfinite(surface.cost)]
    text = f"cost {finite.min():.4f} to {finite.max():.4f}"
    if len(surface.marks) == 1:
        return f"{text}; {surface.true_cost[0]:.4f} where the member stands"
    ends = f"{surface.true_cost.min():.4f} to {surface.true_cost.max():.4f}"
    return f"{text}; marked places {ends}, {as_percent(surface.projection_error)} off the plane"
