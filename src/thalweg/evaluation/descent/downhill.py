"""The ball, rolled until the hill is flat: gradient descent on all examples at once, every step down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from thalweg.data.dataset import Split
from thalweg.record import Entry, led_by, named
from thalweg.statistics.rounding import is_rounding

if TYPE_CHECKING:
    from thalweg.networks.population import Population

CURVES = ("cost", "gradient_norm", "learning_rate")


@dataclass(frozen=True, eq=False)
class Downhill(Entry):
    """Ways down of `members` [members], one `Trajectory` each, over `examples` training examples in float64.

    `origin`: "start", where training began, or "end", where it stopped. `tolerance`: the share of the
    slope at the origin below which a way ends; `most_steps`: the most that were allowed. `rounding`: whether
    the cost was rounding where the ways began.
    """

    origin: str
    members: np.ndarray
    trajectories: tuple[Trajectory, ...]
    examples: int
    tolerance: float
    most_steps: int
    rounding: bool = False

    @property
    def reached(self) -> int:
        """How many ways came below the tolerance."""
        return sum(trajectory.reached for trajectory in self.trajectories)

    def content(self) -> Mapping[str, Any]:
        """Return each way's ends and why it stopped; what happened in between is in `arrays`."""
        return {
            **named(self, "origin", "examples", "tolerance", "most_steps", "reached", "rounding"),
            "members": [
                _ends(member, trajectory)
                for member, trajectory in zip(self.members, self.trajectories, strict=True)
            ],
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return cost, gradient norm and learning rate [members, places], NaN after the end of a way."""
        most = max(len(trajectory.cost) for trajectory in self.trajectories)
        padded = {
            name: np.stack([_to_length(getattr(trajectory, name), most) for trajectory in self.trajectories])
            for name in CURVES
        }
        return led_by("downhill_", padded | {"members": self.members})

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        whole = f"with every step on the same {self.examples:,} examples"
        steps = [trajectory.steps for trajectory in self.trajectories]
        costs = [f"{trajectory.cost[0]:.4f} to {trajectory.cost[-1]:.4f}" for trajectory in self.trajectories]
        question = f"Rolled from the {self.origin} {whole}, does it come to rest?"
        if self.rounding:
            return [(question, "cannot be asked: the cost is rounding there already, and so is its slope")]
        left = max(trajectory.slope_left for trajectory in self.trajectories)
        verdict = (
            f"{self.reached} of {len(self.trajectories)} came below {self.tolerance:.1g} of the first slope, "
            f"in {max(steps):,} steps at most; steepest left {left:.2g}"
        )
        return [
            (question, verdict),
            ("How far down does that take it?", f"cost {', '.join(costs)}"),
            ("Is that a local minimum?", "a small slope is no proof: `minimum` certifies"),
        ]


def roll_down(
    population: Population,
    split: Split,
    *,
    cost: str,
    l2: float,
    members: Sequence[int],
    origin: str,
    tolerance: float,
    steps: int,
) -> Downhill:
    """Go down from where each of `members` of `population` stands, over all examples of `split`."""
    from thalweg.weights.cost_surface import CostSurface

    trajectories = []
    for member in members:
        surface = CostSurface.of(population[member], split, cost=cost, l2=l2)
        trajectories.append(descend(surface, surface.start, tolerance=tolerance, steps=steps))
    first = float(np.mean([trajectory.cost[0] for trajectory in trajectories]))
    return Downhill(
        origin,
        np.asarray(members),
        tuple(trajectories),
        len(split),
        tolerance,
        steps,
        is_rounding(first, cost),
    )


def _ends(member: int, trajectory: Trajectory) -> dict[str, Any]:
    return {
        "member": member,
        "steps": trajectory.steps,
        "reached": trajectory.reached,
        "stuck": trajectory.stuck,
        "cost": (trajectory.cost[0], trajectory.cost[-1]),
        "gradient_norm": (trajectory.gradient_norm[0], trajectory.gradient_norm[-1]),
        "slope_left": trajectory.slope_left,
    }


def _to_length(values: np.ndarray, length: int) -> np.ndarray:
    return np.pad(values, (0, length - len(values)), constant_values=np.nan)


ENOUGH_FALL = 1e-4
"""The share of the fall that the slope promises which a step must bring (Armijo 1966)."""
SHORTER, LONGER = 0.5, 2.0
FIRST_LENGTH = 1.0
SHORTEST = 1e-12


class Differentiable(Protocol):
    """Anything with a cost and a gradient [parameters] at a point [parameters], such as `CostSurface`."""

    def cost_and_gradient(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost and its gradient at a point."""
        ...


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A way down: `cost`, `gradient_norm` and `learning_rate` at every place, float64 [steps + 1] each.

    `learning_rate[k]` is that of the step which led to place k, NaN at the start. `point` [parameters]: where
    it ended. `reached`: whether the gradient there is below the tolerance. `stuck`: whether it ended
    because no step of any length brought the cost down by enough: the fall is below rounding.
    """

    cost: np.ndarray
    gradient_norm: np.ndarray
    learning_rate: np.ndarray
    point: np.ndarray
    reached: bool
    stuck: bool

    @property
    def steps(self) -> int:
        """Steps taken."""
        return len(self.cost) - 1

    @property
    def slope_left(self) -> float:
        """Gradient norm at the end as a share of that at the start; 0 for a start without slope."""
        return float(self.gradient_norm[-1] / self.gradient_norm[0]) if self.gradient_norm[0] > 0 else 0.0


def descend(
    function: Differentiable, start: np.ndarray, *, tolerance: float = 1e-3, steps: int = 1_000
) -> Trajectory:
    """Go from `start` against the gradient until its norm is `tolerance` times that at the start.

    Each learning rate is twice the last one, halved until the step brings the cost down by at least
    `ENOUGH_FALL` of what the slope promises (Armijo, Pacific Journal of Mathematics 16, 1966), so the cost
    never rises. `steps`: the most that are taken. The stopping rule is about the slope, and a small
    slope is not a proof that this is a minimum.
    """
    point = np.asarray(start, np.float64)
    cost, gradient = function.cost_and_gradient(point)
    norm = float(np.linalg.norm(gradient))
    places, enough, rate, stuck = [(cost, norm, np.nan)], tolerance * norm, FIRST_LENGTH, False
    while norm > enough and len(places) <= steps and not stuck:
        found = _step(function, point, cost, gradient, rate)
        stuck = found is None
        if found is not None:
            point, cost, gradient, taken = found
            norm, rate = float(np.linalg.norm(gradient)), LONGER * taken
            places.append((cost, norm, taken))
    costs, norms, rates = np.array(places).T
    return Trajectory(costs, norms, rates, point, norm <= enough, stuck)


def _step(
    function: Differentiable, point: np.ndarray, cost: float, gradient: np.ndarray, rate: float
) -> tuple[np.ndarray, float, np.ndarray, float] | None:
    """Return the next place, its cost and gradient and the learning rate that led there; None if nowhere."""
    promised = float(gradient @ gradient)
    while rate >= SHORTEST:
        place = point - rate * gradient
        lower, slope = function.cost_and_gradient(place)
        if lower <= cost - ENOUGH_FALL * rate * promised and lower < cost and np.isfinite(slope).all():
            return place, lower, slope, rate
        rate *= SHORTER
    return None
