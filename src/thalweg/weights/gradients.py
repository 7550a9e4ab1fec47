"""Cost, slope and accuracy of many networks at once over all examples, a bounded number at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from thalweg.networks import costs, exchange
from thalweg.networks.footprint import bytes_per_example
from thalweg.weights.interpolation import EmpiricalCost

BYTES_AT_ONCE = 256 * 1024**2  # weights, gradients and intermediate values of one call
EXAMPLES_AT_ONCE = 1_000
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


class _Part(NamedTuple):
    inputs: Array
    labels: Array
    counted: Array  # 0 for what fills up the last chunk


def costs_and_gradients(
    networks: Any, empirical: EmpiricalCost, *, gradient: bool = True
) -> CostsAndGradients:
    """Measure every one of stacked `networks` over all examples of the question.

    The cost is the mean over examples plus `l2 / 2` times the sum of squared weights (biases left out).
    Networks are computed in the precision of their weights, sums over chunks of examples in float64.
    """
    arrays, rest = eqx.partition(networks, eqx.is_array)
    count = len(jax.tree.leaves(arrays)[0])
    step = _networks_at_once(networks, empirical)
    found = []
    for first in range(0, count, step):
        wanted = np.minimum(np.arange(first, first + step), count - 1)
        part = eqx.combine(jax.tree.map(lambda leaf, w=wanted: jnp.asarray(leaf)[w], arrays), rest)
        found.append(_measured(part, empirical, gradient))
    cost, accuracy = (np.concatenate([getattr(one, name) for one in found])[:count] for name in _MEASURES)
    # joined by name: a pytree would put the layers in the order of the alphabet
    slope = {
        name: np.concatenate([one.gradient[name] for one in found])[:count] for name in found[0].gradient
    }
    return CostsAndGradients(cost, accuracy, slope)


def _measured(networks: Any, empirical: EmpiricalCost, gradient: bool) -> CostsAndGradients:
    total: Any = None
    for part in _parts(empirical):
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


def _parts(empirical: EmpiricalCost) -> Any:
    total = len(empirical.labels)
    size = min(total, EXAMPLES_AT_ONCE)
    for first in range(0, total, size):
        numbers = np.arange(first, first + size)
        wanted = np.minimum(numbers, total - 1)
        yield _Part(
            jnp.asarray(empirical.inputs[wanted]),
            jnp.asarray(empirical.labels[wanted]),
            jnp.asarray(numbers < total),
        )


def _networks_at_once(networks: Any, empirical: EmpiricalCost) -> int:
    arrays, rest = eqx.partition(networks, eqx.is_array)
    leaves = jax.tree.leaves(arrays)
    one = eqx.combine(jax.tree.map(lambda leaf: leaf[0], arrays), rest)
    weights = sum(leaf.nbytes for leaf in leaves) // len(leaves[0])
    examples = min(len(empirical.labels), EXAMPLES_AT_ONCE)
    each = 4 * weights + 2 * examples * bytes_per_example(one, empirical.inputs.shape[1:])
    return max(1, min(len(leaves[0]), BYTES_AT_ONCE // each))


def _cost_and_right(network: Any, part: _Part, cost: str) -> tuple[Array, Array]:
    kind = jax.tree.leaves(eqx.filter(network, eqx.is_array))[0].dtype
    logits = jax.vmap(lambda x: network(x))(part.inputs.astype(kind))
    each = costs.cost_per_example(cost, logits, costs.targets(part.labels, logits.shape[-1]))
    right = costs.is_right(logits, part.labels) & part.counted
    return jnp.sum(jnp.where(part.counted, each, 0.0)), jnp.sum(right)


@eqx.filter_jit
def _gradient_sums(networks: Any, part: _Part, cost: str) -> tuple[tuple[Array, Array], Any]:
    one = eqx.filter_value_and_grad(_cost_and_right, has_aux=True)
    return eqx.filter_vmap(lambda network: one(network, part, cost))(networks)


@eqx.filter_jit
def _sums(networks: Any, part: _Part, cost: str) -> tuple[tuple[Array, Array], None]:
    return eqx.filter_vmap(lambda network: _cost_and_right(network, part, cost))(networks), None


def _squares(leaf: np.ndarray) -> np.ndarray:
    return np.square(leaf).sum(axis=tuple(range(1, leaf.ndim)))
