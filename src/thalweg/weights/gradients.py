"""Cost, slope and accuracy of many networks at once over all examples, a bounded number at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from thalweg import chunks
from thalweg.networks import exchange
from thalweg.networks.footprint import bytes_of_weights, bytes_per_example
from thalweg.networks.population import selected
from thalweg.weights.interpolation import (
    EXAMPLES_AT_ONCE,
    EmpiricalCost,
    Examples,
    cost_and_right,
    in_chunks,
)

BYTES_AT_ONCE = 256 * 1024**2  # weights, gradients and intermediate values of one call
_MEASURES = ("cost", "accuracy")


class CostsAndGradients(NamedTuple):
    """Where stacked networks stand: `cost` and `accuracy`, float64 [networks], and the cost's `gradient`.

    `gradient`: float64 [networks, ...] by the names of `exchange.to_tensors`; empty when not asked for.
    """

    cost: np.ndarray
    accuracy: np.ndarray
    gradient: dict[str, np.ndarray]

    @property
    def norm(self) -> np.ndarray:
        """Length of each gradient, float64 [networks]."""
        return np.sqrt(sum(_squares(part) for part in self.gradient.values()))


def costs_and_gradients(
    networks: Any, empirical: EmpiricalCost, *, gradient: bool = True
) -> CostsAndGradients:
    """Measure every one of stacked `networks` over all examples of the question.

    The cost is the mean over examples plus `l2 / 2` times the sum of squared weights (biases left out).
    Networks are computed in the precision of their weights, sums over chunks of examples in float64.
    """
    arrays, rest = eqx.partition(networks, eqx.is_array)
    networks = eqx.combine(jax.tree.map(jnp.asarray, arrays), rest)
    count = len(jax.tree.leaves(arrays)[0])
    step = min(count, _networks_at_once(networks, empirical))
    found = [
        _measured(selected(networks, wanted), empirical, gradient) for wanted, _ in chunks.filled(count, step)
    ]
    cost, accuracy = (np.concatenate([getattr(one, name) for one in found])[:count] for name in _MEASURES)
    # joined by name: a pytree would put the layers in the order of the alphabet
    slope = {
        name: np.concatenate([one.gradient[name] for one in found])[:count] for name in found[0].gradient
    }
    return CostsAndGradients(cost, accuracy, slope)


def _measured(networks: Any, empirical: EmpiricalCost, gradient: bool) -> CostsAndGradients:
    total: Any = None
    for part in in_chunks(empirical):
        sums = _gradient_sums if gradient else _sums
        found = jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), sums(networks, part, empirical.cost))
        total = found if total is None else jax.tree.map(np.add, total, found)
    (cost, right), slope = total
    count = len(empirical.labels)
    weights = {name: np.asarray(leaf, np.float64) for name, leaf in exchange.to_tensors(networks).items()}
    decayed = {name: leaf for name, leaf in weights.items() if leaf.ndim >= 3}  # members, rows, columns
    if empirical.l2:
        cost = cost + 0.5 * empirical.l2 * count * sum(_squares(leaf) for leaf in decayed.values())
    slope = {} if slope is None else exchange.to_tensors(slope)
    slope = {name: leaf / count + empirical.l2 * decayed.get(name, 0.0) for name, leaf in slope.items()}
    return CostsAndGradients(cost / count, right / count, slope)


def _networks_at_once(networks: Any, empirical: EmpiricalCost) -> int:
    one = selected(networks, 0)
    examples = min(len(empirical.labels), EXAMPLES_AT_ONCE)
    each = 4 * bytes_of_weights(one) + 2 * examples * bytes_per_example(one, empirical.inputs.shape[1:])
    return max(1, BYTES_AT_ONCE // each)


@eqx.filter_jit
def _gradient_sums(networks: Any, part: Examples, cost: str) -> tuple[tuple[Array, Array], Any]:
    one = eqx.filter_value_and_grad(cost_and_right, has_aux=True)
    return eqx.filter_vmap(lambda network: one(network, part, cost))(networks)


@eqx.filter_jit
def _sums(networks: Any, part: Examples, cost: str) -> tuple[tuple[Array, Array], None]:
    return eqx.filter_vmap(lambda network: cost_and_right(network, part, cost))(networks), None


def _squares(leaf: np.ndarray) -> np.ndarray:
    return np.square(leaf).sum(axis=tuple(range(1, leaf.ndim)))
