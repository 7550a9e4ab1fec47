"""The smallest change of an input that flips the answer, searched for with the network's own gradient.

Everything here sees one example; `attack.py` puts members and examples around it. A change
counts only once the changed input, inside its range, was shown to the network and the answer was another:
every size found is an upper bound of the smallest change there is.

The loss that is climbed is the margin `max(other logits) - own logit` rather than the cross-entropy, because
its gradient does not vanish where the output is saturated (Carlini & Wagner, arXiv 1608.04644, section V.B).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

LEVELS = 16
"""Lengths tried along a fixed direction, each the same factor above the one before, up to the first flip."""
SMALLEST_SHARE = 1e-3
"""The first of these lengths, as a share of the largest change that the range of the inputs allows."""
BISECTIONS = 6
"""Probes that are left at least to halve the stretch before the first flip."""
STRIDES = (1.0, 0.05)
"""Length of a step as a share of the radius, at the start and at the end of a search."""
GIVES = (0.2, 0.002)
"""How much the radius shrinks after a flip and grows after a miss, at the start and at the end."""
TINY = 1e-12

Values = Array | np.ndarray
Scores = Callable[[Array], Array]
"""From one input to one number a class; the largest is the answer."""
Limits = tuple[Any, Any]
"""Lowest and highest input allowed, numbers or arrays of the shape of one input."""


class Search(NamedTuple):
    """How hard to search: `steps` gradients from each of `starts` starts."""

    steps: int
    starts: int


class SmallestChange(NamedTuple):
    """Sizes of the smallest flips found: infinite where none was, 0 where the answer was wrong already.

    `noise`: along one random direction. `single`: along one gradient (FGSM). `iterated`: PGD, never more than
    `single`. `change`: what the iterated attack adds to the input. `flat`: whether the gradient at the input
    itself is exactly zero, so that it points nowhere.
    """

    noise: Values
    single: Values
    iterated: Values
    change: Values
    flat: Values


class Problem(NamedTuple):
    """One input of one classifier, and what may be done to it.

    `box`: whether changes are measured by their largest entry (L-infinity) rather than their length (L2). It
    is a traced number, so that one compiled program serves both norms.
    """

    scores: Scores
    x: Array
    label: Array
    limits: Limits
    box: Array
    search: Search

    def margins(self, x: Array) -> Array:
        """Return by how much each other class leads the true one [classes]; minus infinity for its own."""
        scores = self.scores(x)
        return jnp.where(jnp.arange(len(scores)) == self.label, -jnp.inf, scores - scores[self.label])

    def flips(self, change: Array) -> Array:
        """Return whether the changed input is answered with another class."""
        return self.margins(self.x + change).max() > 0

    def inside(self, change: Array) -> Array:
        """Return `change` cut so that the changed input stays in its range; no part of it grows."""
        low, high = self.limits
        return jnp.clip(self.x + change, low, high) - self.x

    @property
    def largest(self) -> Array:
        """The size of the largest change that the range of the inputs allows."""
        low, high = self.limits
        return self.size(jnp.broadcast_to(jnp.asarray(high - low, self.x.dtype), self.x.shape))

    def size(self, change: Array) -> Array:
        """Return the norm of `change`."""
        return jnp.where(self.box, jnp.abs(change).max(), _length(change))

    def slope(self, gradient: Array) -> Array:
        """Return how fast the margin rises with the size of the best change (the dual norm)."""
        return jnp.where(self.box, jnp.abs(gradient).sum(), _length(gradient))

    def steepest(self, gradient: Array) -> Array:
        """Return the change of size 1 along which the margin rises fastest."""
        return jnp.where(self.box, jnp.sign(gradient), gradient / jnp.maximum(_length(gradient), TINY))

    def within(self, change: Array, radius: Array) -> Array:
        """Return the nearest change of size `radius` or less, inside the range of the inputs."""
        scaled = change * jnp.minimum(1.0, radius / jnp.maximum(_length(change), TINY))
        return self.inside(jnp.where(self.box, jnp.clip(change, -radius, radius), scaled))


def smallest_change(problem: Problem, random: Array) -> SmallestChange:
    """Search for the smallest change that flips the answer to one input, in three ways.

    `random` [starts, *input shape]: normal numbers, for the direction of the noise and of later starts. They
    are given, not drawn here: XLA takes longer to compile their drawing than all of the search.
    """
    margins, pull = jax.vjp(problem.margins, problem.x)
    towards = lambda one: pull(jax.nn.one_hot(one, len(margins)))[0]  # noqa: E731
    gradient = towards(margins.argmax())
    directions = jnp.stack((random[0], gradient))
    sizes, changes = lax.map(lambda way: _along(problem, problem.steepest(way)), directions)
    slopes = lax.map(lambda one: problem.slope(towards(one)), jnp.arange(len(margins)))
    aim = (margins / jnp.maximum(slopes, TINY)).argmax()
    iterated, change = _climb_from_all(problem, aim, (sizes[1], changes[1]), random)
    wrong = margins.max() > 0
    noise, single, iterated, change = (jnp.where(wrong, 0.0, found) for found in (*sizes, iterated, change))
    return SmallestChange(noise, single, iterated, change, ~jnp.any(gradient != 0))


def _along(problem: Problem, direction: Array) -> tuple[Array, Array]:
    """Return the size of the first flip met along `direction`, infinite if none, and the change.

    Lengths grow by a constant factor up to the first flip; what probes are left halve the last stretch.
    """
    shortest, factor = problem.largest * SMALLEST_SHARE, SMALLEST_SHARE ** (-1 / (LEVELS - 1))

    def probe(ends: tuple[Array, Array], _: None) -> tuple[tuple[Array, Array], None]:
        missed, hit = ends
        further = jnp.clip(missed * factor, shortest, problem.largest)
        length = jnp.where(jnp.isfinite(hit), (missed + hit) / 2, further)
        flipped = problem.flips(problem.inside(length * direction))
        return (jnp.where(flipped, missed, length), jnp.where(flipped, length, hit)), None

    (_, hit), _ = lax.scan(probe, (jnp.zeros(()), jnp.asarray(jnp.inf)), None, LEVELS + BISECTIONS)
    change = problem.inside(jnp.where(jnp.isfinite(hit), hit, 0.0) * direction)
    return jnp.where(jnp.isfinite(hit), problem.size(change), jnp.inf), change


class _State(NamedTuple):
    change: Array
    radius: Array
    best: Array
    best_change: Array


def _climb_from_all(
    problem: Problem, aim: Array, best: tuple[Array, Array], random: Array
) -> tuple[Array, Array]:
    """Return the smallest flip over all starts, and the change.

    The first start is the input itself and climbs towards the class that is nearest by linearisation
    (DeepFool; Moosavi-Dezfooli et al., arXiv 1511.04599, equation 7). The others start at random within the
    radius of the best flip so far and climb towards whichever class leads (Madry et al., arXiv 1706.06083).
    """

    def start(best: tuple[Array, Array], entry: tuple[Array, Array]) -> tuple[tuple[Array, Array], None]:
        number, direction = entry
        size, change = best
        first = number == 0
        radius = jnp.where(first, 0.0, jnp.where(jnp.isfinite(size), size, problem.largest))
        begin = problem.inside(radius * problem.steepest(direction))
        state = _climb(problem, _State(begin, radius, size, change), jnp.where(first, aim, -1))
        return (state.best, state.best_change), None

    starts = problem.search.starts
    best, _ = lax.scan(start, best, (jnp.arange(starts), random))
    return best


def _climb(problem: Problem, state: _State, target: Array) -> _State:
    """Climb the margin inside a ball whose radius follows the boundary.

    Projected gradient ascent whose radius shrinks after a flip and grows after a miss, so that one climb
    finds the smallest radius (Pintor et al., arXiv 2102.12827, algorithm 1). `target`: the class to climb
    towards, or -1 for whichever leads.
    """
    strides, gives = (_fading(*ends, problem.search.steps) for ends in (STRIDES, GIVES))

    def climbed(x: Array) -> tuple[Array, Array]:
        margins = problem.margins(x)
        leading = margins.max()
        return jnp.where(target < 0, leading, margins[target]), leading

    def step(state: _State, entry: tuple[Array, Array]) -> tuple[_State, None]:
        stride, give = entry
        (margin, leading), gradient = jax.value_and_grad(climbed, has_aux=True)(problem.x + state.change)
        gradient = _free(problem, state.change, gradient)
        state = _kept(problem, state, leading > 0)
        radius = _next_radius(problem, state, leading > 0, give, margin, gradient)
        change = state.change + stride * radius * problem.steepest(gradient)
        return state._replace(change=problem.within(change, radius), radius=radius), None

    state, _ = lax.scan(step, state, (strides, gives))
    return _kept(problem, state, problem.flips(state.change))


def _kept(problem: Problem, state: _State, flipped: Array) -> _State:
    size = problem.size(state.change)
    better = flipped & (size < state.best)
    return state._replace(
        best=jnp.where(better, size, state.best),
        best_change=jnp.where(better, state.change, state.best_change),
    )


def _next_radius(
    problem: Problem, state: _State, flipped: Array, give: Array, margin: Array, gradient: Array
) -> Array:
    size = problem.size(state.change)
    # Where the margin would be zero if it were linear.
    reach = size - margin / jnp.maximum(problem.slope(gradient), TINY)
    longer = jnp.maximum(state.radius * (1 + give), reach)
    limit = jnp.where(jnp.isfinite(state.best), state.best, problem.largest)
    shorter = jnp.minimum(state.radius, size) * (1 - give)
    return jnp.where(flipped, shorter, jnp.minimum(longer, limit))


def _free(problem: Problem, change: Array, gradient: Array) -> Array:
    """Return the gradient without what pushes against the end of the range: that step would be cut off."""
    low, high = problem.limits
    x = problem.x + change
    return jnp.where(((x <= low) & (gradient < 0)) | ((x >= high) & (gradient > 0)), 0.0, gradient)


def _fading(first: float, last: float, steps: int) -> Array:
    """Return a number a step, from `first` to `last` along half a cosine."""
    return last + (first - last) * (1 + jnp.cos(jnp.pi * jnp.linspace(0.0, 1.0, steps))) / 2


def _length(values: Array) -> Array:
    return jnp.sqrt(jnp.square(values).sum())
