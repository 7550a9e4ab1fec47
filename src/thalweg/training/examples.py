"""A split where the program can reach it, and the same pictures distorted for an epoch."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from thalweg.data.dataset import Scaling, Split
from thalweg.training.augmentation import Augmentation

DISTORTED_AT_ONCE = 128
"""Pictures in one piece of a distortion: few enough to stay in a core's cache."""


class Examples(eqx.Module):
    """A split on the device: raw values, scaled when a batch is drawn."""

    raw: Array
    labels: Int[Array, " examples"]
    offset: Array
    divisor: Array

    @staticmethod
    def of(split: Split) -> Examples:
        """Put a split on the default device."""
        return Examples(jnp.asarray(split.raw), jnp.asarray(split.labels), *_numbers(split.scaling))

    def inputs(self, chosen: Int[Array, " batch"]) -> Float[Array, "batch ..."]:
        """Return float32 network inputs of the chosen examples."""
        return (self.raw[chosen].astype(jnp.float32) - self.offset) / self.divisor

    def distorted(
        self, augmentation: Augmentation, key: PRNGKeyArray, each: Callable, parts: int
    ) -> Examples:
        """Return the same examples with every picture distorted by chance of its own.

        The work is done in `parts` by `each`, a `map` that may run them at once. What becomes of picture i
        depends on `key` and i alone.
        """
        edges = np.linspace(0, len(self.labels), parts + 1).astype(int)
        longest = int(np.diff(edges).max())
        program = _distortion(augmentation)
        starts = np.minimum(edges[:-1], len(self.labels) - longest)
        pieces = each(
            lambda start: np.asarray(program(key, jnp.arange(start, start + longest), self)), starts
        )
        whole = np.empty((len(self.labels), *self.raw.shape[1:]), np.float32)
        for start, piece in zip(starts, pieces, strict=True):
            whole[start : start + longest] = piece
        return Examples(jnp.asarray(whole), self.labels, *_numbers(Scaling.identity()))


def _numbers(scaling: Scaling) -> tuple[Array, Array]:
    return jnp.asarray(scaling.offset, jnp.float32), jnp.asarray(scaling.divisor, jnp.float32)


@lru_cache(maxsize=16)
def _distortion(augmentation: Augmentation) -> Callable:
    def one(key: PRNGKeyArray, number: Array, examples: Examples) -> Array:
        return augmentation.of_one(jax.random.fold_in(key, number), examples.inputs(number))

    def many(key: PRNGKeyArray, numbers: Array, examples: Examples) -> Array:
        return jax.lax.map(lambda number: one(key, number, examples), numbers, batch_size=DISTORTED_AT_ONCE)

    options = {"xla_cpu_multi_thread_eigen": False} if jax.default_backend() == "cpu" else None
    return jax.jit(many, compiler_options=options)
