"""How a command fails: a message, a blank line, a hint, and an exit status."""

from __future__ import annotations

import errno
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any

import click

from thalweg.cli import standard_streams
from thalweg.cli.standard_streams import Unwritable
from thalweg.errors import ThalwegError
from thalweg.imported import first_line
from thalweg.stops import when_stopped

speaking: threading.Lock | None = None
"""Who takes it says why the command ends; where it is there, more than one thread may come to say so."""


class Failure(click.ClickException):
    """What ends a command, shown on stderr as `Error: ...`, a blank line and `hint: ...`."""

    exit_code = 1
    title = "Error: "

    def __init__(self, message: str, *, hint: str = ""):
        super().__init__(message)
        self.hint = hint

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message and the hint to stderr."""
        click.echo(f"{self.title}{self.message}", file=file, err=True)
        if self.hint:
            click.echo(f"\nhint: {self.hint}", file=file, err=True)


class Exceeded(Failure):
    """What ends a check whose answer is no: nothing went wrong, and a script can tell this from a failure."""

    exit_code = 3


class Gone(Failure):
    """What ends a command whose output nobody reads any more, such as `thalweg recipes | head -1`."""

    exit_code = standard_streams.GONE

    def show(self, file: IO[Any] | None = None) -> None:
        """Say nothing: who closed the pipe had what was wanted."""


class Interruption(Failure):
    """What ends a command that was stopped with Ctrl-C."""

    exit_code = 128 + signal.SIGINT
    title = "\n"  # the terminal shows ^C on the line before

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the message and the hint to stderr, unless another thread does."""
        if speaking is None or speaking.acquire(blocking=False):
            super().show(file)


class Termination(Interruption):
    """What ends a command that was told to end (SIGTERM): by `kill`, a time limit or a scheduler."""

    exit_code = 128 + signal.SIGTERM
    title = ""


class Terminated(KeyboardInterrupt):
    """SIGTERM, wherever the program is: everything that keeps its work on Ctrl-C keeps it then too."""


@contextmanager
def as_failures() -> Iterator[None]:
    """Turn the package's errors, Ctrl-C and SIGTERM into a `Failure`."""
    try:
        yield
    except ThalwegError as error:
        raise Failure(error.message, hint=error.hint) from None
    except Unwritable as error:
        raise unwritable(error) from None
    except Exception as error:
        if not is_memory(error):
            raise
        raise Failure(
            f"The memory did not suffice: {first_line(error)}.",
            hint="take fewer members, examples or classes, a smaller network or batch, or a larger machine.",
        ) from None
    except KeyboardInterrupt as stop:
        raise interruption(stop) from None


def is_memory(error: BaseException) -> bool:
    """Return whether Python, NumPy or XLA said that there is not enough memory."""
    return isinstance(error, MemoryError) or (
        type(error).__module__.startswith("jax") and "RESOURCE_EXHAUSTED" in str(error)
    )


def unwritable(error: Unwritable) -> Failure:
    """Return how a command ends whose stdout takes nothing more: without a word where its reader has gone."""
    standard_streams.give_up_stdout()
    if error.errno in (errno.EPIPE, errno.ESHUTDOWN):
        return Gone("")
    return Failure(
        f"standard output cannot be written: {error.strerror or error}.",
        hint="what was made is kept; print it again to a place with room.",
    )


def interruption(stop: BaseException) -> Interruption:
    """Return what is shown of what `stop` has stopped: how far it is, and the command that goes on."""
    if isinstance(stop, Interruption):
        return stop
    again = getattr(stop, "command", None)
    hint = f"continue with: {again}" if again else ""
    return stopped(stop)(str(stop) or "Stopped.", hint=hint)


def stopped(stop: BaseException) -> type[Interruption]:
    """Return how a command ends that `stop` has stopped."""
    # what a training raises in the place of the signal's exception has that one as its context
    seen: BaseException | None = stop
    while seen is not None:
        if isinstance(seen, Terminated):
            return Termination
        seen = seen.__context__
    return Interruption


def goes_on_with(command: str) -> AbstractContextManager[None]:
    """Say how to go on where the work inside is stopped: with `command`."""

    def say(stop: KeyboardInterrupt) -> KeyboardInterrupt:
        stop.command = command  # type: ignore[attr-defined]
        return stop

    return when_stopped(say)
