"""Cost and accuracy of weighted sums of networks: every point of a line, a plane or a curve between them.

A point between networks is `sum_v shares[v] * networks[v]`, weight by weight. With shares that sum to one the
networks themselves are met exactly: a line from one to another, or a plane through three.

What a first layer sums of an example is linear in its weights: of a point it is mixed from what the networks'
own first layers sum, instead of being summed anew. Of 28x28 pixels that layer is nearly all of the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
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


class _Points(NamedTuple):
    """Networks [points, networks of a point] by number, and their shares."""

    which: Array
    shares: Array


class _Totals(NamedTuple):
    cost: Array
    right: Array


FirstSums = Callable[[Array, int, Array], Array]
"""Called with numbers of networks [used], a chunk's number and its inputs [examples, ...]: what the networks'
first layers sum of them, [used, examples, ...]."""


def heights(
    vertices: Any,
    which: np.ndarray,
    shares: np.ndarray,
    empirical: EmpiricalCost,
    *,
    first_sums: FirstSums | None = None,
) -> Heights:
    """Measure every point `sum_k shares[p, k] * vertices[which[p, k]]`.

    `vertices`: stacked networks, every array [vertices, ...]. `which`: integers [points, networks of a
    point]. `shares`: floats of the same shape. All points are computed by one compiled program, a bounded
    number of points and examples at a time. `first_sums`: for who knows them already.
    """
    shares = np.asarray(shares, np.float32)
    shared = _points_that_share(vertices, which, empirical, known=first_sums is not None)
    pieces = list(
        chunks.filled(len(which), shared or _points_at_once(vertices, empirical.inputs, len(which)))
    )
    used = [np.unique(which[wanted]) for wanted, _ in pieces]
    found = []
    for (wanted, new), own in zip(pieces, used, strict=True):
        points = _Points(jnp.asarray(which[wanted]), jnp.asarray(shares[wanted]))
        totals = partial(_totals, vertices, points)
        if shared is not None:
            places = jnp.asarray(np.searchsorted(own, which[wanted]))
            # as many in every piece: one program
            own = jnp.asarray(np.pad(own, (0, max(map(len, used)) - len(own)), mode="edge"))
            sums = partial(first_sums or partial(_first_sums, vertices), own)
            totals = partial(_totals_of_sums, vertices, points, places, sums)
        found.append(_measured(vertices, points, totals, empirical)[:, :new])
    cost, accuracy = np.concatenate(found, axis=1)
    return Heights(cost, accuracy)


def _points_that_share(
    vertices: Any, which: np.ndarray, empirical: EmpiricalCost, *, known: bool
) -> int | None:
    """Return so many points at once that the first sums of their networks fit.

    None where there are no such sums, or where mixing them would save nothing since none are `known` and
    points share no networks.
    """
    one = selected(vertices, 0)
    if not hasattr(one, "from_sums"):
        return None
    inputs = jnp.asarray(empirical.inputs[:EXAMPLES_AT_ONCE])
    sums = jax.eval_shape(jax.vmap(one.sums), _as_precise(one, inputs))
    room, step = BYTES_AT_ONCE // max(1, sums.size * sums.dtype.itemsize), len(which)
    networks = [len(np.unique(which))]
    while max(networks) > room and step > 1:
        step = -(-step // 2)
        networks = [len(np.unique(which[some])) for some in chunks.slices(len(which), step)]
    return step if known or sum(networks) < len(which) else None


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


def _measured(
    vertices: Any, points: _Points, totals: Callable[[int, Examples, str], _Totals], empirical: EmpiricalCost
) -> np.ndarray:
    """Return cost and accuracy [2, points]."""
    cost, right = np.zeros(len(points.which)), np.zeros(len(points.which))
    for chunk, examples in enumerate(in_chunks(empirical)):
        told = totals(chunk, examples, empirical.cost)
        cost += np.asarray(told.cost, np.float64)
        right += np.asarray(told.right, np.float64)
    count = len(empirical.labels)
    if empirical.l2:  # 0 times an overflow must not hide a cost that is finite
        cost = cost + 0.5 * empirical.l2 * np.asarray(_squares(vertices, points), np.float64) * count
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
    inputs = _as_precise(network, examples.inputs)
    return _cost_and_right(jax.vmap(lambda x: network(x))(inputs), examples, cost)


def _as_precise(network: Any, inputs: Array) -> Array:
    return inputs.astype(jax.tree.leaves(eqx.filter(network, eqx.is_array))[0].dtype)


def _cost_and_right(logits: Array, examples: Examples, cost: str) -> tuple[Array, Array]:
    each = costs.cost_per_example(cost, logits, costs.targets(examples.labels, logits.shape[-1]))
    right = costs.is_right(logits, examples.labels) & examples.counted
    return jnp.sum(jnp.where(examples.counted, each, 0.0)), jnp.sum(right)


def _points_at_once(vertices: Any, inputs: np.ndarray, points: int) -> int:
    one = selected(vertices, 0)
    examples = min(len(inputs), EXAMPLES_AT_ONCE) * bytes_per_example(one, inputs.shape[1:])
    return chunks.even(points, BYTES_AT_ONCE // (2 * bytes_of_weights(one) + examples))


def _totals(vertices: Any, points: _Points, chunk: int, examples: Examples, cost: str) -> _Totals:
    del chunk
    return _totals_of_points(vertices, points, examples, cost)


@eqx.filter_jit
def _totals_of_points(vertices: Any, points: _Points, examples: Examples, cost: str) -> _Totals:
    def one(which: Array, shares: Array) -> _Totals:
        return _Totals(*cost_and_right(_mixture(vertices, which, shares), examples, cost))

    return jax.vmap(one)(*points)


def _first_sums(vertices: Any, used: Array, chunk: int, inputs: Array) -> Array:
    del chunk
    return first_sums_of(vertices, used, inputs)


@eqx.filter_jit
def first_sums_of(vertices: Any, used: Array | np.ndarray, inputs: Array) -> Array:
    """Return what the first layers of networks number `used` sum of `inputs`, [used, examples, ...]."""
    arrays, rest = eqx.partition(vertices, eqx.is_array)

    def one(place: Array) -> Array:
        network = eqx.combine(jax.tree.map(lambda leaf: leaf[place], arrays), rest)
        return jax.vmap(network.sums)(_as_precise(network, inputs))

    return jax.lax.map(one, used)


def _totals_of_sums(
    vertices: Any,
    points: _Points,
    places: Array,
    sums: Callable[[int, Array], Array],
    chunk: int,
    examples: Examples,
    cost: str,
) -> _Totals:
    """As `_totals`, of first sums; `places`: where those of the networks `points.which` stand among them."""
    return _totals_of_mixed(vertices, points, places, sums(chunk, examples.inputs), examples, cost)


@eqx.filter_jit
def _totals_of_mixed(
    vertices: Any, points: _Points, places: Array, sums: Array, examples: Examples, cost: str
) -> _Totals:
    def one(point: tuple[Array, Array, Array]) -> _Totals:
        which, shares, places = point
        own = sum((shares[k] * sums[places[k]] for k in range(len(shares))), start=jnp.zeros(()))
        logits = jax.vmap(_mixture(vertices, which, shares).from_sums)(own)
        return _Totals(*_cost_and_right(logits, examples, cost))

    # one after the other: what is mixed stays in the processor's cache, five times as fast as all at once
    return jax.lax.map(one, (*points, places))


@eqx.filter_jit
def _squares(vertices: Any, points: _Points) -> Array:
    """Return the sum of squared weights, no biases, of each point [points]."""

    def one(point: _Points) -> Array:
        leaves = jax.tree.leaves(eqx.filter(_mixture(vertices, *point), eqx.is_array))
        return sum((jnp.sum(leaf**2) for leaf in leaves if leaf.ndim >= 2), start=jnp.zeros(()))

    return jax.lax.map(one, points)


def _mixture(vertices: Any, which: Array, shares: Array) -> Any:
    """Return the network of one point."""
    arrays, rest = eqx.partition(vertices, eqx.is_array)

    def mix(leaf: Array) -> Array:
        # A sum of products rather than a matrix product, which some accelerators round to 10 bits.
        return sum((shares[k] * leaf[which[k]] for k in range(len(shares))), start=jnp.zeros(()))

    return eqx.combine(jax.tree.map(mix, arrays), rest)
