"""How often moved, turned, stretched and thickened examples are still recognised, as it was measured."""

from __future__ import annotations

from typing import Any

from thalweg.lab.opened import Missing, Opened

IN_PAGE = ("translation", "rotation", "scale", "shear", "thickness", "blur")
"""Transforms that the page makes."""


def shift(opened: Opened) -> dict[str, Any]:
    """Return each transform's measured curve: levels, accuracy and confidence of one and of all.

    Raises `Missing` where the run was not asked about it.
    """
    record = opened.evaluation("shift")
    curves = record.get("curves", {})
    if not curves:
        raise Missing("missing.transforms")
    return {
        "curves": {name: curves[name] for name in IN_PAGE if name in curves},
        "examples": record.get("examples"),
        "members": record.get("members"),
    }
