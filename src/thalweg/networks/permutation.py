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
from scipy.optimize import linear_sum_assignment

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


def match_weights(
    reference: MlpNetwork, network: MlpNetwork, *, starts: int = 5, seed: int = 0, signs: bool = True
) -> Match:
    """Find the rearrangement of `network` whose weights are closest to those of `reference`.

    Coordinate descent over layers, each step an exact assignment (Ainsworth et al. 2023, arXiv 2209.04836,
    algorithm 1), from several starts: matched layer by layer from the inputs up; as it is; and at random.
    Layers are visited in random order. `signs`: match signs too where the activation allows.
    """
    ours, theirs = _centred(reference), _centred(network)
    signs = signs and network.activation in REFLECTIONS
    generator = np.random.default_rng(seed)
    matches = []
    for start in _starts(ours, theirs, starts, generator, signs):
        found = _descend(ours, theirs, start, generator, signs)
        matches.append((_inner_product(ours, _rearranged(theirs, found)), found))
    values = np.array([value for value, _ in matches])
    return Match(matches[int(values.argmax())][1], values)


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


def _starts(
    ours: Layers, theirs: Layers, count: int, generator: np.random.Generator, signs: bool
) -> Iterator[Rearrangement]:
    sizes = [len(bias) for _, bias in theirs[:-1]]
    unmoved = Rearrangement.none(sizes)
    if count > 0:
        upwards = unmoved
        for layer in range(len(sizes)):
            upwards = _matched(ours, theirs, upwards, layer, signs=signs, outgoing=False)
        yield upwards
    if count > 1:
        yield unmoved
    for _ in range(count - 2):
        yield Rearrangement(tuple(generator.permutation(size) for size in sizes), unmoved.signs)


def _descend(
    ours: Layers, theirs: Layers, now: Rearrangement, generator: np.random.Generator, signs: bool
) -> Rearrangement:
    value = _inner_product(ours, _rearranged(theirs, now))
    for _ in range(SWEEPS):
        for layer in generator.permutation(len(now.orders)):
            now = _matched(ours, theirs, now, int(layer), signs=signs)
        better = _inner_product(ours, _rearranged(theirs, now))
        if better <= value + 1e-12 * abs(value):
            return now
        value = better
    return now


def _matched(
    ours: Layers, theirs: Layers, now: Rearrangement, layer: int, *, signs: bool, outgoing: bool = True
) -> Rearrangement:
    """Assign one hidden layer's units anew, all other layers as they are in `now`."""
    weight, bias = theirs[layer]
    if layer > 0:
        weight = weight[:, now.orders[layer - 1]] * now.signs[layer - 1]
    alike = ours[layer][0] @ weight.T + np.outer(ours[layer][1], bias)
    if outgoing:
        after = theirs[layer + 1][0]
        if layer + 1 < len(now.orders):
            after = after[now.orders[layer + 1]] * now.signs[layer + 1][:, None]
        alike = alike + ours[layer + 1][0].T @ after
    return now.replaced(layer, *_assigned(alike, signs))


def _assigned(alike: np.ndarray, signs: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row the column, and the sign, with the greatest sum of what is `alike`."""
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
