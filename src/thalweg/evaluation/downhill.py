"""The ball, rolled until the hill is flat: gradient descent on all examples at once, every step down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.evaluation.record import to_plain

if TYPE_CHECKING:
    from thalweg.networks.downhill import Way
    from thalweg.networks.population import Population

CURVES = ("cost", "gradient_norm", "learning_rate")


@dataclass(frozen=True, eq=False)
class Downhill:
    """Ways down of `members` [members], one `Way` each, over `examples` training examples in float64.

    `origin`: "start", where training began, or "end", where it stopped. `tolerance`: the share of the
    slope at the origin below which a way ends; `most_steps`: the most that were allowed.
    """

    origin: str
    members: np.ndarray
    ways: tuple[Way, ...]
    examples: int
    tolerance: float
    most_steps: int

    @property
    def reached(self) -> int:
        """How many ways came below the tolerance."""
        return sum(way.reached for way in self.ways)

    def to_json(self) -> dict[str, Any]:
        """Return each way's ends and why it stopped; what happened in between is in `arrays`."""
        return to_plain(
            {
                "origin": self.origin,
                "examples": self.examples,
                "tolerance": self.tolerance,
                "most_steps": self.most_steps,
                "reached": self.reached,
                "members": [_ends(member, way) for member, way in zip(self.members, self.ways, strict=True)],
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return cost, gradient norm and learning rate [members, places], NaN after the end of a way."""
        most = max(len(way.cost) for way in self.ways)
        padded = {
            name: np.stack([_to_length(getattr(way, name), most) for way in self.ways]) for name in CURVES
        }
        return {f"downhill_{name}": values for name, values in padded.items()} | {
            "downhill_members": self.members
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        whole = f"with every step on the same {self.examples:,} examples"
        steps = [way.steps for way in self.ways]
        costs = [f"{way.cost[0]:.4f} to {way.cost[-1]:.4f}" for way in self.ways]
        left = max(way.slope_left for way in self.ways)
        verdict = (
            f"{self.reached} of {len(self.ways)} came below {self.tolerance:.1g} of the first slope, in "
            f"{max(steps):,} steps at most; steepest left {left:.2g}"
        )
        return [
            (f"Rolled from the {self.origin} {whole}, does it come to rest?", verdict),
            ("How far down does that take it?", f"cost {', '.join(costs)}"),
            ("Is that a local minimum?", "a small slope is no proof: `minimum` certifies"),
        ]


def roll_down(
    population: Population,
    split: Any,
    *,
    cost: str,
    l2: float,
    members: Sequence[int],
    origin: str,
    tolerance: float,
    steps: int,
) -> Downhill:
    """Go down from where each of `members` of `population` stands, over all examples of `split`."""
    from thalweg.networks.downhill import go_down
    from thalweg.networks.surface import Surface

    ways = []
    for member in members:
        surface = Surface.of(population[member], split, cost=cost, l2=l2)
        ways.append(go_down(surface, surface.start, tolerance=tolerance, steps=steps))
    return Downhill(origin, np.asarray(members), tuple(ways), len(split), tolerance, steps)


def _ends(member: int, way: Way) -> dict[str, Any]:
    return {
        "member": member,
        "steps": way.steps,
        "reached": way.reached,
        "stuck": way.stuck,
        "cost": (way.cost[0], way.cost[-1]),
        "gradient_norm": (way.gradient_norm[0], way.gradient_norm[-1]),
        "slope_left": way.slope_left,
    }


def _to_length(values: np.ndarray, length: int) -> np.ndarray:
    return np.pad(values, (0, length - len(values)), constant_values=np.nan)
