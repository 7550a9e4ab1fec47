"""Who works in a directory: one process at a time, and its lock ends with it, however it dies."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from thalweg.errors import RunError
from thalweg.remote import RemotePath
from thalweg.runs.lease import leased
from thalweg.temporary import LOCK, not_written, sweep

try:
    import fcntl
except ImportError:  # Windows has a lock of its own
    fcntl = None

MOST_SAID = 1000
"""Bytes that are read of what a holder says of itself."""


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Let no other process work in `folder` meanwhile, and clear away what dead ones left half written.

    The lock is the operating system's (flock, or its like on Windows) on a file `.lock`, which says who holds
    it and is gone afterwards; that of a process which is killed is nobody's. Where a file system knows no
    locks there is none; at a URL there is a lease (`thalweg.runs.lease`).

    Raises `RunError` naming the process that works there, and where nothing can be written.

    Examples:
        >>> from thalweg.runs.lock import working_in
        >>> with working_in(run.path):
        ...     print(sorted(file.name for file in run.path.glob(".l*")))
        ['.lock']
    """
    if isinstance(folder, RemotePath):
        with leased(folder):
            yield
        return
    path = folder / LOCK
    try:
        held = _take(path)
    except OSError as error:
        raise not_written(path, error) from None
    if held is None:
        raise RunError(f"{folder}: {_holder(path)}.", hint="wait until it is done, or stop it first.")
    try:
        sweep(folder)
        yield
    finally:
        try:
            with suppress(OSError):  # Windows, where an open file cannot be deleted
                if _is_at(held, path):  # else it is gone with its folder, and this is another's
                    path.unlink()
        finally:
            os.close(held)


def _take(path: Path) -> int | None:
    """Return the open file that is locked now; None where somebody else has it."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not _locked(file):
                os.close(file)
                return None
            if _is_at(file, path):
                said = {"process": os.getpid(), "computer": platform.node(), "since": _now()}
                os.truncate(file, 0)
                os.write(file, json.dumps(said).encode())
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)  # who held it has just deleted it: it locks nothing any more


def _locked(file: int) -> bool:
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            os.lseek(file, 1 << 30, os.SEEK_SET)  # far behind what the file says, which others may read
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            os.lseek(file, 0, os.SEEK_SET)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # no locks on this file system
        return True
    return True


def _is_at(file: int, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(file), there)


def _holder(path: Path) -> str:
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(MOST_SAID))
        return f"process {said['process']} on {said['computer']} works here since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process works here"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
