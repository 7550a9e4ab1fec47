"""A part of the page that has several pieces, of which some may be missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from thalweg.errors import ThalwegError
from thalweg.lab.opened import Missing, Opened


def or_missing(make: Callable[[Opened], dict[str, Any]], opened: Opened) -> dict[str, Any]:
    """Return a piece, or {"missing": why, "command": what adds it, ...} where it cannot be had.

    What is damaged is said in its place, so that the other pieces are seen all the same.
    """
    try:
        return make(opened)
    except Missing as missing:
        return missing.told()
    except ThalwegError as error:
        return damaged(error)


def damaged(error: ThalwegError) -> dict[str, Any]:
    """Return what a page is told in the place of what cannot be read: the error's own words."""
    said = " ".join(filter(None, (error.message, error.hint)))
    return {"missing": said, "command": "", "damaged": True}
