"""What a command says while it works: notes and progress on stderr, nothing at all when told to be quiet."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from thalweg.cli.progress import Bar, Now, PartsState, State, TrainingState
from thalweg.cli.pulse import Pulse
from thalweg.listening import hearing_parts, listening
from thalweg.questions import introduced

if TYPE_CHECKING:
    from thalweg.training.progress import Progress


class Terminal:
    """Where to say what is going on: a line that is redrawn for who watches, else one from time to time."""

    def __init__(self, *, quiet: bool = False, now: Now = time.monotonic):
        self.quiet, self.now = quiet, now

    @property
    def is_watched(self) -> bool:
        """Whether stderr is a terminal that can redraw a line."""
        return not self.quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def note(self, text: str) -> None:
        """Write a line to stderr."""
        if not self.quiet:
            click.echo(text, file=sys.stderr)

    def introduce(self, asked: str, name: str) -> None:
        """Say our name of what was asked for by the field's."""
        if text := introduced(asked, name):
            self.note(text)

    @contextmanager
    def training(self) -> Iterator[TrainingLine]:
        """Show how a training goes on, from when it is announced."""
        with ExitStack() as stack:
            yield TrainingLine(self, stack)

    @contextmanager
    def evaluating(
        self,
        *,
        title: str = "measuring",
        lines: bool = False,
        left: str = "",
        efforts: Sequence[float] = (),
    ) -> Iterator[Callable[[str, int, int], None]]:
        """Show which part is being made; yields what to call with each name, place and count.

        With `lines`, for what takes minutes, each part is told in a line of its own where nobody watches.
        `left`: how to say the time that is left, if the parts are alike enough to tell it, or if their
        `efforts` beside one another are known.
        """
        state = PartsState(self.now, title=title, left=left, efforts=efforts)
        with ExitStack() as stack:
            follow = self.shown(state, stack, transient=True)

            def train(epoch: int, epochs: int, seconds_left: float) -> None:
                state.train(epoch, epochs, seconds_left)
                follow()

            stack.enter_context(listening(train))

            def show(name: str, place: int, count: int) -> None:
                state.show(name, place, count)
                follow()
                if lines and not self.is_watched:
                    self.note(state.state())

            yield show

    @contextmanager
    def following(self, *, title: str, left: str) -> Iterator[None]:
        """Show which part is being made of a work that tells of its parts itself (`listening.begin_part`)."""
        with self.evaluating(title=title, left=left) as show, hearing_parts(show):
            yield

    def shown(self, state: State, stack: ExitStack, *, transient: bool) -> Callable[[], None]:
        """Show `state` until `stack` is closed; returns what to call when it has changed."""
        if self.is_watched:
            bar = Bar.of(state, now=self.now, transient=transient)
            stack.enter_context(bar.bars)
            return lambda: bar.follow(state)
        if not self.quiet:
            pulse = Pulse(self.note, lambda: f"{state.title} · {state.state()}", now=self.now)
            stack.enter_context(pulse.beating())
        return lambda: None


class TrainingLine:
    """What a training tells: an announcement, and then where it stands after every epoch."""

    def __init__(self, terminal: Terminal, stack: ExitStack):
        self._terminal, self._stack = terminal, stack
        self._state = TrainingState(terminal.now)
        self._follow: Callable[[], None] = lambda: None

    def announce(self, text: str) -> None:
        """Say what is being trained, and begin to show it."""
        self._terminal.note(text)
        self._follow = self._terminal.shown(self._state, self._stack, transient=False)

    def show(self, progress: Progress) -> None:
        """Show where the training stands after an epoch."""
        self._state.show(progress)
        self._follow()
