"""Whether the kernel's chance is JAX's."""

from __future__ import annotations

from typing import Any

import jax


def same_chance() -> bool:
    """Whether the kernel draws chance as JAX does as it is set now."""
    settings: Any = jax.config
    return settings.jax_default_prng_impl == "threefry2x32" and settings.jax_threefry_partitionable
