"""The same network with its hidden units in another order, and the order that resembles another network most.

Hidden units of a layer may change places, and where the activation is odd about a point (tanh; sigmoid, for
sigmoid(-z) = 1 - sigmoid(z)) each may also change its sign, without any change of what the network computes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from threadpoolctl import threadpool_limits

from thalweg.networks.activations import ACTIVATIONS
from thalweg.networks.linear import Linear
from thalweg.networks.mlp import MlpNetwork

REFLECTIONS = {"tanh": 0.0, "sigmoid": 1.0}
"""Activations f with f(-z) = c - f(z), and their c: there a unit's sign is free. (`step` fails only at 0.)"""
SWEEPS = 100  # far above the ten or so that are needed; each sweep that goes on has improved the match

Layers = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Rearrangement:
    """For each hidden layer which old unit stands in each new place (`orders`) and its sign +-1 (`signs`)."""

    orders: tuple[np.ndarray, ...]
    signs: tuple[np.ndarray, ...]

    @staticmethod
    def none(widths: list[int]) -> Rearrangement:
        """Leave every unit of layers of these widths where it is."""
        return Rearrangement(
            tuple(np.arange(width) for width in widths), tuple(np.ones(width) for width in widths)
        )

    def replaced(self, layer: int, order: np.ndarray, sign: np.ndarray) -> Rearrangement:
        """Return the same but for one hidden layer."""
        orders, signs = list(self.orders), list(self.signs)
        orders[layer], signs[layer] = order, sign
        return Rearrangement(tuple(orders), tuple(signs))


@dataclass(frozen=True, eq=False)
class Match:
    """A rearrangement, and how alike it made the networks: one number for each start, the best was kept.

    `found`: for weights the inner product of all weights and biases, for activations the sum of correlations.
    """

    rearrangement: Rearrangement
    found: np.ndarray

    @property
    def agreeing(self) -> float:
        """Share of the starts that ended as well as the best one."""
        best = self.found.max()
        return float(np.mean(self.found >= best - 1e-9 * abs(best)))


def widths(network: MlpNetwork) -> list[int]:
    """Return the number of units of each hidden layer."""
    return [len(layer.bias) for layer in network.layers[:-1]]


def rearranged(network: MlpNetwork, rearrangement: Rearrangement) -> MlpNetwork:
    """Return the network with its hidden units in another order (and sign): it computes the same function.

    Computed in float64 and stored as the network's own type. Signs other than 1 need an activation of
    `REFLECTIONS`.
    """
    moved = _rearranged(_centred(network), rearrangement)
    constant = REFLECTIONS.get(network.activation, 0.0)
    layers = []
    for depth, ((weight, bias), old) in enumerate(zip(moved, network.layers, strict=True)):
        # Taking away what `_centred` added; exactly what was there before where no sign changed.
        bias = bias - 0.5 * constant * weight.sum(axis=1) if depth else bias
        layers.append(Linear(jnp.asarray(weight, old.weight.dtype), jnp.asarray(bias, old.bias.dtype)))
    return eqx.tree_at(lambda network: network.layers, network, tuple(layers))


# Several threads wait for each other by spinning, on products of this size: one is 3 times as quick.
@threadpool_limits.wrap(1, user_api="blas")
def match_weights(
    reference: MlpNetwork, network: MlpNetwork, *, starts: int = 5, seed: int = 0, signs: bool = True
) -> Match:
    """Find the rearrangement of `network` whose weights are closest to those of `reference`.

    Coordinate descent over layers, each step an exact assignment (Ainsworth et al. 2023, arXiv 2209.04836,
    algorithm 1), from several starts: matched layer by layer from the inputs up; as it is; and at random.
    Layers are visited in random order. `signs`: match signs too where the activation allows.
    """
    signs = signs and network.activation in REFLECTIONS
    likeness = _Likeness(_centred(reference), _centred(network))
    generator = np.random.default_rng(seed)
    found = [
        _descend(likeness, start, generator, signs) for start in _starts(likeness, starts, generator, signs)
    ]
    values = np.array([likeness.total(rearrangement) for rearrangement in found])
    return Match(found[int(values.argmax())], values)


