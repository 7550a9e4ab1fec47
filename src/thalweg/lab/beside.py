"""Studies and audits made beside what is open, after it was opened: whoever follows a hint finds them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from thalweg.errors import ThalwegError
from thalweg.figures.directories import Kept, opened as on_disk

RECORDS = ("study.json", "audit.json")


def records(folders: set[Path], since: float) -> Iterator[Path]:
    """Yield the records of studies and audits in `folders` written after `since`, the oldest first."""
    found = []
    for folder in folders:
        for name in RECORDS:
            for file in folder.glob(f"*/{name}"):
                try:
                    found.append((file.stat().st_mtime, file))
                except FileNotFoundError:  # it was taken away just now
                    continue
    yield from (file for written, file in sorted(found) if written >= since)


def made_beside(folders: set[Path], since: float) -> list[Kept]:
    """Return the studies and audits that were finished in `folders` after `since`."""
    found = []
    for file in records(folders, since):
        try:
            kept = on_disk(file.parent)
        except ThalwegError:  # not ours to complain of: nobody named it
            continue
        if kept.finished:
            found.append(kept)
    return found
