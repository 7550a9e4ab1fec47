"""Down to the very bottom: from a trained member to where the gradient is nothing but rounding.

First L-BFGS (Liu & Nocedal, Mathematical Programming 45, 1989), which is quick but stops a little short, then
Newton steps by conjugate gradients inside a trust region (Steihaug, SIAM J. Numer. Anal. 20, 1983), which
square the distance that is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from thalweg.weights.cost_surface import CostSurface

MEMORY = 30
"""Past steps from which L-BFGS guesses the curvature."""
ENOUGH = 1e-6
"""Largest entry of the gradient at which Newton steps take over."""
NEWTON_STEPS = 30
SOLVES = 2000
"""Products with the Hessian that one Newton step may take."""
SOLVED = 1e-4
"""How exactly a Newton step is solved for: left-over gradient as a share of the gradient."""
ROUNDING = 1e-13
"""Relative change of the cost below which its difference is rounding and the gradient decides."""

Multiply = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Polished:
    """Where the descent ended: `point` [parameters], `cost`, `gradient` [parameters] and the steps taken."""

    point: np.ndarray
    cost: float
    gradient: np.ndarray
    descent_steps: int = 0
    newton_steps: int = 0

    @property
    def gradient_norm(self) -> float:
        """Length of the gradient."""
        return float(np.linalg.norm(self.gradient))


def polish(surface: CostSurface, start: np.ndarray, *, steps: int = 5_000) -> Polished:
    """Go down from `start` [parameters] until Newton steps no longer halve the gradient.

    `steps`: the most that L-BFGS may take. A place that is not smooth (a ReLU network's kinks) may be
    left with a gradient that is not small: look at `gradient_norm`.
    """
    from scipy.optimize import minimize  # a third of a second to import

    limits = {"maxcor": MEMORY, "maxiter": steps, "maxfun": 2 * steps, "ftol": 0.0, "gtol": ENOUGH}
    # Threads of NumPy's products wait for work by spinning, and take the cores from the surface's own.
    with threadpool_limits(1, user_api="blas"):
        found = minimize(surface.cost_and_gradient, start, jac=True, method="L-BFGS-B", options=limits)
        cost, gradient = surface.cost_and_gradient(found.x)
        return _newton(surface, Polished(found.x, cost, gradient, int(found.nit)))


def _newton(surface: CostSurface, place: Polished) -> Polished:
    radius = 1.0
    for _ in range(NEWTON_STEPS):
        if place.gradient_norm == 0:
            break
        # never formed: products treat units that are alike alike to the last bit, and stay on a saddle
        multiply: Multiply = partial(surface.hessian_product, place.point)
        step, expected = newton_step(multiply, place.gradient, radius)
        cost, gradient = surface.cost_and_gradient(place.point + step)
        next_place = Polished(place.point + step, cost, gradient, place.descent_steps, place.newton_steps + 1)
        if expected <= ROUNDING * abs(place.cost):
            # The cost can no longer tell; go on while the gradient falls fast.
            if next_place.gradient_norm < place.gradient_norm:
                halved = next_place.gradient_norm < 0.5 * place.gradient_norm
                place = next_place
                if halved:
                    continue
            break
        gained = (place.cost - cost) / expected
        radius = _next_radius(radius, gained, float(np.linalg.norm(step)))
        place = next_place if gained > 0.1 else place
    return place


def _next_radius(radius: float, gained: float, length: float) -> float:
    if not gained >= 0.25:
        return 0.25 * length
    return max(radius, 2 * length) if gained > 0.75 else radius


def newton_step(multiply: Multiply, gradient: np.ndarray, radius: float) -> tuple[np.ndarray, float]:
    """Return the step [parameters] to the lowest place of the quadratic model, and the fall that it expects.

    `multiply`: the Hessian times a vector. The step is no longer than `radius`; along a direction in which
    the surface bends down it goes exactly that far.
    """
    step, left = np.zeros_like(gradient), gradient.copy()
    bent_step, direction = np.zeros_like(gradient), -gradient
    square = float(left @ left)
    enough = SOLVED**2 * square
    for _ in range(SOLVES):
        product = multiply(direction)
        curvature = float(direction @ product)
        length = square / curvature if curvature > 0 else np.inf
        if not np.isfinite(length) or np.linalg.norm(step + length * direction) > radius:
            length = _to_the_edge(step, direction, radius)
            step, bent_step = step + length * direction, bent_step + length * product
            break
        step, bent_step = step + length * direction, bent_step + length * product
        left = left + length * product
        square, before = float(left @ left), square
        if square <= enough:
            break
        direction = -left + (square / before) * direction
    return step, -float(gradient @ step + 0.5 * step @ bent_step)


def _to_the_edge(step: np.ndarray, direction: np.ndarray, radius: float) -> float:
    """Return how far along `direction` from `step` the ball of `radius` ends."""
    a, b, c = direction @ direction, step @ direction, step @ step - radius**2
    return float((-b + np.sqrt(b * b - a * c)) / a)
