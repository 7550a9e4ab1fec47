"""The hill itself: the cost of one network over a whole split, as a function of all its weights in float64.

A point is one vector that holds every weight and bias. The cost is the one that is minimised in training, the
mean cost of the examples plus `l2 / 2` times the sum of squared weights (biases left out), without dropout.
The Hessian is multiplied with vectors, exactly, by differentiating the gradient along them (Pearlmutter,
Neural Computation 6, 1994), and formed for small networks alone. Examples are worked through in pieces.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from thalweg import chunks
from thalweg.networks import costs
from thalweg.networks.footprint import bytes_per_example
from thalweg.networks.population import TrainedNetwork, as_inputs

if TYPE_CHECKING:
    from thalweg.data.dataset import Split

BYTES_AT_ONCE = 256 * 1024**2
FORMED = 512
"""Most weights and biases of a network whose Hessian is formed, where it is multiplied with many vectors."""
ROWS_AT_ONCE = 8
"""Rows of a Hessian that are computed at once."""
COPIES = (
    10  # float64 and the passes forward, backward and along a vector, in units of one float32 forward pass
)


class _Shape(eqx.Module):
    """How a vector becomes a network again, and which cost it has: what a compiled program depends on."""

    structure: Any = eqx.field(static=True)
    shapes: tuple[tuple[int, ...], ...] = eqx.field(static=True)
    cost: str = eqx.field(static=True)

    def network(self, point: Array) -> Any:
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])[:-1]
        leaves = zip(jnp.split(point, ends), self.shapes, strict=True)
        return jax.tree.unflatten(self.structure, [leaf.reshape(shape) for leaf, shape in leaves])


class _Piece(eqx.Module):
    """Examples, all with a leading axis of pieces; `shares` are 1 / examples, and 0 for what only fills."""

    inputs: Array
    labels: Array
    shares: Array


class CostSurface(eqx.Module):
    """The cost of one network over a split. Vectors are float64 NumPy arrays [parameters].

    `start`: the weights and biases that the network came with. `decayed`: 1 for a weight, 0 for a bias.
    """

    start: np.ndarray
    decayed: np.ndarray
    l2: float
    _shape: _Shape
    _pieces: _Piece

    @staticmethod
    def of(member: TrainedNetwork, split: Split, *, cost: str, l2: float) -> CostSurface:
        """Return the surface of `cost` (one of `costs.COST_NAMES`) that `member` stands on over `split`."""
        leaves, structure = jax.tree.flatten(member.network)
        shape = _Shape(structure, tuple(leaf.shape for leaf in leaves), cost)
        point = np.concatenate([np.asarray(leaf, np.float64).ravel() for leaf in leaves])
        decayed = np.concatenate([np.full(leaf.size, float(leaf.ndim >= 2)) for leaf in leaves])
        room = BYTES_AT_ONCE // (COPIES * bytes_per_example(member.network, member.input_shape))
        inputs = np.asarray(as_inputs(split, member.input_shape))
        return CostSurface(point, decayed, float(l2), shape, _in_pieces(inputs, split.labels, room))

    @property
    def cost_name(self) -> str:
        """What the cost is called, one of `costs.COST_NAMES`."""
        return self._shape.cost

    @property
    def parameters(self) -> int:
        """Weights and biases, counted: the dimensions of the surface."""
        return self.start.size

    def cost_and_gradient(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the cost and its gradient [parameters] at a point."""
        with jax.enable_x64(True):
            cost, gradient = _cost_and_gradient(self._shape, self._pieces, jnp.asarray(point))
        cost = float(cost) + 0.5 * self.l2 * float(self.decayed @ point**2)
        return cost, np.asarray(gradient) + self.l2 * self.decayed * point

    def slope(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        """Return `cost_and_gradient(point)`; an old name, for one release."""
        warnings.warn("slope is now cost_and_gradient", DeprecationWarning, stacklevel=2)
        return self.cost_and_gradient(point)

    def cost(self, point: np.ndarray) -> float:
        """Return the cost at a point."""
        return self.cost_and_gradient(point)[0]

    def hessian_product(self, point: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """Return the Hessian at a point times a direction [parameters]: how the gradient changes along it."""
        with jax.enable_x64(True):
            product = _hessian_product(self._shape, self._pieces, jnp.asarray(point), jnp.asarray(direction))
        return np.asarray(product) + self.l2 * self.decayed * direction

    def hessian_at(self, point: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        """Return what multiplies directions [parameters] with the Hessian at a point, many of them."""
        if self.parameters > FORMED:
            return partial(self.hessian_product, point)
        return self.dense(point).__matmul__

    def dense(self, point: np.ndarray) -> np.ndarray:
        """Return the whole Hessian [parameters, parameters]: for small networks, and to check the rest."""
        with jax.enable_x64(True):
            hessian = _dense(self._shape, self._pieces, jnp.asarray(point))
        return np.asarray(hessian) + self.l2 * np.diag(self.decayed)

    def network(self, point: np.ndarray) -> Any:
        """Return the network that a point stands for, in float64 NumPy arrays."""
        with jax.enable_x64(True):
            return jax.tree.map(np.asarray, self._shape.network(jnp.asarray(point)))

    def vector(self, network: Any) -> np.ndarray:
        """Return a network, or a direction of the same structure, as one vector [parameters]."""
        return np.concatenate([np.asarray(leaf, np.float64).ravel() for leaf in jax.tree.leaves(network)])

    @property
    def inputs(self) -> np.ndarray:
        """float32 inputs [examples, *input shape] of the split."""
        inputs = np.asarray(self._pieces.inputs)
        real = np.asarray(self._pieces.shares).ravel() > 0
        return inputs.reshape(-1, *inputs.shape[2:])[real]


def _in_pieces(inputs: np.ndarray, labels: np.ndarray, room: int) -> _Piece:
    size = chunks.even(len(labels), room)
    count = -(-len(labels) // size)

    def cut(values: np.ndarray) -> Array:
        filling = [(0, count * size - len(values))] + [(0, 0)] * (values.ndim - 1)
        return jnp.asarray(np.pad(values, filling).reshape(count, size, *values.shape[1:]))

    with jax.enable_x64(True):
        return _Piece(cut(inputs), cut(labels), cut(np.full(len(labels), 1.0 / len(labels))))


def _of_piece(shape: _Shape, point: Array, piece: _Piece) -> Array:
    logits = jax.vmap(shape.network(point))(piece.inputs.astype(point.dtype))
    target = costs.targets(piece.labels, logits.shape[-1])
    return jnp.sum(piece.shares * costs.cost_per_example(shape.cost, logits, target))


def _summed(of_piece: Any, pieces: _Piece, nothing: Any) -> Any:
    # One piece after the other: a gradient through the sum would keep what every piece computed.
    def add(total: Any, piece: _Piece) -> tuple[Any, None]:
        return jax.tree.map(jnp.add, total, of_piece(piece)), None

    return jax.lax.scan(add, nothing, pieces)[0]


@eqx.filter_jit
def _cost_and_gradient(shape: _Shape, pieces: _Piece, point: Array) -> tuple[Array, Array]:
    both = jax.value_and_grad(lambda point, piece: _of_piece(shape, point, piece))
    return _summed(lambda piece: both(point, piece), pieces, (jnp.zeros(()), jnp.zeros_like(point)))


@eqx.filter_jit
def _hessian_product(shape: _Shape, pieces: _Piece, point: Array, direction: Array) -> Array:
    return _along(shape, pieces, point, direction)


@eqx.filter_jit
def _dense(shape: _Shape, pieces: _Piece, point: Array) -> Array:
    def row(direction: Array) -> Array:
        return _along(shape, pieces, point, direction)

    return jax.lax.map(row, jnp.eye(point.size), batch_size=ROWS_AT_ONCE)


def _along(shape: _Shape, pieces: _Piece, point: Array, direction: Array) -> Array:
    """Return how the gradient changes along a direction."""
    gradient = jax.grad(lambda point, piece: _of_piece(shape, point, piece))

    def of_piece(piece: _Piece) -> Array:
        return jax.jvp(lambda point: gradient(point, piece), (point,), (direction,))[1]

    return _summed(of_piece, pieces, jnp.zeros_like(point))
