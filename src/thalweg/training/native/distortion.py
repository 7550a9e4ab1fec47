"""Distorted pictures by the kernel: the same chance, and to rounding the same pictures, as by XLA."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from thalweg.spec import is_off
from thalweg.training.augmentation import Augmentation, smoothing
from thalweg.training.examples import Examples
from thalweg.training.native.library import DISTORTION, LAYOUT


class NativeDistortion:
    """Distorts a split once an epoch, always in the same memory: what it returned before is gone.

    `lanes` of a vector register; `threads` that share the pictures.
    """

    def __init__(self, lanes: int, threads: int):
        self.lanes, self.threads = lanes, threads
        self._memory: Array | None = None

    def __call__(self, examples: Examples, augmentation: Augmentation, key: PRNGKeyArray) -> Examples:
        """Return the same examples distorted; picture i depends on `key` and i alone."""
        memory = self._memory
        if memory is None:
            memory = jnp.zeros(examples.raw.shape, jnp.float32)
        self._memory = distorted = _program(augmentation, self.lanes, self.threads)(memory, key, examples)
        return examples.with_inputs(distorted)


@lru_cache(maxsize=16)
def _program(augmentation: Augmentation, lanes: int, threads: int) -> Callable[..., Array]:
    return jax.jit(partial(_distorted, augmentation, lanes, threads), donate_argnums=0)


def _distorted(
    augmentation: Augmentation,
    lanes: int,
    threads: int,
    memory: Float[Array, "examples height width ..."],
    key: PRNGKeyArray,
    examples: Examples,
) -> Float[Array, "examples height width ..."]:
    raw = examples.raw
    bent = not is_off(augmentation.elastic)
    amounts = (getattr(augmentation, name) for name in ("shift", "rotation", "scale", "shear", "elastic"))
    words = np.asarray([LAYOUT, lanes, threads, augmentation.only_shifts, bent], np.int32)
    down, right = (smoothing(extent) if bent else jnp.zeros((extent, 1)) for extent in raw.shape[1:3])
    offset, divisor = (jnp.ravel(jnp.asarray(array)) for array in (examples.offset, examples.divisor))
    call = jax.ffi.ffi_call(
        DISTORTION, jax.ShapeDtypeStruct(memory.shape, jnp.float32), input_output_aliases={8: 0}
    )
    return call(
        jnp.asarray(words),
        jax.random.key_data(key),
        jnp.asarray(list(amounts), jnp.float32),
        down,
        right,
        raw if raw.dtype == jnp.uint8 else raw.astype(jnp.float32),
        offset,
        divisor,
        memory,
    )
