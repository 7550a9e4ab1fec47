"""Standard output that is full, closed, or whose reader has gone: said, not stumbled over."""

from __future__ import annotations

import io
import os
import re
import sys
from contextlib import suppress
from typing import Any

GONE = 128 + 13
"""The status of a command whose reader closed the pipe: that of SIGPIPE, which Python ignores."""


class Unwritable(OSError):
    """Standard output took nothing more: full, or nobody reads it."""


class Stdout(io.FileIO):
    """A file descriptor whose refusal is told from that of every other file."""

    def write_or_say(self, content: Any, /) -> int:
        """Write, or raise `Unwritable`."""
        try:
            return super().write(content)
        except OSError as error:
            raise Unwritable(error.errno, error.strerror) from None

    write = write_or_say  # by its own name a signal's handler knows it (`signals.SWALLOWING`)


class Stderr(io.FileIO):
    """A file descriptor that swallows what it cannot write: notes that nobody can read stop no work."""

    def write_or_not(self, content: Any, /) -> int:
        """Write as much as there is room for, and say that it was all."""
        try:
            super().write(content)
        except OSError:
            pass
        return len(content)

    write = write_or_not


COMMANDS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""What our own lines of progress and colours send to a terminal: colours, and where the cursor goes."""

SIGNS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def visible(text: str) -> str:
    """Return a text whose control signs are seen rather than obeyed, but for colours and the cursor's moves.

    Names of classes, columns and files come from anywhere; a terminal would let them set its title or fill
    its clipboard.

    Examples:
        >>> from thalweg.cli.standard_streams import visible
        >>> visible("class \x1b]0;title\x07")
        'class \\\\x1b]0;title\\\\x07'
    """
    if not SIGNS.search(text):
        return text
    kept, pieces = 0, []
    for command in COMMANDS.finditer(text):
        pieces += [SIGNS.sub(_seen, text[kept : command.start()]), command[0]]
        kept = command.end()
    return "".join([*pieces, SIGNS.sub(_seen, text[kept:])])


def _seen(sign: re.Match[str]) -> str:
    return f"\\x{ord(sign[0]):02x}"


class Text(io.TextIOWrapper):
    """Text to a terminal, a pipe or a file, in which nothing but our own colours and progress is obeyed."""

    def write(self, text: str, /) -> int:
        """Write, with control signs made visible; return how many letters of `text` that was."""
        super().write(visible(text))
        return len(text)


def watch_over() -> None:
    """Have stdout raise `Unwritable` and stderr nothing; a closed one (`>&-`) becomes one to nowhere."""
    for name, kind in (("stdout", Stdout), ("stderr", Stderr)):
        old = getattr(sys, name)
        if old is None:  # Python's word for a stream that who started us has closed
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
            continue
        with suppress(OSError, ValueError):  # it is no file: somebody has put something of their own there
            raw = io.BufferedWriter(kind(old.fileno(), "w", closefd=False))
            new = Text(raw, encoding=old.encoding, errors=old.errors, line_buffering=old.line_buffering)
            setattr(sys, name, new)


def give_up_stdout() -> None:
    """Let what is still to be written go nowhere, so that Python does not stumble over it at the end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
