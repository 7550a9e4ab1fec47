"""A split where the program can reach it, and the same pictures distorted for an epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from thalweg.data.dataset import Scaling, Split
from thalweg.training.augmentation import Augmentation
from thalweg.training.exposure import NOTHING, nothing

MADE_AT_ONCE = 128
"""Pictures distorted or made in one piece: few enough to stay in a core's cache."""

Each = Callable[[Callable, Iterable], list]


class Examples(eqx.Module):
    """A split on the device: raw values, scaled when a batch is drawn."""

    raw: Array
    labels: Int[Array, " examples"]
    offset: Array
    divisor: Array

    @staticmethod
    def of(split: Split) -> Examples:
        """Put a split on the default device; what float32 cannot hold is scaled before."""
        if not split.scaling.is_narrow(split.raw):
            return Examples(*_held(split.inputs, split.labels), *_numbers(Scaling.identity()))
        return Examples(*_held(np.asarray(split.raw), split.labels), *_numbers(split.scaling))

    def inputs(self, chosen: Int[Array, " batch"]) -> Float[Array, "batch ..."]:
        """Return float32 network inputs of the chosen examples."""
        return self.scaled(self.raw[chosen])

    def scaled(self, raw: Array) -> Float[Array, ...]:
        """Return raw values as float32 network inputs."""
        return (raw.astype(jnp.float32) - self.offset) / self.divisor

    def distorted(self, augmentation: Augmentation, key: PRNGKeyArray, each: Each, parts: int) -> Examples:
        """Return the same examples with every picture distorted by chance of its own.

        The work is done in `parts` by `each`, a `map` that may run them at once. What becomes of picture i
        depends on `key` and i alone.
        """
        whole = _in_parts(_distortion(augmentation), key, self, len(self.labels), each, parts)
        return self.with_inputs(jnp.asarray(whole))

    def with_inputs(self, inputs: Float[Array, "examples ..."]) -> Examples:
        """Return the same examples with network inputs of their own in place of raw values."""
        return Examples(inputs, self.labels, *_numbers(Scaling.identity()))

    def with_nothing(self, count: int, key: PRNGKeyArray, each: Each, parts: int) -> Examples:
        """Return the examples, scaled, followed by `count` examples of nothing made from them."""
        made = _in_parts(_nothing(), key, self, count, each, parts)
        labels = jnp.concatenate([self.labels, jnp.full(count, NOTHING, self.labels.dtype)])
        return Examples(jnp.concatenate([self.scaled(self.raw), made]), labels, *_numbers(Scaling.identity()))


def _numbers(scaling: Scaling) -> tuple[Array, Array]:
    return _held(np.asarray(scaling.offset, np.float32), np.asarray(scaling.divisor, np.float32))


def _held(one: np.ndarray, other: np.ndarray) -> tuple[Array, Array]:
    """Return arrays on the device; JAX's `asarray` would compile a program for every shape of them."""
    return jax.device_put((one, other))


def _in_parts(
    program: Callable, key: PRNGKeyArray, examples: Examples, count: int, each: Each, parts: int
) -> np.ndarray:
    """Make `count` inputs by number, in parts of one size so that one compiled program serves all."""
    edges = np.linspace(0, count, min(parts, count) + 1).astype(int)
    longest = int(np.diff(edges).max())
    starts = [int(start) for start in np.minimum(edges[:-1], count - longest)]
    pieces = each(
        lambda start: np.asarray(program(key, jnp.arange(start, start + longest), examples)), starts
    )
    whole = np.empty((count, *examples.raw.shape[1:]), np.float32)
    for start, piece in zip(starts, pieces, strict=True):
        whole[start : start + longest] = piece
    return whole


@lru_cache(maxsize=16)
def _distortion(augmentation: Augmentation) -> Callable:
    return _numbered(
        lambda key, number, examples: augmentation.of_one(key, examples.inputs(number)),
    )


@lru_cache(maxsize=1)
def _nothing() -> Callable:
    def one(key: PRNGKeyArray, number: Array, examples: Examples) -> Array:
        # pixels need only the two pictures drawn, so the whole split is never scaled for one of them
        return nothing(key, examples.raw, examples.scaled)

    return _numbered(one)


def _numbered(make: Callable) -> Callable:
    """Compile `make(key, number, examples)` for many numbers, each with a key of its own."""

    def many(key: PRNGKeyArray, numbers: Array, examples: Examples) -> Array:
        def one(number: Array) -> Array:
            return make(jax.random.fold_in(key, number), number, examples)

        return jax.lax.map(one, numbers, batch_size=MADE_AT_ONCE)

    options = {"xla_cpu_multi_thread_eigen": False} if jax.default_backend() == "cpu" else None
    return jax.jit(many, compiler_options=options)
