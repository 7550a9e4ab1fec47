"""What a neuron does with its weighted sum."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jax import Array


def step(weighted_sum: Array) -> Array:
    """Hard on/off neuron: 1 above zero, else 0. Its derivative is zero almost everywhere."""
    return jnp.where(weighted_sum > 0, 1.0, 0.0).astype(weighted_sum.dtype)


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "gelu": jax.nn.gelu,
    "step": step,
}

ACTIVATION_NAMES = tuple(ACTIVATIONS)
