"""How a command fails: a message, a blank line, a hint, and an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from thalweg.errors import ThalwegError


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


class Interruption(Failure):
    """What ends a command that was stopped with Ctrl-C."""

    exit_code = 130
    title = "\n"  # the terminal shows ^C on the line before


@contextmanager
def as_failures() -> Iterator[None]:
    """Turn the package's errors and Ctrl-C into a `Failure`."""
    try:
        yield
    except ThalwegError as error:
        raise Failure(error.message, hint=error.hint) from None
    except KeyboardInterrupt as stop:
        raise _stopped(stop) from None


def _stopped(stop: KeyboardInterrupt) -> Failure:
    again = getattr(stop, "command", None)
    return Interruption(str(stop), hint=f"continue with: {again}") if again else Interruption("Stopped.")
