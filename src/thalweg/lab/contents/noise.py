"""The part of that name."""

from __future__ import annotations

from typing import Any

from thalweg.lab.opened import Missing, Opened


def noise(opened: Opened) -> dict[str, Any]:
    """Return the part."""
    raise Missing("To come.")
