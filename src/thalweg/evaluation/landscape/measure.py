"""The cost over a plane of weights: the hills around one member, between three, and along a path downhill.

A plane is two of thousands of directions: it shows what lies on it and nothing else. What is marked on it has
its distance from it (zero for the members it was put through), and its true cost beside that of the plane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.classifier import AnyClassifier, as_classifier
from thalweg.evaluation.grounds import grounds
from thalweg.evaluation.inside import empirical_cost, known_member, population_behind, positive, some_members
from thalweg.evaluation.landscape.record import CostPlane, Landscape, Slices
from thalweg.evaluation.paths import check_places, places_of
from thalweg.statistics.intervals import crossed

if TYPE_CHECKING:
    from thalweg.networks.path import Path
    from thalweg.networks.population import Population
    from thalweg.weights.interpolation import EmpiricalCost, Heights
    from thalweg.weights.planes import Plane

GRID, SPAN, EXAMPLES, SLICED = 51, 1.0, 10_000, 16
MARGIN = 0.25  # how far a plane is drawn beyond what is marked on it, as a share of its extent


def landscape(
    classifier: AnyClassifier,
    split: Split,
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
    """Measure the cost on planes of weights and along random directions: the loss landscape.

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

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.landscape(population, digits.train, cost="cross-entropy", grid=3, members=2)
        cross-entropy cost on two random directions, the plane through three members
    """
    asked = as_classifier(classifier)
    population = population_behind(asked, cost=cost, l2=l2, split=split)
    sound = np.flatnonzero(~population.diverged)
    centre = known_member(population, int(sound[0]) if member is None else member)
    three = _three(population, sound, through)
    sliced = some_members(population, members, seed=seed)
    span, grid = _above_zero(span), positive("grid", grid, 2)
    empirical, measured_on = empirical_cost(
        asked, population, split, cost=cost, l2=l2, examples=examples, seed=seed
    )
    surveyor = _Surveyor(population, empirical, grid, span, seed)
    surfaces = {"random": surveyor.random(centre)}
    if three:
        surfaces["members"] = surveyor.through(three)
    walker, epochs, places = places_of(path, population, member)
    if places is not None:
        drawn = surveyor.path(centre, places)
        if drawn is not None:
            surfaces["path"] = drawn
        elif walker is None:
            raise EvaluationError(
                f"The path of {len(places)} places does not leave one line: it has no plane.",
                hint="give three or more places that do not lie on one line.",
            )
        else:  # it stood still but for one step
            walker, epochs = None, ()
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
        grounds=grounds(population[sliced], split.take(measured_on), cost),
    )


@dataclass(frozen=True, eq=False)
class _Surveyor:
    """Everything that all planes and slices share."""

    population: Population
    empirical: EmpiricalCost
    grid: int
    span: float
    seed: int

    def random(self, member: int) -> CostPlane:
        from thalweg.weights.planes import random_plane

        network = self.population[member].network
        plane = random_plane(network, np.random.default_rng([self.seed, 2, member]))
        ends = np.array([[-self.span, -self.span], [self.span, self.span]])
        return self._surface(plane, ends, [network])

    def through(self, members: tuple[int, ...]) -> CostPlane:
        """Measure the plane through three members; raises `EvaluationError` where they lie on one line."""
        from thalweg.weights.planes import plane_through

        networks = [self.population[member].network for member in members]
        plane = plane_through(networks)
        if plane is None:
            raise EvaluationError(
                f"Members {', '.join(map(str, members))} lie on one line of weights: they span no plane.",
                hint="choose three different members.",
            )
        return self._surface(plane, _around(plane.marks), networks)

    def path(self, member: int, path: np.ndarray) -> CostPlane | None:
        """Measure the plane of the two principal directions of a path [places, parameters], if it has one."""
        from thalweg.weights.planes import principal_plane, with_weights

        like = self.population[member].network
        check_places(path, self.population.parameters)
        plane = principal_plane(like, path)
        if plane is None:
            return None
        return self._surface(plane, _around(plane.marks), [with_weights(like, place) for place in path])

    def _surface(self, plane: Plane, ends: np.ndarray, marked: list[Any]) -> CostPlane:
        """Measure the grid between two opposite corners `ends`; `marked` are the true places of the marks."""
        across, up = np.linspace(ends[0], ends[1], self.grid).T
        places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
        # The marks are measured in the same call, so that all of it is one compiled program.
        found = plane.heights(np.concatenate([places, plane.marks]), self.empirical)
        grid = (self.grid, self.grid)
        return CostPlane(
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
        from thalweg.weights.interpolation import heights, stacked

        alone = np.arange(len(networks))[:, None]
        return heights(stacked(networks), alone, np.ones_like(alone), self.empirical)

    def slices(self, members: np.ndarray, level: float) -> Slices:
        """Measure one random line through each of `members`, with a band over them at `level`."""
        from thalweg.weights.interpolation import heights, joined, stacked
        from thalweg.weights.planes import filter_normalised

        networks = [self.population[member].network for member in members.tolist()]
        directions = [
            filter_normalised(network, np.random.default_rng([self.seed, 3, member]))
            for member, network in zip(members.tolist(), networks, strict=True)
        ]
        steps = np.linspace(-self.span, self.span, self.grid)
        pairs = np.arange(len(members))[:, None] + np.array([0, len(members)])
        shares = np.tile(np.column_stack([np.ones_like(steps), steps]), (len(members), 1))
        both = joined(stacked(networks), stacked(directions))
        found = heights(both, np.repeat(pairs, len(steps), axis=0), shares, self.empirical)
        cost, accuracy = found.reshape(len(members), len(steps))
        low, high = _band(cost, level)
        return Slices(steps, cost, accuracy, low, high, members, self.empirical.cost)


def _band(cost: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray] | tuple[None, None]:
    if len(cost) < 2 or not np.isfinite(cost).all():
        return None, None
    ends = np.array([crossed(column[:, None], level).starts for column in cost.T])
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
