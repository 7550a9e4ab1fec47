"""Directions along which a place is flat for a known reason, so that they are not taken for chance.

`silent inputs`  without l2, weights on an input that is zero in every example
`dead units`     a hidden unit whose outgoing weights are all zero, or a ReLU that no example reaches: its
                 bias does nothing, and without l2 its incoming weights neither (Fukumizu & Amari,
                 Neural Networks 13, 2000); nor what goes out of a ReLU that is never on
`output shift`   all outputs of a softmax moved alike
`scaling`        without l2, a ReLU's incoming weights grow as its outgoing weights shrink (Dinh et al.,
                 arXiv 1703.04933, section 4)

Exchanging hidden units is a symmetry as well, but a jump, not a direction. Each candidate is tried with the
Hessian, and counts only if that makes nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.networks.activations import ACTIVATIONS
from thalweg.networks.mlp import MlpNetwork
from thalweg.weights.cost_surface import CostSurface

NOTHING = 1e-8
"""Outgoing weights below this are zero, and products with the Hessian below this share of its size."""
SMOOTH = ("sigmoid", "tanh", "gelu")


@dataclass(frozen=True, eq=False)
class Flat:
    """Flat directions: whole coordinates, `mask` [parameters], and unit vectors, `columns` [parameters, n].

    `counts`: how many of each kind.
    """

    mask: np.ndarray
    columns: np.ndarray
    counts: dict[str, int]

    def project(self, vector: np.ndarray) -> np.ndarray:
        """Return what is left of a vector [parameters] without these directions."""
        vector = np.where(self.mask, 0.0, vector)
        return vector - self.columns @ (self.columns.T @ vector)


def flat_directions(surface: CostSurface, point: np.ndarray, *, size: float) -> Flat:
    """Return what is flat by symmetry at a point; `size`: the Hessian's largest eigenvalue."""
    mask, columns, counts = np.zeros(point.size, bool), [], {}
    for kind, vector, whole in _candidates(surface, point):
        trial = vector * np.random.default_rng(0).standard_normal(point.size) if whole else vector
        if np.linalg.norm(surface.hessian_product(point, trial)) > NOTHING * size * np.linalg.norm(trial):
            continue
        counts[kind] = counts.get(kind, 0) + (int(np.count_nonzero(vector)) if whole else 1)
        if whole:
            mask |= vector != 0
        else:
            columns.append(vector)
    return Flat(mask, _orthonormal(mask, columns), counts)


def is_smooth(network: object) -> bool:
    """Return whether the cost has second derivatives everywhere; a ReLU's has kinks."""
    return getattr(network, "activation", "") in SMOOTH


def nearest_kink(surface: CostSurface, point: np.ndarray) -> float | None:
    """Return the smallest |weighted sum| of any hidden ReLU over all examples; None for other networks."""
    network = surface.network(point)
    if not isinstance(network, MlpNetwork) or network.activation != "relu":
        return None
    sums = [np.abs(weighted).min() for weighted, _ in _hidden(surface, network)]
    return float(min(sums)) if sums else None


def _hidden(surface: CostSurface, network: MlpNetwork) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each hidden layer's weighted sums and activations [examples, units]."""
    x = surface.inputs.reshape(len(surface.inputs), -1).astype(np.float64)
    for layer in network.layers[:-1]:
        weighted = x @ np.asarray(layer.weight).T + np.asarray(layer.bias)
        with jax.enable_x64(True):
            x = np.asarray(ACTIVATIONS[network.activation](jnp.asarray(weighted)))
        yield weighted, x


class _Marks:
    """Vectors over all parameters of a network, written a layer and a unit at a time."""

    def __init__(self, network: MlpNetwork):
        self.layers = network.layers
        widths = [np.asarray(layer.weight).shape for layer in network.layers]
        self.size = sum(rows * columns + rows for rows, columns in widths)
        self.starts = np.cumsum([0] + [rows * columns + rows for rows, columns in widths])

    def vector(self, layer: int, weight: np.ndarray | None, bias: np.ndarray | None) -> np.ndarray:
        """Return zeros but for these values at a layer's weight and bias."""
        result = np.zeros(self.size)
        rows, columns = np.asarray(self.layers[layer].weight).shape
        first = self.starts[layer]
        if weight is not None:
            result[first : first + rows * columns] = np.broadcast_to(weight, (rows, columns)).ravel()
        if bias is not None:
            result[first + rows * columns : first + rows * columns + rows] = bias
        return result


def _candidates(surface: CostSurface, point: np.ndarray) -> Iterator[tuple[str, np.ndarray, bool]]:
    """Yield (kind, vector, whether each of its coordinates is a direction of its own)."""
    network = surface.network(point)
    if not isinstance(network, MlpNetwork):
        return
    marks, last = _Marks(network), len(network.layers) - 1
    free = surface.l2 == 0
    ones = np.ones(len(network.layers[last].bias))
    yield "output shift", _unit(marks.vector(last, None, ones)), False
    silent = ~np.any(surface.inputs.reshape(len(surface.inputs), -1) != 0, axis=0)
    if free and silent.any():
        yield "silent inputs", marks.vector(0, silent[None, :].astype(float), None), True
    for depth, (weighted, _) in enumerate(_hidden(surface, network)):
        yield from _of_layer(marks, network, depth, weighted, free=free)


def _of_layer(
    marks: _Marks, network: MlpNetwork, depth: int, weighted: np.ndarray, *, free: bool
) -> Iterator[tuple[str, np.ndarray, bool]]:
    relu = network.activation == "relu"
    before, after = network.layers[depth], network.layers[depth + 1]
    never = (weighted < 0).all(axis=0) & relu
    dead = (np.abs(np.asarray(after.weight)).max(axis=0) < NOTHING) | never
    units = np.eye(len(dead))
    for one in units[dead]:
        yield "dead units", marks.vector(depth, one[:, None] if free else None, one), True
    if free and relu:
        for one in units[never]:
            yield "dead units", marks.vector(depth + 1, one[None, :], None), True
        for unit in np.flatnonzero(~dead):
            yield "scaling", _scaling(marks, depth, unit, (before, after)), False


def _scaling(marks: _Marks, depth: int, unit: Any, layers: tuple) -> np.ndarray:
    before, after = layers
    own = np.arange(len(before.bias)) == unit
    growing = marks.vector(depth, np.where(own[:, None], before.weight, 0.0), np.where(own, before.bias, 0.0))
    return _unit(growing - marks.vector(depth + 1, np.where(own[None, :], after.weight, 0.0), None))


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-300)


def _orthonormal(mask: np.ndarray, columns: list[np.ndarray]) -> np.ndarray:
    if not columns:
        return np.zeros((mask.size, 0))
    stacked = np.where(mask[:, None], 0.0, np.stack(columns, axis=1))
    directions, sizes, _ = np.linalg.svd(stacked, full_matrices=False)
    return directions[:, sizes > 1e-6]
