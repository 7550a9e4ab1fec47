"""When what was opened became another: runs and audits are added to while the lab shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from thalweg.lab.beside import records
from thalweg.lab.opened import Opened

GROWING = ("evaluation", "checks")
"""Folders of a run and of an audit that commands add to."""


def stamp(opened: Opened) -> tuple[tuple[str, int], ...]:
    """Return what was added to what is open and beside it, and when: another stamp where that changed."""
    kept = [*([opened.given_run] if opened.given_run else []), *opened.audits]
    made = list(records(opened.folders, opened.since))
    grown = [Path(each.path) for each in kept] + [file.parent for file in made]
    files = [*made, *(file for path in grown for folder in GROWING for file in (path / folder).glob("[!.]*"))]
    return tuple(sorted(_written(files)))


def _written(files: Iterable[Path]) -> Iterator[tuple[str, int]]:
    for file in files:
        try:
            yield str(file), file.stat().st_mtime_ns
        except FileNotFoundError:  # it was put in the place of another just now
            continue


def lacks(part: Any) -> bool:
    """Whether a part of the page, or a piece of it, is missing and might be there by now."""
    if isinstance(part, dict):
        return "missing" in part or any(map(lacks, part.values()))
    return False


def damages(part: Any) -> Iterator[str]:
    """Yield what is said in the place of what is damaged, in a part and in its pieces."""
    if isinstance(part, dict):
        if part.get("damaged"):
            yield str(part["missing"])
        for piece in part.values():
            yield from damages(piece)
