"""What the cost does when one weight of a network is nudged, in float64 and to the last bit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from thalweg.weights.gradients import costs_and_gradients
from thalweg.weights.interpolation import EmpiricalCost


class MovedWeights(NamedTuple):
    """`cost` of the network as it is, and `nudged` [places, sizes, 2] with one weight nudged up and down.

    `gradient` [parameters]: the derivative by every weight and bias, in the order of `planes.flat_weights`.
    """

    cost: float
    nudged: np.ndarray
    gradient: np.ndarray

    @property
    def unmoved(self) -> np.ndarray:
        """Whether the cost is the same to the last bit, nudged up and down, bool [places, sizes]."""
        return (self.nudged == self.cost).all(axis=2)


def move_weights(
    network: Any, places: np.ndarray, sizes: tuple[float, ...], empirical: EmpiricalCost
) -> MovedWeights:
    """Nudge the weights at `places` [places] of one network, each alone, by each of `sizes` up and down."""
    with jax.enable_x64(True):
        arrays, rest = eqx.partition(network, eqx.is_array)
        flat, back = ravel_pytree(jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float64), arrays))
        moves = np.array([[size, -size] for size in sizes]).ravel()
        points = np.tile(np.asarray(flat), (len(places) * len(moves) + 1, 1))
        points[np.arange(len(points) - 1), np.repeat(places, len(moves))] += np.tile(moves, len(places))
        # the network as it is stands among them, so that the very same program answers for it
        networks = eqx.combine(jax.vmap(back)(jnp.asarray(points)), rest)
        costs = costs_and_gradients(networks, empirical, gradient=False).cost
        one = eqx.combine(jax.vmap(back)(flat[None]), rest)
        gradient = costs_and_gradients(one, empirical).gradient
    together = np.concatenate([part.ravel() for part in gradient.values()])
    return MovedWeights(float(costs[-1]), costs[:-1].reshape(len(places), len(sizes), 2), together)


def with_activation(network: Any, activation: str) -> Any:
    """Return the network with the same weights and neurons of another activation."""
    return replace(network, activation=activation)
