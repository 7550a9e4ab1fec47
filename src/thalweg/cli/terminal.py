"""What a command says while it works: notes and progress on stderr, nothing at all when told to be quiet."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from thalweg.questions import introduced

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from thalweg.training.population import Progress


class Terminal:
    """Where to say what is going on. Progress is shown only where somebody can watch it."""

    def __init__(self, *, quiet: bool = False):
        self.quiet = quiet

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
    def evaluating(self, *, lines: bool = False) -> Iterator[Callable[[str, int, int], None]]:
        """Show which evaluation is being made; yields what to call with each name, place and count.

        With `lines`, for what takes minutes, each is told in a line of its own where nobody watches.
        """
        if not self.is_watched:
            yield lambda name, place, count: self.note(f"{place + 1}/{count} {name}") if lines else None
            return
        with _bars(transient=True) as bars:
            task = bars.add_task("measuring", total=None, state="")

            def show(name: str, place: int, count: int) -> None:
                bars.update(task, completed=place, total=count, state=name)

            yield show


class TrainingLine:
    """A line with the epoch, cost, accuracy, speed and time left, redrawn after every epoch."""

    def __init__(self, terminal: Terminal, stack: ExitStack):
        self._terminal, self._stack = terminal, stack
        self._bars: Bars | None = None

    def announce(self, text: str) -> None:
        """Say what is being trained, and begin to show it."""
        self._terminal.note(text)
        if self._terminal.is_watched:
            self._bars = self._stack.enter_context(_bars())
            self._bars.add_task("epoch 1", total=None, state="compiling, then the first epoch")

    def show(self, progress: Progress) -> None:
        """Show where the training stands after an epoch."""
        if self._bars is not None:
            self._bars.update(
                self._bars.task_ids[0],
                description=f"epoch {progress.epoch}/{progress.epochs}",
                completed=progress.epoch,
                total=progress.epochs,
                state=state_of(progress),
            )


def state_of(progress: Progress) -> str:
    """Return where a training stands as one short line."""
    diverged = f"{progress.diverged} diverged · " if progress.diverged else ""
    left = f"{clock(progress.seconds_left)} left" if progress.epoch < progress.epochs else "done"
    return (
        f"{diverged}cost {progress.cost:.4f} · accuracy {100 * progress.accuracy:.1f} % · "
        f"{short(progress.examples_per_second)} examples/s · {left}"
    )


def clock(seconds: float) -> str:
    """Return `1:02:03` or `2:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def short(count: float) -> str:
    """Return a rate with three figures: `950`, `12.3 k`, `4.56 M`."""
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if count >= size:
            scaled = count / size
            return f"{scaled:.{2 if scaled < 10 else 1 if scaled < 100 else 0}f}{letter}"
    return f"{count:.0f}"


def _bars(*, transient: bool = False) -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[state]}", markup=False),
        console=Console(stderr=True),
        expand=True,
        transient=transient,
        refresh_per_second=4,
    )
