"""What is kept and said when work is stopped with Ctrl-C, wherever it is just then.

Work that can be stopped says so with `when_stopped`. As a rule the exception passes through it, in the
thread that works. Where that thread is deep in a computation that cannot be left, another one asks for the
`last_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

Change = Callable[[KeyboardInterrupt], BaseException]
"""Takes what has stopped the work inside, and returns what is raised in its place."""

_going_on: list[Change] = []


@contextmanager
def when_stopped(change: Change) -> Iterator[None]:
    """Raise what `change` makes of a Ctrl-C that stops the work inside.

    It may keep what is done, and be called from any thread.

    Examples:
        >>> from thalweg.stops import when_stopped
        >>> with when_stopped(lambda stop: KeyboardInterrupt("after the first of three")):
        ...     pass
    """
    _going_on.append(change)
    try:
        yield
    except KeyboardInterrupt as stop:
        changed = change(stop)
        if changed is stop:
            raise
        raise changed from None
    finally:
        _going_on.remove(change)


def going_on() -> tuple[Change, ...]:
    """Return what there is to be done where the work that goes on now is stopped, the outermost first."""
    return tuple(_going_on)


def last_words(stop: KeyboardInterrupt, work: Sequence[Change]) -> BaseException:
    """Return what `stop` would have become on its way out of `work`."""
    words: BaseException = stop
    for change in reversed(work):
        if not isinstance(words, KeyboardInterrupt):
            break
        changed = change(words)
        if changed is not words:
            changed.__context__ = words
        words = changed
    return words
