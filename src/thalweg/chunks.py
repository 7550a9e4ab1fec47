"""Work done a bounded amount at a time: where each chunk lies, and chunks of one size for one program.

A program is compiled for a shape. Another shape for the last chunk would be compiled anew, which takes longer
than to do a few of it twice.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def slices(count: int, size: int) -> Iterator[slice]:
    """Yield slices of at most `size` that cover 0..count; the last may be shorter. A `size` below 1 is 1."""
    size = max(1, size)
    return (slice(first, min(first + size, count)) for first in range(0, count, size))


def even(count: int, room: int) -> int:
    """Return the size of equal chunks of `count` things: as few chunks as hold at most `room` each.

    The last one then has little to fill up. `count` is 1 or more.
    """
    calls = -(-count // max(1, room))
    return -(-count // calls)


def filled(count: int, size: int) -> Iterator[tuple[np.ndarray, int]]:
    """Yield (numbers [size], how many of them are new) until 0..count were seen.

    The last chunk is filled up with the last number.
    """
    for first in range(0, count, size):
        yield np.minimum(np.arange(first, first + size), count - 1), min(size, count - first)
