"""What members are trained on: the processor, or accelerators that JAX knows."""

from __future__ import annotations

import os
from typing import Any

import jax

from thalweg.cores import core_count

SETTINGS = ("JAX_PLATFORMS", "XLA_FLAGS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables by which a user, or a scheduler, says what to compute on and with how many threads."""

CURE = "with an NVIDIA card: pip install 'thalweg[cuda]'"


def described() -> dict[str, Any]:
    """Return `devices` as JAX names them, `threads`, and `variables` that are set; `said`: devices in a line.

    `why`: what JAX said where it has no device at all, else None.
    """
    known = {name: os.environ[name] for name in SETTINGS if name in os.environ}
    facts = {"threads": core_count(), "variables": known}
    try:
        devices = [str(device) for device in jax.devices()]
    except RuntimeError as error:
        why = str(error).splitlines()[0]
        return {"devices": [], **facts, "why": why, "said": f"none: {why}; unset JAX_PLATFORMS"}
    on_processor = jax.default_backend() == "cpu"
    said = ", ".join(devices) + (f" ({CURE})" if on_processor else "")
    return {"devices": devices, **facts, "why": None, "said": said}
