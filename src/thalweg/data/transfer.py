"""One address to one file, over HTTP, with time-outs and a progress bar."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import rich.progress

CONNECT_SECONDS = 4.0
READ_SECONDS = 10.0


def retrieve(address: str, folder: Path, name: str) -> Path:
    """Download `address` to `folder / name` with pooch, and return that path.

    A bar on stderr shows how far it is, if stderr is a terminal. Raises what requests raises.
    """
    import pooch
    from pooch.downloaders import HTTPDownloader

    with _progress(address) as bar, _quiet(pooch.get_logger()):
        downloader: Any = HTTPDownloader(
            progressbar=bar,
            chunk_size=1 << 16,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            # A mirror that labels the .gz as an encoding would otherwise have it unpacked on the way.
            headers={"Accept-Encoding": "identity"},
        )
        pooch.retrieve(address, known_hash=None, fname=name, path=folder, downloader=downloader)
    return folder / name


@contextlib.contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch's own notes off stderr; what is worth saying is said by Thalweg."""
    level = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(level)


@contextlib.contextmanager
def _progress(address: str) -> Iterator[Any]:
    """Yield a progress bar on stderr that pooch can drive, or False when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield False
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bar(progress, progress.add_task(address, total=None))


class _Bar:
    """What pooch asks of a progress bar, shown by rich."""

    def __init__(self, progress: rich.progress.Progress, task: rich.progress.TaskID):
        self._progress, self._task = progress, task

    @property
    def total(self) -> float | None:
        return self._progress.tasks[0].total

    @total.setter
    def total(self, size: float) -> None:
        self._progress.update(self._task, total=size or None)

    def update(self, size: float) -> None:
        self._progress.advance(self._task, size)

    def reset(self) -> None:
        self._progress.update(self._task, completed=0)

    def close(self) -> None:
        self._progress.refresh()


def reason_of(error: Exception) -> str:
    """Return in a few words why a request failed."""
    import requests

    response = getattr(error, "response", None)
    if response is not None:
        return f"the server says {response.status_code} {response.reason}"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the transfer broke off"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return f"{type(error).__name__}: {error}"
