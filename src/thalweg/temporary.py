"""Files that are being written: their names, who writes them, and which of them nobody writes any more."""

from __future__ import annotations

import errno
import hashlib
import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from thalweg.errors import RunError
from thalweg.remote import RemotePath

LOCK = ".lock"
"""The file with which a process keeps a directory to itself (`thalweg.runs.lock`)."""

HERE = hashlib.sha256(platform.node().encode()).hexdigest()[:6]
"""This computer, in the names of files: a folder may be shared with others, whose processes are not known."""

DAY = 86_400.0
"""Seconds after which a file of another computer's process is nobody's."""

_NAME = re.compile(r"\..+\.([0-9a-f]{6})-(\d+)-[0-9a-f]{8}(\.[^.]*)?")
_writing: set[Path] = set()


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """Yield a name beside `path` to write to; what is there in the end is deleted.

    What dead processes left of the same file is deleted first.
    """
    temporary = path.with_name(f".{path.stem}.{HERE}-{os.getpid()}-{secrets.token_hex(4)}{path.suffix}")
    _writing.add(temporary)
    try:
        _sweep_in(path.parent, f".{path.stem}.")
        yield temporary
    finally:
        _writing.discard(temporary)
        with suppress(OSError):  # already in its place, or never made
            temporary.unlink()


@contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """Yield an empty folder beside `path` to write to; what is there in the end is deleted."""
    with temporary_beside(path) as folder:
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def is_left_over(path: Path) -> bool:
    """Whether a file was being written by a process that is dead, or is a lock: nothing that anybody made."""
    if path.name == LOCK:
        return True
    found = _NAME.fullmatch(path.name)
    if found is None or path in _writing:
        return False
    computer, process = found[1], int(found[2])
    if computer == HERE and os.name != "nt":
        return process == os.getpid() or not lives(process)
    with suppress(OSError):
        return time.time() - path.stat().st_mtime > DAY
    return False


def has_left_overs(folder: Path, needless: str) -> bool:
    """Whether dead processes left anything in `folder`: half a file, a lock, or what is `needless` now."""
    return any(path.name == needless or is_left_over(path) for path in folder.iterdir())


def remove_whole(folder: Path) -> None:
    """Delete a folder, whole or not at all: what a dying process leaves does not look as if it was kept."""
    if isinstance(folder, RemotePath):  # nothing can be renamed there: file by file, and again by who goes on
        with suppress(OSError):
            folder.remove_all()
        return
    with suppress(OSError), temporary_beside(folder) as doomed:
        folder.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Delete what dead processes were writing in `folder` and the folders in it."""
    _sweep_in(folder)
    for inside in folder.iterdir():
        if inside.is_dir():
            _sweep_in(inside)


def _sweep_in(folder: Path, beginning: str = ".") -> None:
    with suppress(OSError):  # there is no such folder, or nothing may be deleted in it
        for path in folder.iterdir():
            if not path.name.startswith(beginning) or path.name == LOCK or not is_left_over(path):
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def lives(process: int) -> bool:
    """Whether a process of this number runs on this computer; one that ended and was not fetched does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    with suppress(OSError, IndexError):  # in a container nobody may fetch who was killed
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        return state not in ("Z", "X")
    return True


def refuse_gone(folder: Path) -> None:
    """Raise `RunError` where the directory that is worked in was deleted or moved meanwhile."""
    if not folder.is_dir():
        raise not_written(folder, FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))


def not_written(path: Path | RemotePath, error: OSError) -> RunError:
    """Return what to raise where `path` cannot be written, with what helps against just that."""
    if isinstance(path, RemotePath):
        hint = path.hint(error)
    elif error.errno == errno.ENOENT:
        hint = "its directory was deleted or moved meanwhile; begin again, in a place that stays."
    else:
        hint = against(error, "with --out")
    return RunError(f"{path}: cannot be written: {error.strerror or error}.", hint=hint)


def against(error: OSError, how: str = "") -> str:
    """Return what to do where a file cannot be written; `how`: with what one chooses another place."""
    said = f" {how}" if how else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"free some disk space or choose another place{said}."
    if error.errno == errno.EFBIG:
        return (
            f"files may not become so large there: raise the limit (ulimit -f) or choose another place{said}."
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"choose a place where you may write{said}."
    return f"choose another place{said}."
