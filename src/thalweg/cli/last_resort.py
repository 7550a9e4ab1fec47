"""The last resort: a command that meets what nobody foresaw says so in three lines, its traceback kept."""

from __future__ import annotations

import os
import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

VARIABLE = "THALWEG_TRACEBACK"
"""Set to anything but 0, it has the traceback itself shown."""

STATUS = 70
"""Of a command that ended by a fault of ours: `EX_SOFTWARE` of sysexits.h."""

KEPT = 20
"""Tracebacks that are kept; beyond them the oldest go."""

PACKAGE = Path(__file__).parents[1]


def confess(error: BaseException, words: Sequence[str]) -> int:
    """Say on stderr what ended the command line `words`, and where its traceback is; return the status.

    Three lines; the traceback itself comes first where `THALWEG_TRACEBACK` asks for it, and where it can be
    kept nowhere.
    """
    whole = "".join(traceback.format_exception(error))
    asked = os.environ.get(VARIABLE, "").strip() not in ("", "0")
    file = None if asked else _keep(whole, words)
    if file is None:
        _say(whole)
    _say(f"Error: {shlex.join(words)}: {_where(error)}{_in_a_line(error)}\n")
    _say("This is a fault of Thalweg, not of yours. What was on disk, and every finished step, stands.\n")
    if file is not None:
        _say(f"The full traceback, to be sent with a report: {file} ({VARIABLE}=1 shows it instead)\n")
    else:
        why = "asked for" if asked else "it could be kept nowhere"
        _say(f"The full traceback stands above ({why}); please send it with a report.\n")
    return STATUS


def _where(error: BaseException) -> str:
    """Return the last place of ours that the exception came by."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        with suppress(ValueError):
            return f"in {Path(frame.filename).relative_to(PACKAGE)}, line {frame.lineno}: "
    return ""


def _in_a_line(error: BaseException) -> str:
    said = " ".join(_text(error).split())
    return f"{type(error).__name__}: {said[:200]}" if said else type(error).__name__


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an exception that cannot even say what it is
        return ""


def _say(text: str) -> None:
    # a stderr that is full or closed takes nothing, and there is nobody else to tell
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text.encode("utf-8", "backslashreplace").decode("utf-8"))
        sys.stderr.flush()


def _keep(whole: str, words: Sequence[str]) -> Path | None:
    """Write the traceback into the user's folder for it, else among temporary files, else nowhere: None."""
    from thalweg.version import __version__

    now = datetime.now(UTC)
    facts = (
        f"thalweg {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{now:%Y-%m-%d %H:%M:%S} UTC in {_here()}\n{shlex.join(words)}\n{', '.join(_versions())}\n\n"
    )
    content = (facts + whole).encode("utf-8", "backslashreplace")
    for folder in _folders():
        file = folder / f"fault-{now:%Y%m%dT%H%M%S.%fZ}-{os.getpid()}.txt"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(file, content)
        except OSError:
            continue
        _forget_the_oldest(folder)
        return file
    return None


def _write(file: Path, content: bytes) -> None:
    """Write a new file, whole or not at all; nobody else may read it, since paths and values are in it."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
    except OSError:
        with suppress(OSError):
            file.unlink()
        raise


def _folders() -> Iterator[Path]:
    import platformdirs

    yield platformdirs.user_state_path("thalweg") / "faults"
    with suppress(OSError):  # where no temporary folder can be written, it raises
        yield Path(tempfile.gettempdir())


def _forget_the_oldest(folder: Path) -> None:
    with suppress(OSError):
        for file in sorted(folder.glob("fault-*.txt"))[:-KEPT]:
            file.unlink(missing_ok=True)


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:
        return "a folder that is gone"


def _versions() -> list[str]:
    from importlib import metadata

    found = []
    for name in ("jax", "jaxlib", "equinox", "optax", "numpy", "polars", "click"):
        with suppress(metadata.PackageNotFoundError):
            found.append(f"{name} {metadata.version(name)}")
    return found
