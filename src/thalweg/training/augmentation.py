"""Pictures moved, turned and bent at random while they are learned from, so that more of them count as seen.

Distortions follow Simard, Steinkraus and Platt 2003 (Best practices for convolutional neural networks
applied to visual document analysis), section 2: one displacement field, read with bilinear interpolation.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from thalweg.spec import check, is_off, number

ELASTIC_SMOOTHNESS = 4.0
"""Standard deviation in pixels of the Gaussian that smooths an elastic field (Simard et al.: sigma = 4)."""


@dataclass(frozen=True)
class Augmentation:
    """How far each training picture may be distorted; all zero is none.

    `shift` in pixels (whole ones when it is a whole number and the only distortion), `rotation` in degrees,
    `scale` as a share (0.1 is between 1/1.1 and 1.1 times), `shear` as a slope: each drawn uniformly from its
    range, both ways. `elastic`: standard deviation in pixels of a smooth random displacement.

    Examples:
        >>> from thalweg.training import Augmentation, Recipe
        >>> recipe = Recipe(augmentation=Augmentation(shift=2, rotation=10))
        >>> recipe.augmentation.is_none
        False
    """

    shift: float = number(0.0, low=0.0)
    rotation: float = number(0.0, low=0.0, high=180.0)
    scale: float = number(0.0, low=0.0, below=1.0)
    shear: float = number(0.0, low=0.0, high=1.0)
    elastic: float = number(0.0, low=0.0)

    def __post_init__(self) -> None:
        check(self)

    @property
    def is_none(self) -> bool:
        """Whether pictures are left as they are."""
        return self.only_shifts and is_off(self.shift)

    @property
    def only_shifts(self) -> bool:
        """Whether whole-pixel shifts are all that is asked for."""
        amounts = (self.rotation, self.scale, self.shear, self.elastic)
        whole = isinstance(self.shift, float | int) and float(self.shift).is_integer()
        return all(is_off(amount) for amount in amounts) and whole

    def __call__(
        self, key: PRNGKeyArray, images: Float[Array, "examples height width ..."]
    ) -> Float[Array, "examples height width ..."]:
        """Distort every image on its own; what comes in from outside the picture is 0."""
        if self.is_none:
            return images
        return jax.vmap(self.of_one)(jax.random.split(key, len(images)), images)

    def of_one(self, key: PRNGKeyArray, image: Float[Array, "height width ..."]) -> Array:
        """Distort one image."""
        return self._shifted(key, image) if self.only_shifts else self._distorted(key, image)

    def _shifted(self, key: PRNGKeyArray, image: Array) -> Array:
        reach = jnp.floor(jnp.asarray(self.shift)).astype(int)
        by = jax.random.randint(key, (2,), -reach, reach + 1)
        height, width = image.shape[:2]
        padded = jnp.pad(image, [(height, height), (width, width)] + [(0, 0)] * (image.ndim - 2))
        # clipped, since a negative place counts from the end and would bring back what was shifted far out
        down, right = jnp.clip(height - by[0], 0), jnp.clip(width - by[1], 0)
        start = (down, right) + (0,) * (image.ndim - 2)
        return jax.lax.dynamic_slice(padded, start, image.shape)

    def _distorted(self, key: PRNGKeyArray, image: Array) -> Array:
        affine_key, elastic_key = jax.random.split(key)
        rows, columns = self._affine(affine_key, *image.shape[:2])
        if not is_off(self.elastic):
            down, right = smooth_field(elastic_key, *image.shape[:2]) * self.elastic
            rows, columns = rows + down, columns + right
        return read_bilinear(image, rows, columns)

    def _affine(self, key: PRNGKeyArray, height: int, width: int) -> tuple[Array, Array]:
        """Where in the old picture each pixel of the new one is read, [height, width] rows and columns."""
        # without the barrier XLA draws the six numbers again for every pixel: 20 times the time
        drawn = jax.lax.optimization_barrier(jax.random.uniform(key, (6,), minval=-1.0))
        down, right, turn, stretch_y, stretch_x, slope = drawn
        angle = jnp.deg2rad(self.rotation) * turn
        growth = 1.0 + jnp.asarray(self.scale)
        rows, columns = jnp.meshgrid(
            jnp.arange(height) - (height - 1) / 2, jnp.arange(width) - (width - 1) / 2, indexing="ij"
        )
        columns = columns + self.shear * slope * rows
        turned_rows = jnp.cos(angle) * rows - jnp.sin(angle) * columns
        turned_columns = jnp.sin(angle) * rows + jnp.cos(angle) * columns
        return (
            turned_rows * growth**stretch_y + (height - 1) / 2 + self.shift * down,
            turned_columns * growth**stretch_x + (width - 1) / 2 + self.shift * right,
        )


def smooth_field(key: PRNGKeyArray, height: int, width: int) -> Float[Array, "2 height width"]:
    """Draw a smooth random displacement (down, right) of unit variance at every pixel.

    Noise smoothed by a Gaussian has no detail finer than the Gaussian, so it is drawn on a grid of knots a
    standard deviation apart instead of at every pixel: its covariance is that of noise at every point but for
    a ripple of 2 exp(-pi^2), or 1e-4 (Poisson's summation of the Gaussian over the knots).
    """
    down, right = smoothing(height), smoothing(width)
    noise = jax.random.normal(key, (2, down.shape[1], right.shape[1]))
    return jax.lax.optimization_barrier(down @ noise @ right.T)


def smoothing(extent: int) -> Float[Array, "extent knots"]:
    """Gaussian weights from knots to pixels; rows of unit length keep the variance of the noise at one."""
    margin = 2 * ELASTIC_SMOOTHNESS
    knots = jnp.arange(-margin, extent - 1 + margin + ELASTIC_SMOOTHNESS, ELASTIC_SMOOTHNESS)
    weights = jnp.exp(-0.5 * ((jnp.arange(extent)[:, None] - knots[None, :]) / ELASTIC_SMOOTHNESS) ** 2)
    return weights / jnp.linalg.norm(weights, axis=1, keepdims=True)


def read_bilinear(
    image: Float[Array, "height width ..."],
    rows: Float[Array, "height width"],
    columns: Float[Array, "height width"],
) -> Float[Array, "height width ..."]:
    """Read `image` at fractional places by bilinear interpolation; outside it is 0."""
    height, width = image.shape[:2]
    padded = jnp.pad(image, [(1, 1), (1, 1)] + [(0, 0)] * (image.ndim - 2))
    rows = jnp.clip(rows + 1, 0, height + 1)
    columns = jnp.clip(columns + 1, 0, width + 1)
    top = jnp.clip(jnp.floor(rows), 0, height).astype(int)
    left = jnp.clip(jnp.floor(columns), 0, width).astype(int)
    extra = (1,) * (image.ndim - 2)
    down = (rows - top).reshape(*rows.shape, *extra)
    right = (columns - left).reshape(*columns.shape, *extra)

    def read(row: Array, column: Array) -> Array:
        # the places were clipped above; a second check of each would double the time
        return padded.at[row, column].get(mode="promise_in_bounds")

    upper = (1 - right) * read(top, left) + right * read(top, left + 1)
    lower = (1 - right) * read(top + 1, left) + right * read(top + 1, left + 1)
    return (1 - down) * upper + down * lower
