"""From one trained network to another along a curve that stays low, found by training where it bends.

The quadratic Bezier curve phi(t) = (1 - t)^2 a + 2 t (1 - t) c + t^2 b runs from network a (t = 0) to network
b (t = 1) and is pulled towards c, its bend. c is what is trained: it minimises the mean cost of phi(t) over t
uniform in 0..1 (Garipov et al. 2018, arXiv 1802.10026, section 3), starting half way between a and b, where
the curve is the straight line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import Array

from thalweg import chunks
from thalweg.networks import costs
from thalweg.networks.footprint import bytes_of_weights, bytes_per_example
from thalweg.networks.population import selected
from thalweg.weights.interpolation import EmpiricalCost

STEPS, BATCH = 1_000, 200
RATE = 0.03
"""Learning rate, as a share of the root mean square difference of the weights at the two ends of a curve."""
BYTES_AT_ONCE = 512 * 1024**2
COPIES = 8  # of a curve's weights: both ends, bend, Adam's two moments, gradient, step, the point in between
PASSES = 3  # intermediate values of a step, in units of one forward pass


class _Curves(NamedTuple):
    """Curves that are being trained. Networks are arrays only, every one [curves, ...]; `rates` [curves]."""

    first: Any
    last: Any
    bends: Any
    adam: optax.OptState
    rates: Array


class _Look(NamedTuple):
    """What one step sees: a batch, the place of each curve [curves], and what is left of the rate, 0..1."""

    inputs: Array
    labels: Array
    places: Array
    rate: Array


class _Rule(NamedTuple):
    """What is not an array: what the networks are besides their weights, and what is minimised."""

    structure: Any
    cost: str
    l2: float


def shares(places: np.ndarray) -> np.ndarray:
    """Return how much of the first end, the bend and the last end stands at each place, float64 [places, 3].

    `places` [places]: t in 0..1. The ends themselves are met exactly.
    """
    t = np.asarray(places, np.float64)
    return np.stack([(1 - t) ** 2, 2 * t * (1 - t), t**2], axis=-1)


def trained_bends(
    networks: Any,
    pairs: np.ndarray,
    empirical: EmpiricalCost,
    *,
    steps: int = STEPS,
    batch_size: int = BATCH,
    seed: int = 0,
) -> Any:
    """Train the bend of the curve between the networks of every pair; return the bends, stacked [pairs, ...].

    `networks`: stacked, every array [networks, ...]. `pairs`: integers [pairs, 2]. `empirical`: the examples
    to learn from, and the cost. Adam (Kingma & Ba 2015), its rate falling to zero along half a cosine; each
    step of each curve looks at one place t, drawn by `seed`, and all curves see the same batches. Curves
    are trained together, as many at a time as memory allows; none depends on which others are trained.
    """
    arrays, structure = eqx.partition(networks, eqx.is_array)
    rule = _Rule(structure, empirical.cost, empirical.l2)
    batches = _batches(len(empirical.labels), steps, batch_size, seed)
    places = np.random.default_rng([seed, 1]).random((len(pairs), steps)).astype(np.float32)
    step = _curves_at_once(networks, empirical.inputs, batches.shape[1], len(pairs))
    found = []
    for wanted, new in chunks.filled(len(pairs), step):
        curves = _start(arrays, jnp.asarray(pairs[wanted]))
        for look in _looks(empirical, batches, places[wanted]):
            curves = _step(curves, look, rule)
        found.append(jax.tree.map(lambda leaf, new=new: np.asarray(leaf)[:new], curves.bends))
    bends = jax.tree.map(lambda *leaves: jnp.asarray(np.concatenate(leaves)), *found)
    return eqx.combine(bends, structure)


@eqx.filter_jit
def _start(arrays: Any, pairs: Array) -> _Curves:
    """Return straight curves between the networks of every pair."""
    first, last = (jax.tree.map(lambda leaf, end=end: leaf[pairs[:, end]], arrays) for end in (0, 1))
    bends = jax.tree.map(lambda one, other: 0.5 * (one + other), first, last)
    rates = RATE * _differences(first, last)
    return _Curves(first, last, bends, optax.scale_by_adam().init(bends), rates)


def _looks(empirical: EmpiricalCost, batches: np.ndarray, places: np.ndarray) -> Iterator[_Look]:
    fall = 0.5 * (1 + np.cos(np.pi * np.arange(len(batches)) / len(batches)))
    for step, chosen in enumerate(batches):
        yield _Look(
            jnp.asarray(empirical.inputs[chosen], jnp.float32),
            jnp.asarray(empirical.labels[chosen]),
            jnp.asarray(places[:, step]),
            jnp.asarray(fall[step], jnp.float32),
        )


@eqx.filter_jit
def _step(curves: _Curves, look: _Look, rule: _Rule) -> _Curves:
    """Take one step of Adam with the bend of every curve."""

    def cost(bend: Any, first: Any, last: Any, t: Array) -> Array:
        mix = lambda a, c, b: (1 - t) ** 2 * a + 2 * t * (1 - t) * c + t**2 * b  # noqa: E731
        return _mean_cost(jax.tree.map(mix, first, bend, last), look, rule)

    slopes = jax.vmap(jax.grad(cost))(curves.bends, curves.first, curves.last, look.places)
    steps, adam = optax.scale_by_adam().update(slopes, curves.adam)
    rates = curves.rates * look.rate
    bends = jax.tree.map(lambda bend, step: bend - _per_curve(rates, bend) * step, curves.bends, steps)
    return curves._replace(bends=bends, adam=adam)


def _mean_cost(weights: Any, look: _Look, rule: _Rule) -> Array:
    """Return the mean cost of one network on the batch, penalty included."""
    network = eqx.combine(weights, rule.structure)
    logits = jax.vmap(lambda x: network(x))(look.inputs)
    each = costs.cost_per_example(rule.cost, logits, costs.targets(look.labels, logits.shape[-1]))
    squares = [jnp.sum(leaf**2) for leaf in jax.tree.leaves(weights) if leaf.ndim >= 2]
    return jnp.mean(each) + 0.5 * rule.l2 * sum(squares, start=jnp.zeros(()))


def _batches(examples: int, steps: int, batch_size: int, seed: int) -> np.ndarray:
    """Return which examples each step sees [steps, batch]: all of them once, then all of them again."""
    size = min(batch_size, examples)
    generator = np.random.default_rng([seed, 0])
    rounds = -(-steps // (examples // size))
    orders = [generator.permutation(examples)[: examples // size * size] for _ in range(rounds)]
    return np.concatenate(orders).reshape(-1, size)[:steps]


def _differences(first: Any, last: Any) -> Array:
    """Return the root mean square difference of the weights and biases of the two ends [curves]."""
    leaves = list(zip(jax.tree.leaves(first), jax.tree.leaves(last), strict=True))
    squares = [jnp.sum((one - other) ** 2, axis=tuple(range(1, one.ndim))) for one, other in leaves]
    count = sum(one.size // len(one) for one, _ in leaves)
    return jnp.sqrt(sum(squares, start=jnp.zeros(())) / count)


def _per_curve(values: Array, leaf: Array) -> Array:
    return values.reshape(-1, *(1,) * (leaf.ndim - 1)).astype(leaf.dtype)


def _curves_at_once(networks: Any, inputs: np.ndarray, batch: int, curves: int) -> int:
    one = selected(networks, 0)
    each = COPIES * bytes_of_weights(one) + PASSES * batch * bytes_per_example(one, inputs.shape[1:])
    return chunks.even(curves, BYTES_AT_ONCE // each)