def match_activations(
    reference: list[np.ndarray], activations: list[np.ndarray], *, signs: bool = False
) -> Match:
    """Find the rearrangement whose hidden activations correlate most with the reference's.

    Both: one array [examples, units] for each hidden layer, as `hidden_activations` gives them. One exact
    assignment a layer (Ainsworth et al. 2023, section 3.1, with the correlations of Li et al. 2015, arXiv
    1511.07543, section 3). `signs`: let a unit change its sign; for activations of `REFLECTIONS` only.
    """
    correlations = [correlation(*pair) for pair in zip(reference, activations, strict=True)]
    assigned = [_assigned(table, signs) for table in correlations]
    total = sum(
        float((sign * table[np.arange(len(order)), order]).sum())
        for table, (order, sign) in zip(correlations, assigned, strict=True)
    )
    orders, flips = zip(*assigned, strict=True)
    return Match(Rearrangement(orders, flips), np.array([total]))


@eqx.filter_jit
def _activations(network: MlpNetwork, inputs: jax.Array) -> list[jax.Array]:
    def one(x: jax.Array) -> list[jax.Array]:
        x, found = x.reshape(-1), []
        for layer in network.layers[:-1]:
            x = ACTIVATIONS[network.activation](layer(x))
            found.append(x)
        return found

    return jax.vmap(one)(inputs)


def hidden_activations(network: MlpNetwork, inputs: np.ndarray) -> list[np.ndarray]:
    """Return the activations [examples, units] of each hidden layer, float32."""
    return [np.asarray(layer) for layer in _activations(network, jnp.asarray(inputs))]


def correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the correlation [units, units] of two layers over examples; 0 for a unit that never changes."""
    one, other = (_standardised(values) for values in (first, second))
    return one.T @ other


def _standardised(values: np.ndarray) -> np.ndarray:
    values = values.astype(np.float64)
    values -= values.mean(axis=0)
    length = np.linalg.norm(values, axis=0)
    constant = length <= 1e-6 * np.sqrt(len(values))
    return np.where(constant, 0.0, values / np.where(constant, 1.0, length))


def _centred(network: MlpNetwork) -> Layers:
    """Return float64 layers with biases as if every activation were f - c/2, which is odd.

    In these terms a change of sign is a change of sign and nothing else, and every straight line between
    networks is still a straight line.
    """
    constant = REFLECTIONS.get(network.activation, 0.0)
    layers = []
    for depth, layer in enumerate(network.layers):
        weight, bias = (np.asarray(part, np.float64) for part in (layer.weight, layer.bias))
        layers.append((weight, bias + 0.5 * constant * weight.sum(axis=1) if depth else bias))
    return layers


def _rearranged(layers: Layers, rearrangement: Rearrangement) -> Layers:
    moved = list(layers)
    for depth, (order, sign) in enumerate(zip(rearrangement.orders, rearrangement.signs, strict=True)):
        weight, bias = moved[depth]
        moved[depth] = (weight[order] * sign[:, None], bias[order] * sign)
        after, after_bias = moved[depth + 1]
        moved[depth + 1] = (after[:, order] * sign, after_bias)
    return moved


def _inner_product(first: Layers, second: Layers) -> float:
    parts = zip(itertools.chain(*first), itertools.chain(*second), strict=True)
    # Not a BLAS dot: threads cost more than they save on layers of this size.
    return float(sum((one * other).sum() for one, other in parts))


class _Likeness:
    """How alike the units of two networks are, layer by layer, when the layers around have been matched.

    The products with inputs and outputs, which nothing rearranges, are computed once.
    """

    def __init__(self, ours: Layers, theirs: Layers):
        self.ours, self.theirs = ours, theirs
        self.widths = [len(bias) for _, bias in theirs[:-1]]
        self._from_inputs = ours[0][0] @ theirs[0][0].T
        self._to_outputs = ours[-1][0].T @ theirs[-1][0]

    def total(self, now: Rearrangement) -> float:
        """Return the inner product of all weights and biases."""
        return _inner_product(self.ours, _rearranged(self.theirs, now))

    def incoming(self, layer: int, now: Rearrangement) -> np.ndarray:
        """Return the products [units, units] of the weights into the units, biases with them."""
        (weight, bias), (other, other_bias) = self.ours[layer], self.theirs[layer]
        if layer == 0:
            return self._from_inputs + np.outer(bias, other_bias)
        before, sign = now.orders[layer - 1], now.signs[layer - 1]
        return weight @ (other[:, before] * sign).T + np.outer(bias, other_bias)

    def outgoing(self, layer: int, now: Rearrangement) -> np.ndarray:
        """Return the products [units, units] of the weights out of the units."""
        if layer + 1 == len(self.widths):
            return self._to_outputs
        after, sign = now.orders[layer + 1], now.signs[layer + 1]
        return self.ours[layer + 1][0].T @ (self.theirs[layer + 1][0][after] * sign[:, None])


def _starts(
    likeness: _Likeness, count: int, generator: np.random.Generator, signs: bool
) -> Iterator[Rearrangement]:
    unmoved = Rearrangement.none(likeness.widths)
    if count > 0:
        upwards = unmoved
        for layer in range(len(likeness.widths)):
            upwards = upwards.replaced(layer, *_assigned(likeness.incoming(layer, upwards), signs))
        yield upwards
    if count > 1:
        yield unmoved
    for _ in range(2, count):
        yield Rearrangement(tuple(generator.permutation(size) for size in likeness.widths), unmoved.signs)


def _descend(
    likeness: _Likeness, now: Rearrangement, generator: np.random.Generator, signs: bool
) -> Rearrangement:
    """Assign layer after layer anew until none can be bettered; not tried where nothing around changed."""
    settled: set[int] = set()
    for _ in range(SWEEPS):
        for layer in generator.permutation(len(now.orders)).tolist():
            if layer in settled:
                continue
            settled.add(layer)
            alike = likeness.incoming(layer, now) + likeness.outgoing(layer, now)
            order, sign = _assigned(alike, signs)
            before = _sum(alike, now.orders[layer], now.signs[layer])
            # Among assignments equally good (dead units) there is nothing to choose: moving would never end.
            if _sum(alike, order, sign) > before + 1e-12 * abs(before):
                now = now.replaced(layer, order, sign)
                settled -= {layer - 1, layer + 1}
        if len(settled) == len(now.orders):
            break
    return now


def _sum(alike: np.ndarray, order: np.ndarray, sign: np.ndarray) -> float:
    return float((sign * alike[np.arange(len(order)), order]).sum())


def _assigned(alike: np.ndarray, signs: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row the column, and the sign, with the greatest sum of what is `alike`."""
    from scipy.optimize import linear_sum_assignment  # a third of a second to import

    _, order = linear_sum_assignment(np.abs(alike) if signs else alike, maximize=True)
    chosen = alike[np.arange(len(order)), order]
    return order, np.where(chosen < 0, -1.0, 1.0) if signs else np.ones(len(order))


def is_rearrangeable(network: Any) -> bool:
    """Say whether these are networks whose hidden units can be put in another order here."""
    return isinstance(network, MlpNetwork) and len(network.layers) > 1


def largest_change(before: MlpNetwork, after: MlpNetwork, inputs: np.ndarray) -> float:
    """Return the largest change of any output activation (sigmoid of a logit), computed in float64."""
    with jax.enable_x64(True):
        wide = [
            jax.tree.map(
                lambda leaf: jnp.asarray(np.asarray(leaf, np.float64)), eqx.filter(network, eqx.is_array)
            )
            for network in (before, after)
        ]
        rest = eqx.partition(before, eqx.is_array)[1]
        one, other = (
            _outputs(eqx.combine(arrays, rest), jnp.asarray(inputs, jnp.float64)) for arrays in wide
        )
        return float(jnp.abs(one - other).max())


@eqx.filter_jit
def _outputs(network: MlpNetwork, inputs: jax.Array) -> jax.Array:
    return jax.nn.sigmoid(jax.vmap(lambda x: network(x))(inputs))
