"""Planes through the space of all weights: along random directions, through three networks, along a path.

A plane is given by three networks that lie on it and their coordinates; every other point is their sum with
shares that add up to one (barycentric coordinates), so the three are met exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from thalweg.networks.convolution import Convolution
from thalweg.networks.layered import WideConvolution
from thalweg.networks.population import flat_weights
from thalweg.weights.interpolation import EmpiricalCost, Heights, heights, stacked

DETECTORS = (Convolution, WideConvolution)
"""Layers whose neurons are counted by the last axis of their weights, not by the first."""


@dataclass(frozen=True, eq=False)
class Plane:
    """`vertices`: three stacked networks; `corners`: their coordinates, float64 [3, 2].

    `marks`: coordinates of what is to be shown on the plane, float64 [marks, 2], and `distances` of the true
    places from the plane [marks], in the unit of weights; `lengths` [marks]: how far the true places are
    from the plane's origin, to compare with.
    """

    vertices: Any
    corners: np.ndarray
    marks: np.ndarray
    distances: np.ndarray
    lengths: np.ndarray

    def shares(self, places: np.ndarray) -> np.ndarray:
        """Return the shares [places, 3] of the three vertices in places [places, 2] of the plane."""
        system = np.vstack([self.corners.T, np.ones(3)])
        return np.linalg.solve(system, np.column_stack([places, np.ones(len(places))]).T).T

    def heights(self, places: np.ndarray, empirical: EmpiricalCost) -> Heights:
        """Measure cost and accuracy in places [places, 2] of the plane."""
        which = np.broadcast_to(np.arange(3), (len(places), 3))
        return heights(self.vertices, which, self.shares(places), empirical)


def with_weights(network: Any, flat: np.ndarray) -> Any:
    """Return `network` with the weights of a vector as `flat_weights` gives it."""
    arrays, rest = eqx.partition(network, eqx.is_array)
    back = ravel_pytree(arrays)[1]
    return eqx.combine(back(jnp.asarray(flat, jnp.float32)), rest)


def filter_normalised(network: Any, generator: np.random.Generator) -> Any:
    """Return a random direction of the network's shape, each neuron's part as long as the neuron's weights.

    Li et al. 2018 (arXiv 1712.09913), section 4: d_i <- d_i / |d_i| * |w_i|, with the rows of a dense layer
    and the filters of a convolution for i; of a network of one's own, whatever the first axis of an array
    counts, as Equinox and PyTorch have it. Biases have no part in it, as in their published figures.
    """

    def drawn(weight: Any, axis: int) -> Any:
        if weight.ndim < 2:
            return jnp.zeros_like(weight)
        move = _as_long(generator.standard_normal(weight.shape), np.asarray(weight), axis)
        return jnp.asarray(move, jnp.float32)

    def direction(node: Any) -> Any:
        if isinstance(node, DETECTORS):
            return jax.tree.map(lambda weight: drawn(weight, weight.ndim - 1), node)
        return drawn(node, 0) if eqx.is_array(node) else node

    return jax.tree.map(direction, network, is_leaf=lambda node: isinstance(node, DETECTORS))


def added(network: Any, direction: Any) -> Any:
    """Return `network` moved by the whole of `direction`."""
    arrays, rest = eqx.partition(network, eqx.is_array)
    moves = eqx.filter(direction, eqx.is_array)
    return eqx.combine(jax.tree.map(jnp.add, arrays, moves), rest)


def random_plane(network: Any, generator: np.random.Generator) -> Plane:
    """Return the plane through a network along two filter-normalised directions; (0, 0) is the network.

    One unit along either axis is a step in which every neuron's weights move by their own length.
    """
    first, second = (filter_normalised(network, generator) for _ in range(2))
    vertices = stacked([network, added(network, first), added(network, second)])
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    return Plane(vertices, corners, np.zeros((1, 2)), np.zeros(1), np.zeros(1))


def plane_through(networks: list[Any]) -> Plane | None:
    """Return the plane through three networks in distances of weights; None where they lie on one line.

    The first is at (0, 0), the second on the horizontal axis (Garipov et al. 2018, arXiv 1802.10026, A.1).
    """
    origin, second, third = (flat_weights(network) for network in networks)
    across, up = second - origin, third - origin
    width = float(np.linalg.norm(across))
    if width == 0:
        return None
    along = float(up @ across) / width
    height = float(np.linalg.norm(up - along * across / width))
    if height <= 1e-6 * max(width, abs(along)):
        return None
    corners = np.array([[0.0, 0.0], [width, 0.0], [along, height]])
    lengths = np.linalg.norm(corners, axis=1)
    return Plane(stacked(networks), corners, corners, np.zeros(3), lengths)


def principal_plane(network: Any, path: np.ndarray) -> Plane | None:
    """Return the plane of the two principal directions of a path, through its last place.

    `path`: weights [places, parameters] in the order of `flat_weights`; `network` gives the shape. The
    directions are those of the differences to the last place (Li et al. 2018, section 7). None where the
    path does not leave one line.
    """
    path = np.asarray(path, np.float64)
    moves = path - path[-1]
    _, lengths, directions = np.linalg.svd(moves, full_matrices=False)
    if len(lengths) < 2 or lengths[1] <= 1e-7 * lengths[0]:
        return None
    basis = directions[:2]
    marks = moves @ basis.T
    scale = np.abs(marks).max(axis=0)
    ends = [path[-1] + size * direction for size, direction in zip(scale, basis, strict=True)]
    vertices = stacked([with_weights(network, place) for place in (path[-1], *ends)])
    corners = np.array([[0.0, 0.0], [scale[0], 0.0], [0.0, scale[1]]])
    distances = np.linalg.norm(moves - marks @ basis, axis=1)
    return Plane(vertices, corners, marks, distances, np.linalg.norm(moves, axis=1))


def _as_long(direction: np.ndarray, weight: np.ndarray, axis: int) -> np.ndarray:
    others = tuple(number for number in range(weight.ndim) if number != axis)
    wanted = np.sqrt((weight.astype(np.float64) ** 2).sum(axis=others, keepdims=True))
    found = np.sqrt((direction**2).sum(axis=others, keepdims=True))
    return direction * wanted / found
