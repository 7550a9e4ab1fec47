"""What the page is given, by name: one file for each part, a function of what was opened to JSON.

A part that what was opened does not have raises `Missing`; the page then says why, and the command that adds
it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from thalweg.errors import ThalwegError
from thalweg.lab.contents.partly import damaged
from thalweg.lab.opened import Missing, Opened

PARTS = (
    "networks",
    "examples",
    "training",
    "film",
    "hill",
    "minima",
    "noise",
    "shift",
    "inside",
    "memory",
)
"""Each is the file of that name, and the function of that name in it."""


def part(name: str, opened: Opened) -> dict[str, Any]:
    """Return a part, or {"missing": why, "command": what adds it, ...} where it cannot be had.

    What is damaged cannot be had either: the error's own words say which file, and what to do.
    """
    make: Callable[[Opened], dict[str, Any]] = getattr(import_module(f"{__name__}.{name}"), name)
    try:
        return make(opened)
    except Missing as missing:
        return missing.told()
    except ThalwegError as error:
        return damaged(error)
