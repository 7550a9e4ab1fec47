"""The weights of the first layer as pictures, and which of their pixels could have learned anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError, NotApplicable

if TYPE_CHECKING:
    from thalweg.networks.population import Population

AnySplit = TypeVar("AnySplit", bound=Split)

FEWEST_VARYING = 0.01  # share of examples in which a pixel differs from what it mostly is
LOOKED_AT = 10_000  # examples that say which pixels vary


def weight_images(population: Population) -> tuple[np.ndarray, str]:
    """Return first-layer weights float32 [members, neurons, height, width, channels], and what a neuron is.

    That is "neuron" for a dense first layer, whose weights stand where the pixels stand that they read, and
    "filter" for a convolution. Raises `NotApplicable` for networks that do not read pictures and for filters
    of a single pixel.
    """
    shape = population.input_shape
    if len(shape) not in (2, 3):
        raise NotApplicable(
            f"Weights on inputs of shape {tuple(shape)} are no pictures: features have no neighbours.",
            hint="measure a network that reads images, [height, width] or [height, width, channels].",
        )
    networks: Any = population.networks
    if getattr(networks, "convolutions", ()):
        weight = np.asarray(networks.convolutions[0].weight)
        if weight.shape[1] < 2:
            raise NotApplicable(
                "Filters of 1x1 pixels have no neighbours.", hint="use a kernel of 2 pixels or more."
            )
        return np.moveaxis(weight, -1, 1), "filter"
    from thalweg.networks.population import layers_of

    weight = np.asarray(layers_of(networks)[0].weight)
    return weight.reshape(*weight.shape[:2], *shape[:2], -1), "neuron"


def varying_pixels(split: Split, share: float = FEWEST_VARYING) -> np.ndarray:
    """Return bool [height, width]: pixels that differ from their median in at least `share` of the examples.

    Where a pixel is always black its weights never move from the start, and where it hardly ever is anything
    else they hardly move; structure between such a border and the middle says nothing about what was learned.
    Raises `EvaluationError` where no pixel varies as often.
    """
    step = -(-len(split) // LOOKED_AT)
    raw = split.raw[::step]
    pixels = raw.reshape(*raw.shape[:3], -1)
    varies = (pixels != np.median(pixels, axis=0)).any(axis=3).mean(axis=0) >= max(share, 1 / len(pixels))
    if not varies.any():
        raise EvaluationError(
            f"No pixel of {len(pixels):,} examples differs from its median in {100 * share:g} % of them.",
            hint="give a smaller share, or data whose pixels vary.",
        )
    return varies


def shuffled_pixels(split: AnySplit, seed: int = 0) -> AnySplit:
    """Return the same kind of split of images with their pixels shuffled, all by one permutation.

    Nothing but the pixels' places is lost: what a dense network learns from them it learns as well, but its
    weights have no shape any more. Channels of a pixel stay together. Raises `NotApplicable` for features.
    """
    if not split.is_images:
        raise NotApplicable(
            f"Examples of shape {split.input_shape} are no pictures: their order means nothing already.",
            hint="shuffle the pixels of images.",
        )
    height, width = split.input_shape[:2]
    order = np.random.default_rng(seed).permutation(height * width)
    pixels = split.raw.reshape(len(split), height * width, -1)
    return replace(split, raw=np.ascontiguousarray(pixels[:, order]).reshape(split.raw.shape))
