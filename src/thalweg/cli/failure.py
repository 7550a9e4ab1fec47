"""How a command fails: a message, a blank line, a hint, and an exit status."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import IO, Any

import click

from thalweg.errors import ThalwegError

SWALLOWING = ("_xla_gc_callback", "__del__")
"""Functions, of JAX and Python, that no exception leaves: a signal that meets one is sent again."""
AGAIN_SECONDS = 0.05


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


class Interruption(Failure):
    """What ends a command that was stopped with Ctrl-C."""

    exit_code = 128 + signal.SIGINT
    title = "\n"  # the terminal shows ^C on the line before


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
    except KeyboardInterrupt as stop:
        again = getattr(stop, "command", None)
        message = str(stop) or "Stopped."
        raise stopped(stop)(message, hint=f"continue with: {again}" if again else "") from None


def stopped(stop: KeyboardInterrupt) -> type[Interruption]:
    """Return how a command ends that `stop` has stopped."""
    # what a training raises in the place of the signal's exception has that one as its context
    seen: BaseException | None = stop
    while seen is not None:
        if isinstance(seen, Terminated):
            return Termination
        seen = seen.__context__
    return Interruption


@contextmanager
def goes_on_with(command: str) -> Iterator[None]:
    """Say how to go on where the work inside is stopped: with `command`."""
    try:
        yield
    except KeyboardInterrupt as stop:
        stop.command = command  # type: ignore[attr-defined]
        raise


def end_on_signals() -> None:
    """Let SIGTERM stop a command as Ctrl-C does, unless whoever started it has it ignored."""
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    if frame is not None and frame.f_code.co_name in SWALLOWING:
        threading.Timer(AGAIN_SECONDS, os.kill, (os.getpid(), number)).start()
        return
    raise Terminated if number == signal.SIGTERM else KeyboardInterrupt
