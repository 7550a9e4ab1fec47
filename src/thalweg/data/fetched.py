"""Data at a URL: copied to this machine, and read there; fetched again only where they have changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from thalweg.errors import DataError, ThalwegError
from thalweg.remote import RemotePath, remote_folder

BYTES = 4 * 1000**3
"""What copies may take on disk; beyond it, those that were not used for the longest time go."""

DAY = 86_400.0
"""Seconds after which half a copy is nobody's."""


def fetched(place: RemotePath) -> Path:
    """Return the path of a copy of the file or folder at a URL.

    It is kept in the user's cache under the URL and what changes with its content, as the store says. Raises
    `DataError` where nothing is there, or it cannot be fetched.
    """
    try:
        if not place.exists():
            raise DataError(
                f"There is nothing at {place}.", hint="give the URL of a file, or of a folder of such."
            )
        key = hashlib.sha256(f"{place}\n{place.content_key()}".encode()).hexdigest()[:20]
        folder = remote_folder() / "data" / key
        if not folder.is_dir():
            _fetch(place, folder)
        os.utime(folder)
        _tidy(folder)
    except OSError as error:
        raise DataError(
            f"{place}: cannot be fetched: {error.strerror or error}.", hint=place.hint(error)
        ) from None
    return folder / place.name


def _fetch(place: RemotePath, folder: Path) -> None:
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        place.get(partial / place.name)
        with suppress(FileExistsError):  # another process was quicker
            partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _tidy(used: Path) -> None:
    """Take out copies beyond `BYTES`, the one in use never, and what dead processes left."""
    taken = 0
    newest = sorted(used.parent.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
    for folder in newest:
        taken += sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        left = ".partial-" in folder.name and time.time() - folder.stat().st_mtime > DAY
        if left or (taken > BYTES and folder != used and ".partial-" not in folder.name):
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def called(place: RemotePath, local: Path) -> Iterator[None]:
    """Name the URL, not the copy, in what is raised about it."""
    try:
        yield
    except ThalwegError as error:
        for text in ("message", "hint"):
            said = getattr(error, text)
            if isinstance(said, str):
                setattr(error, text, said.replace(str(local), str(place)))
        raise
