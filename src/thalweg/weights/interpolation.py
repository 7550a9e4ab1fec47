"""Cost and accuracy of weighted sums of networks: every point of a line, a plane or a curve between them.

A point between networks is `sum_v shares[v] * networks[v]`, weight by weight. With shares that sum to one the
networks themselves are met exactly: a line from one to another, or a plane through three.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from thalweg import chunks
from thalweg.errors import EvaluationError
from thalweg.networks import costs
from thalweg.networks.footprint import bytes_of_weights, bytes_per_example
from thalweg.networks.population import Population, TrainedNetwork, selected

BYTES_AT_ONCE = 256 * 1024**2  # weights and intermediate values of one call
EXAMPLES_AT_ONCE = 1_000


class EmpiricalCost(NamedTuple):
    """What every point is asked: `inputs` [examples, *input shape], `labels` [examples], and what it costs.

    `cost`: one of `costs.COST_NAMES`; `l2`/2 times the sum of squared weights (no biases) is added.
    """

    inputs: np.ndarray
    labels: np.ndarray
    cost: str
    l2: float = 0.0


class Heights(NamedTuple):
    """Mean cost and share answered rightly, float64 [points] each; NaN or infinite where weights overflow."""

    cost: np.ndarray
    accuracy: np.ndarray

    def reshape(self, *shape: int) -> Heights:
        """Return both in another shape."""
        return Heights(self.cost.reshape(shape), self.accuracy.reshape(shape))


class Examples(NamedTuple):
    """Some of the examples; `counted` is 0 for what only fills up the last chunk."""

    inputs: Array
    labels: Array
    counted: Array


class _Sums(NamedTuple):
    cost: Array
    right: Array
    penalty: Array


def heights(vertices: Any, which: np.ndarray, shares: np.ndarray, empirical: EmpiricalCost) -> Heights:
    """Measure every point `sum_k shares[p, k] * vertices[which[p, k]]`.

    `vertices`: stacked networks, every array [vertices, ...]. `which`: integers [points, networks of a
    point]. `shares`: floats of the same shape. All points are computed by one compiled program, a bounded
    number of points and examples at a time.
    """
    shares = np.asarray(shares, np.float32)
    step = _points_at_once(vertices, empirical.inputs, len(which))
    found = []
    for wanted, new in chunks.filled(len(which), step):
        part = _measured(vertices, jnp.asarray(which[wanted]), jnp.asarray(shares[wanted]), empirical)
        found.append(part[:, :new])
    cost, accuracy = np.concatenate(found, axis=1)
    return Heights(cost, accuracy)


def stacked(networks: list[Any]) -> Any:
    """Stack networks of one shape: every array of the result leads with the networks' axis."""
    parts = [eqx.partition(network, eqx.is_array) for network in networks]
    arrays = jax.tree.map(lambda *leaves: jnp.stack(leaves), *(part[0] for part in parts))
    return eqx.combine(arrays, parts[0][1])


def gathered(members: Sequence[Any]) -> Population:
    """Return trained networks of one shape, of one population or of several, as one population.

    Raises `EvaluationError` for what is not a trained network, and for networks that cannot be mixed.
    """
    for place, member in enumerate(members):
        if not isinstance(member, TrainedNetwork):
            raise EvaluationError(
                f"Number {place} of {len(members)} networks is a {type(member).__name__}.",
                hint="pass a population, or members of populations: [one[0], another[0]].",
            )
        found, expected = _kind(member), _kind(members[0])
        if found != expected:
            raise EvaluationError(
                f"Networks of different shapes: number {place} is {found}, number 0 is {expected}.",
                hint="what lies between networks can be measured for networks of one shape only.",
            )
    first = members[0]
    return Population(
        stacked([member.network for member in members]),
        np.zeros(len(members), bool),
        first.readout,
        first.input_shape,
        first.class_names,
    )


def _kind(member: TrainedNetwork) -> str:
    """Say all that must be the same for two networks to be mixed: everything but the values of weights."""
    network = eqx.tree_pformat(member.network, width=10_000)
    return f"{network} of inputs {member.input_shape}, {member.readout} outputs"


def joined(first: Any, second: Any) -> Any:
    """Join two stacks of networks into one, those of `first` before those of `second`."""
    one, rest = eqx.partition(first, eqx.is_array)
    other = eqx.filter(second, eqx.is_array)
    return eqx.combine(jax.tree.map(lambda *leaves: jnp.concatenate(leaves), one, other), rest)


def _measured(vertices: Any, which: Array, shares: Array, empirical: EmpiricalCost) -> np.ndarray:
    cost, right = np.zeros(len(which)), np.zeros(len(which))
    penalty = np.zeros(len(which))
    for examples in in_chunks(empirical):
        sums = _sums(vertices, which, shares, examples, empirical.cost)
        cost += np.asarray(sums.cost, np.float64)
        right += np.asarray(sums.right, np.float64)
        penalty = np.asarray(sums.penalty, np.float64)
    count = len(empirical.labels)
    if empirical.l2:  # 0 times an overflow must not hide a cost that is finite
        cost = cost + 0.5 * empirical.l2 * penalty * count
    return np.stack([cost, right]) / count


def in_chunks(empirical: EmpiricalCost) -> Iterator[Examples]:
    """Yield the examples in chunks of one size; the last one is filled with examples that do not count."""
    size = min(len(empirical.labels), EXAMPLES_AT_ONCE)
    for wanted, new in chunks.filled(len(empirical.labels), size):
        inputs, labels = jnp.asarray(empirical.inputs[wanted]), jnp.asarray(empirical.labels[wanted])
        yield Examples(inputs, labels, jnp.arange(size) < new)


def cost_and_right(network: Any, examples: Examples, cost: str) -> tuple[Array, Array]:
    """Return the summed cost of those examples that count, and how many of them are answered rightly.

    They are computed in the precision of the network's weights.
    """
    kind = jax.tree.leaves(eqx.filter(network, eqx.is_array))[0].dtype
    logits = jax.vmap(lambda x: network(x))(examples.inputs.astype(kind))
    each = costs.cost_per_example(cost, logits, costs.targets(examples.labels, logits.shape[-1]))
    right = costs.is_right(logits, examples.labels) & examples.counted
    return jnp.sum(jnp.where(examples.counted, each, 0.0)), jnp.sum(right)


def _points_at_once(vertices: Any, inputs: np.ndarray, points: int) -> int:
    one = selected(vertices, 0)
    examples = min(len(inputs), EXAMPLES_AT_ONCE) * bytes_per_example(one, inputs.shape[1:])
    return chunks.even(points, BYTES_AT_ONCE // (2 * bytes_of_weights(one) + examples))


@eqx.filter_jit
def _sums(vertices: Any, which: Array, shares: Array, examples: Examples, cost: str) -> _Sums:
    arrays, rest = eqx.partition(vertices, eqx.is_array)

    def one(which: Array, shares: Array) -> _Sums:
        def mix(leaf: Array) -> Array:
            # A sum of products rather than a matrix product, which some accelerators round to 10 bits.
            return sum((shares[k] * leaf[which[k]] for k in range(len(shares))), start=jnp.zeros(()))

        weights = jax.tree.map(mix, arrays)
        total, right = cost_and_right(eqx.combine(weights, rest), examples, cost)
        squares = [jnp.sum(leaf**2) for leaf in jax.tree.leaves(weights) if leaf.ndim >= 2]
        return _Sums(total, right, sum(squares, start=jnp.zeros(())))

    return jax.vmap(one)(which, shares)
