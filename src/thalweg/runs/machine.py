"""What a number was measured on: processor, platform and the versions of what computed it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from thalweg.cores import core_count

PACKAGES = ("thalweg", "jax", "jaxlib", "numpy", "equinox", "optax")


def describe_machine() -> dict[str, Any]:
    """Return `{"processor": {"model", "cores"}, "platform": ..., "versions": {...}}`."""
    return {
        "processor": {"model": processor_model(), "cores": core_count()},
        "platform": platform.platform(),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}},
    }


def processor_model() -> str:
    """Return the processor's name as its maker calls it, or its architecture where that is not to be had."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "") or platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # a source tree that was not installed
        return None
