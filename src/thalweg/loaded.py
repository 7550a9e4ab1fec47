"""Compiled programs of this process, dropped before the system lets it load no more.

Each program that XLA compiles, or reads from where they are kept, takes some three mappings of memory for as
long as JAX remembers it, and Linux lets a process have 65,530 of them (`vm.max_map_count`). XLA ends the
process with a segmentation fault where it gets no further one: a notebook, a search through some hundreds of
recipes of other shapes, or a service comes there in an hour.
"""

from __future__ import annotations

import gc
import sys
import time
from contextlib import suppress
from pathlib import Path

MAPPINGS, MOST = Path("/proc/self/maps"), Path("/proc/sys/vm/max_map_count")

PART = 0.6
"""Of the mappings that a process may have: what is left is for the programs of one training and its data."""

BETWEEN_LOOKS = 1.0
"""Seconds: counting 40,000 mappings takes 20 ms."""

_looked = 0.0


def make_room(*, part: float = PART) -> bool:
    """Have JAX forget its compiled programs where this process has taken `part` of its mappings.

    Whatever is called again is compiled again, or read from where programs are kept: slower once, with the
    same result. Programs that run at this moment stay until they are done. Looked at once a second at most,
    and only where the system says how many mappings there are (Linux). Returns whether programs were dropped.

    Examples:
        >>> from thalweg import loaded
        >>> loaded.make_room()
        False
    """
    global _looked
    if "jax" not in sys.modules or (now := time.monotonic()) < _looked + BETWEEN_LOOKS:
        return False
    _looked = now
    with suppress(OSError, ValueError):
        if mappings() > part * int(MOST.read_bytes()):
            sys.modules["jax"].clear_caches()
            gc.collect()  # programs that hold each other in a ring
            return True
    return False


def mappings() -> int:
    """Return how many mappings of memory this process has. Raises `OSError` where the system does not say."""
    with MAPPINGS.open("rb") as lines:
        return sum(1 for _ in lines)
