"""A part of the page that has several pieces, of which some may be missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from thalweg.errors import ThalwegError
from thalweg.lab.opened import Missing, Opened


def or_missing(make: Callable[[Opened], dict[str, Any]], opened: Opened) -> dict[str, Any]:
    """Return a piece, or {"missing": why, "command": what adds it} where it cannot be had.

    What is damaged is said in its place, so that the other pieces are seen all the same.
    """
    try:
        return make(opened)
    except Missing as missing:
        return {"missing": missing.why, "command": missing.command}
    except ThalwegError as error:
        return {"missing": f"{error.message} {error.hint or ''}".strip(), "command": ""}
