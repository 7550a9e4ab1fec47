"""Signs of life where nobody watches: a line from time to time, so that a log says how far the work is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from thalweg.durations import clock

FIRST, LATER, A_WHILE = 10.0, 30.0, 60.0
"""Seconds between two lines in the beginning, and when the work has gone on for a while."""
LOOK = 0.5  # seconds between two looks at the clock


class Pulse:
    """Calls `say` with the time that has passed and what `state` returns, every ten seconds, later thirty.

    `now`: a clock in seconds. `beat` looks at it and says something if it is time; `beating` does so from a
    thread of its own, since what is computed meanwhile (a compilation, an epoch) calls nobody.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        state: Callable[[], str],
        *,
        now: Callable[[], float] = time.monotonic,
    ):
        self._say, self._state, self._now = say, state, now
        self._began = now()
        self._due = FIRST

    def beat(self) -> None:
        """Say how far the work is, if it is time."""
        passed = self._now() - self._began
        if passed >= self._due:
            self._due = passed + (FIRST if passed < A_WHILE else LATER)
            self._say(f"{clock(passed)} · {self._state()}")

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat while the work inside goes on."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(LOOK):
                self.beat()

        thread = threading.Thread(target=look, name="thalweg-pulse", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
