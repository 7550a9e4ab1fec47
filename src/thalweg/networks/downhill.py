"""Plain gradient descent on a whole hill, every step of it down, until the slope has all but gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

ENOUGH_FALL = 1e-4
"""The share of the fall that the slope promises which a step must bring (Armijo 1966)."""
SHORTER, LONGER = 0.5, 2.0
FIRST_LENGTH = 1.0
SHORTEST = 1e-12


class Hill(Protocol):
    """Anything with a cost and a gradient [parameters] at a point [parameters], such as `surface.Surface`."""

    def slope(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost and its gradient at a point."""
        ...


@dataclass(frozen=True, eq=False)
class Way:
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


def go_down(hill: Hill, start: np.ndarray, *, tolerance: float = 1e-3, steps: int = 1_000) -> Way:
    """Go from `start` against the gradient until its norm is `tolerance` times that at the start.

    Each learning rate is twice the last one, halved until the step brings the cost down by at least
    `ENOUGH_FALL` of what the slope promises (Armijo, Pacific Journal of Mathematics 16, 1966), so the cost
    never rises. `steps`: the most that are taken. The stopping rule is about the slope, and a small
    slope is not a proof that this is a minimum.
    """
    point = np.asarray(start, np.float64)
    cost, gradient = hill.slope(point)
    norm = float(np.linalg.norm(gradient))
    places, enough, rate, stuck = [(cost, norm, np.nan)], tolerance * norm, FIRST_LENGTH, False
    while norm > enough and len(places) <= steps and not stuck:
        found = _step(hill, point, cost, gradient, rate)
        stuck = found is None
        if found is not None:
            point, cost, gradient, taken = found
            norm, rate = float(np.linalg.norm(gradient)), LONGER * taken
            places.append((cost, norm, taken))
    costs, norms, rates = np.array(places).T
    return Way(costs, norms, rates, point, norm <= enough, stuck)


def _step(
    hill: Hill, point: np.ndarray, cost: float, gradient: np.ndarray, rate: float
) -> tuple[np.ndarray, float, np.ndarray, float] | None:
    """Return the next place, its cost and gradient and the learning rate that led there; None if nowhere."""
    promised = float(gradient @ gradient)
    while rate >= SHORTEST:
        place = point - rate * gradient
        lower, slope = hill.slope(place)
        if lower <= cost - ENOUGH_FALL * rate * promised and lower < cost and np.isfinite(slope).all():
            return place, lower, slope, rate
        rate *= SHORTER
    return None
