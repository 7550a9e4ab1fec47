"""The order of examples, drawn by the kernel as `thalweg.training.epoch.draw_orders` does by XLA."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from thalweg.training.epoch import EpochPlan
from thalweg.training.native.library import LAYOUT, ORDER


def draw_orders(
    plan: EpochPlan, keys: PRNGKeyArray, weights: Float[Array, "keys all_examples"] | None
) -> Int[Array, "keys rows"]:
    """Draw an order with each key; the same numbers, where JAX draws by Threefry (`same_chance`)."""
    passes_over = weights is not None and plan.passes_over
    call = jax.ffi.ffi_call(ORDER, jax.ShapeDtypeStruct((len(keys), plan.rows), jnp.int32))
    return call(
        jax.random.key_data(keys),
        weights if passes_over else jnp.zeros((1, 1), jnp.float32),
        jnp.asarray(np.asarray([LAYOUT, passes_over, plan.nothing], np.int32)),
    )
