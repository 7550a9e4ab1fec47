"""Which weights of a network are left: one mask a layer, True for a weight that is there.

A mask is bool [members, outputs, inputs]; biases are never pruned. Masks are kept as bits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thalweg.networks.linear import Linear
from thalweg.networks.mlp import MlpNetwork
from thalweg.networks.population import Network

Masks = list[np.ndarray]


def whole_masks(shapes: Sequence[tuple[int, ...]], members: int) -> Masks:
    """Return masks with every weight, for layers of these shapes [outputs, inputs]."""
    return [np.ones((members, *shape), bool) for shape in shapes]


def pruned(mask: np.ndarray, weights: np.ndarray, share: float) -> np.ndarray:
    """Return the mask without the smallest `share` of the weights that it has left, of each member.

    By magnitude within the layer (Frankle & Carbin 2019, strategy 1); of equal ones the first go. At least
    one weight stays.

    Examples:
        >>> from thalweg.weights.pruning import pruned
        >>> weights = np.array([[[0.1, -3.0], [2.0, -0.2]]])
        >>> pruned(np.ones((1, 2, 2), bool), weights, 0.5).astype(int).tolist()
        [[[0, 1], [1, 0]]]
    """
    found = mask.reshape(len(mask), -1).copy()
    # what diverged has no magnitude, and loses as many weights as the others all the same
    size = np.where(mask, np.nan_to_num(np.abs(weights)), np.inf).reshape(len(mask), -1)
    for kept, magnitude in zip(found, size, strict=True):
        left = int(kept.sum())
        going = min(round(share * left), left - 1)
        kept[np.argsort(magnitude, kind="stable")[:going]] = False
    return found.reshape(mask.shape)


def shuffled(mask: np.ndarray, seeds: Sequence[Sequence[int]]) -> np.ndarray:
    """Return masks in which every input has as many weights as before, and they go to other neurons.

    Dealt out anew within the layer without regard to inputs, a mask would be a `drawn_alike` one: this one
    knows still which inputs matter. `seeds`: one a member.
    """
    return np.stack(
        [np.random.default_rng(seed).permuted(one, axis=0) for one, seed in zip(mask, seeds, strict=True)]
    )


def drawn_alike(mask: np.ndarray, seeds: Sequence[Sequence[int]]) -> np.ndarray:
    """Return masks with as many weights in the layer, anywhere in it. `seeds`: one a member."""
    return np.stack(
        [
            np.random.default_rng(seed).permuted(one.ravel()).reshape(one.shape)
            for one, seed in zip(mask, seeds, strict=True)
        ]
    )


def share_left(masks: Masks) -> float:
    """Return which share of the weights is left; all members have as many."""
    return sum(int(mask.sum()) for mask in masks) / sum(mask.size for mask in masks)


def as_bits(masks: Masks) -> np.ndarray:
    """Return masks as uint8 [members, bytes]."""
    return np.packbits(np.concatenate([mask.reshape(len(mask), -1) for mask in masks], axis=1), axis=1)


def from_bits(bits: np.ndarray, shapes: Sequence[tuple[int, ...]]) -> Masks:
    """Return the masks that `as_bits` made these bits of."""
    sizes = [int(np.prod(shape)) for shape in shapes]
    flat = np.unpackbits(bits, axis=1, count=sum(sizes)).astype(bool)
    parts = np.split(flat, np.cumsum(sizes)[:-1], axis=1)
    return [part.reshape(len(bits), *shape) for part, shape in zip(parts, shapes, strict=True)]


def masked(networks: Network, masks: Masks) -> tuple[MlpNetwork, MlpNetwork]:
    """Return stacked networks with what is pruned at 0, and what of them learns: a `training.Start`.

    `networks`: perceptrons, as a population has them. Biases are whole, and learn.
    """
    assert isinstance(networks, MlpNetwork), "only perceptrons are pruned"
    layers, learns = [], []
    for layer, mask in zip(networks.layers, masks, strict=True):
        layers.append(Linear(np.where(mask, layer.weight, np.float32(0)), layer.bias))  # type: ignore[arg-type]
        learns.append(Linear(mask, np.ones(layer.bias.shape, bool)))  # type: ignore[arg-type]
    activation = networks.activation
    return MlpNetwork(tuple(layers), activation), MlpNetwork(tuple(learns), activation)
