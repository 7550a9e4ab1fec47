"""A layer of small detectors slid over an image, and the pooling that thins out what they found.

XLA's own convolution is slow on a CPU once it is batched over members, and so is its windowed maximum. Both
are written here without them: shifted slices of the image and matrix products, the fastest of the ways tried.
"""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, PRNGKeyArray

from thalweg.networks.initialisation import initialise

PADDING_NAMES = ("valid", "same")

# Below this many channels the slices of one row are too narrow to multiply fast: take all rows at once.
FEW_CHANNELS = 8


class Convolution(eqx.Module):
    """Cross-correlation with `weight`, plus `bias`, for one image [height, width, channels].

    With padding `valid` the detectors stay inside the image, which shrinks by `kernel - 1`; with `same` the
    image is surrounded by zeros and keeps its size.
    """

    weight: Float[Array, "kernel kernel channels outputs"]
    bias: Float[Array, " outputs"]
    padding: str = eqx.field(static=True)

    @staticmethod
    def start(
        key: PRNGKeyArray, channels: int, outputs: int, *, kernel: int, padding: str, initialisation: str
    ) -> Convolution:
        """Draw a layer of `outputs` detectors of `kernel` x `kernel` pixels at random."""
        shape = (kernel, kernel, channels, outputs)
        weight, bias = initialise(initialisation, key, shape, kernel * kernel * channels, outputs)
        return Convolution(weight, bias, padding)

    def __call__(self, x: Float[Array, "height width channels"]) -> Float[Array, "rows columns outputs"]:
        """Return what every detector answers at every place of one image."""
        kernel, _, channels, _ = self.weight.shape
        if self.padding == "same":
            x = _surround(x, kernel)
        x = _shifted(x, kernel, axis=1)
        if channels < FEW_CHANNELS:
            return _shifted(x, kernel, axis=0) @ self._flat(kernel * kernel * channels)[0] + self.bias
        rows = x.shape[0] - kernel + 1
        parts = enumerate(self._flat(kernel * channels))
        return sum((x[row : row + rows] @ weight for row, weight in parts), start=self.bias)

    def _flat(self, inputs: int) -> Float[Array, "parts inputs outputs"]:
        """Return the weight as matrices that each take `inputs` numbers."""
        return self.weight.reshape(-1, inputs, self.weight.shape[-1])


def convolved(extent: int, kernel: int, padding: str) -> int:
    """Return what a convolution leaves of `extent` pixels; below 1 when the image is too small."""
    return extent if padding == "same" else extent - kernel + 1


def max_pool(x: Float[Array, "height width channels"], pool: int) -> Float[Array, "rows columns channels"]:
    """Keep the largest value of each `pool` x `pool` square of each channel; left-over edges are dropped."""
    if pool == 1:
        return x
    rows, columns = x.shape[0] // pool, x.shape[1] // pool
    x = x[: rows * pool, : columns * pool]
    return x.reshape(rows, pool, columns, pool, -1).max(axis=(1, 3))


def _surround(x: Array, kernel: int) -> Array:
    """Put zeros around an image; an even kernel gets the odd one at the far end, as in TensorFlow and XLA."""
    before, after = (kernel - 1) // 2, kernel // 2
    return jnp.pad(x, ((before, after), (before, after), (0, 0)))


def _shifted(x: Array, kernel: int, *, axis: int) -> Array:
    """Stack the `kernel` shifts of an image along one axis as channels, shift by shift."""
    extent = x.shape[axis] - kernel + 1
    slices = [lax.slice_in_dim(x, shift, shift + extent, axis=axis) for shift in range(kernel)]
    return jnp.concatenate(slices, axis=-1)
