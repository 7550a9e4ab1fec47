"""Who is told of the epochs that are trained inside a longer work, such as a part of a study.

A study says which part it begins; a part may be one training of minutes, of which nothing was told. Whoever
shows how far the work is listens here, without a word of it in what lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int, float], None]
"""Called with the epochs done, how many there are, and the seconds that this training will still take."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have `listener` told of every epoch of every training inside.

    Examples:
        >>> from thalweg.listening import listening, tell
        >>> with listening(lambda epoch, epochs, left: print(f"{epoch} of {epochs}, {left:.0f} s left")):
        ...     tell(2, 30, 56.0)
        2 of 30, 56 s left
    """
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def tell(epoch: int, epochs: int, seconds_left: float) -> None:
    """Tell who listens that an epoch is done; arguments as of `Listener`."""
    if (listener := _listener.get()) is not None:
        listener(epoch, epochs, seconds_left)
