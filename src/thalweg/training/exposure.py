"""Examples of nothing, learned with the answer "any class as likely as another".

Outlier exposure (Hendrycks, Mazeika and Dietterich 2019, equation 1) with outliers that are made from the
training examples themselves, so that no other data set is needed and none used to test is seen. Pictures
of nothing are of three kinds:

`jigsaw`  a training picture cut into blocks that are put back in random order
`blend`   two training pictures laid over each other, one of them upside down
`clouds`  smooth random fields of random fineness, brightness and contrast

Half of them are faded, some to almost nothing.

Of rows of features, each value is taken from another training example.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray, Shaped

from thalweg.spec import check, is_off, number

NOTHING = -1
"""The label of an example that belongs to no class."""

BLOCKS = 4
"""Blocks of a jigsaw along each side."""

FINENESS = (1.0, 2.0, 4.0)
"""Standard deviations in pixels of the Gaussians that clouds are smoothed with; static is finer than any."""


@dataclass(frozen=True)
class Exposure:
    """Examples of nothing: how many for each real one (`share`, 0 is none), and how much one counts."""

    share: float = number(0.0, low=0.0, high=10.0, per_member=False)
    weight: float = number(1.0, low=0.0)

    def __post_init__(self) -> None:
        check(self)

    @property
    def is_none(self) -> bool:
        """Whether there are no examples of nothing."""
        return is_off(self.share)

    def count(self, examples: int) -> int:
        """Return how many examples of nothing go with so many real ones."""
        return round(self.share * examples)


def nothing(
    key: PRNGKeyArray, raw: Shaped[Array, "examples ..."], scaled: Callable[[Array], Array]
) -> Float[Array, ...]:
    """Make one example of nothing from real examples; `scaled` makes network inputs of raw values.

    Pictures stay within the range [0, 1]. Only the examples that are drawn are scaled.
    """
    if raw.ndim < 3:
        return scaled(_recombined(key, raw))
    kind_key, fade_key, first_key, second_key, key = jax.random.split(key, 5)
    first, second = (scaled(raw[jax.random.randint(key, (), 0, len(raw))]) for key in (first_key, second_key))
    made = [_jigsaw(key, first), _blend(key, first, second), _clouds(key, first)]
    fade = jnp.maximum(0.0, jax.random.uniform(fade_key, minval=-1.0))
    return jnp.stack(made)[jax.random.randint(kind_key, (), 0, len(made))] * (1.0 - fade) ** 2


def _recombined(key: PRNGKeyArray, inputs: Float[Array, "examples inputs"]) -> Float[Array, " inputs"]:
    rows = jax.random.randint(key, inputs.shape[1:], 0, len(inputs))
    return jnp.take_along_axis(inputs, rows[None], axis=0)[0]


def _jigsaw(key: PRNGKeyArray, image: Array) -> Array:
    height, width = (max(1, extent // BLOCKS) for extent in image.shape[:2])
    rows, columns = image.shape[0] // height, image.shape[1] // width
    inside = image[: rows * height, : columns * width]
    blocks = inside.reshape(rows, height, columns, width, -1).swapaxes(1, 2).reshape(rows * columns, -1)
    blocks = jax.random.permutation(key, blocks)
    mixed = blocks.reshape(rows, columns, height, width, -1).swapaxes(1, 2).reshape(inside.shape)
    return image.at[: rows * height, : columns * width].set(mixed)


def _blend(key: PRNGKeyArray, first: Array, second: Array) -> Array:
    upside_down = second[::-1]
    over, through = jnp.maximum(first, upside_down), 0.5 * (first + upside_down)
    return jnp.where(jax.random.bernoulli(key), over, through)


def _clouds(key: PRNGKeyArray, image: Array) -> Array:
    fineness_key, field_key, look_key = jax.random.split(key, 3)
    height, width = image.shape[:2]
    channels = (*image.shape[2:], 1)[0]
    noise = jax.random.normal(field_key, (channels, height, width))
    fields = jnp.stack([_smoothed(noise, deviation) for deviation in FINENESS])
    field = fields[jax.random.randint(fineness_key, (), 0, len(FINENESS))]
    brightness, contrast = jax.random.uniform(look_key, (2,), minval=-1.0)
    # contrast from soft to hard black and white, brightness from nearly empty to nearly full
    cloud = jax.nn.sigmoid(jnp.exp(2.0 * contrast + 1.0) * (field + 2.0 * brightness))
    return jnp.moveaxis(cloud, 0, -1).reshape(image.shape)


def _smoothed(noise: Float[Array, "channels height width"], deviation: float) -> Array:
    return _gaussian(noise.shape[1], deviation) @ noise @ _gaussian(noise.shape[2], deviation).T


def _gaussian(extent: int, deviation: float) -> Float[Array, "extent extent"]:
    """Smoothing as a matrix; rows of unit length keep the variance of the noise at one."""
    offsets = jnp.arange(extent)[:, None] - jnp.arange(extent)[None, :]
    weights = jnp.exp(-0.5 * (offsets / deviation) ** 2)
    return weights / jnp.linalg.norm(weights, axis=1, keepdims=True)
