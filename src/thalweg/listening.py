"""Who is told of what goes on inside a longer work: epochs of its trainings, and what is made just then.

A study says which part it begins; a part may be one training of minutes, of which nothing was told. Whoever
shows how far the work is listens here, without a word of it in what lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[int, int, float], None]
"""Called with the epochs done, how many there are, and the seconds that this training will still take."""

PartListener = Callable[[str, int, int], None]
"""Called with the name of what is begun, its place from 0, and how many there are."""

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
_hears_parts: ContextVar[PartListener | None] = ContextVar("hears_parts", default=None)


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


@contextmanager
def hearing_parts(listener: PartListener | None) -> Iterator[None]:
    """Have `listener` told of every part that is begun inside; None: nobody, as where parts have parts.

    Examples:
        >>> from thalweg.listening import begin_part, hearing_parts
        >>> with hearing_parts(lambda name, place, count: print(f"{place + 1} of {count}: {name}")):
        ...     begin_part("what three answers", 0, 2)
        1 of 2: what three answers
    """
    before = _hears_parts.set(listener)
    try:
        yield
    finally:
        _hears_parts.reset(before)


@contextmanager
def among_parts(*, before: int = 0, after: int = 0) -> Iterator[None]:
    """Let the parts that are begun inside be some of more: so many come before them, and so many after.

    Examples:
        >>> from thalweg.listening import among_parts, begin_part, hearing_parts
        >>> with hearing_parts(lambda *told: print(*told)), among_parts(before=1, after=2):
        ...     begin_part("a drawing", 0, 3)
        a drawing 1 6
    """
    listener = _hears_parts.get()
    if listener is None:
        yield
        return
    with hearing_parts(lambda name, place, count: listener(name, before + place, before + count + after)):
        yield


def begin_part(name: str, place: int, count: int) -> None:
    """Tell who hears of parts that one begins; arguments as of `PartListener`."""
    if (listener := _hears_parts.get()) is not None:
        listener(name, place, count)
