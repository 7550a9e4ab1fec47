"""What a number of seconds was measured on: processor, cores, load, versions, and the most it could do."""

from __future__ import annotations

import itertools
import os
import platform
import time
from importlib.metadata import version


def about(*packages: str) -> str:
    """Describe the machine and the versions in a line."""
    return f"{processor()}, {cores()} cores, load {load()}; kernel: {kernel()}; {versions(*packages)}"


def processor() -> str:
    """Name the processor."""
    try:
        with open("/proc/cpuinfo") as lines:
            return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load() -> str:
    """Return how many processes wanted a core in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def kernel() -> str:
    """Name the vectors that the native kernel uses here."""
    from thalweg.training.native.library import described

    return str(described()["variant"])


def versions(*packages: str) -> str:
    """Return the versions of Thalweg, JAX and other packages."""
    return ", ".join(f"{name} {version(name)}" for name in ("thalweg", "jax", *packages))


def products_per_second(seconds: float = 1.0) -> float:
    """Measure how many products of float32 this machine adds up in a second, in NumPy's large matrices."""
    import numpy as np

    size = 2048
    one, other = np.ones((size, size), np.float32), np.ones((size, size), np.float32)
    one @ other
    best, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        one @ other
        best = max(best, size**3 / (time.perf_counter() - began))
    return best


def products_of_an_epoch(split, hidden: tuple[int, ...], classes: int) -> float:
    """Return the products that one network's epoch cannot do without: forward, back and into the weights.

    Inputs that are zero have none, and nothing is passed back to the inputs.
    """
    import numpy as np

    lit = np.count_nonzero(split.raw)
    widths = (*hidden, classes)
    rest = sum(one * other for one, other in itertools.pairwise(widths))
    return 2.0 * lit * widths[0] + 3.0 * len(split) * rest
