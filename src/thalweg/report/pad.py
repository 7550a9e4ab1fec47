"""The pad of a report: a reader draws, and the networks in the page answer."""

from __future__ import annotations

from dataclasses import replace

from thalweg.page.networks import BUDGET, Packed, packed
from thalweg.report.reading import Subject

SMALLEST_SIDE = 8


def pad_of(subject: Subject, *, budget: int = BUDGET) -> Packed:
    """Return the networks for the pad of a run, or why there is none. Raises `RunError` as `packed` does."""
    why = _hindrance(subject)
    networks = Packed(why=why) if why else packed(subject.run, budget=budget)
    return replace(networks, why=f"There is no pad to draw on: {networks.why}") if networks.why else networks


def _hindrance(subject: Subject) -> str:
    """Return why nothing can be drawn for this run, or an empty string."""
    shape = subject.record["input_shape"]
    if not subject.kept:
        return "these are records alone, without the networks that were measured."
    if len(shape) != 2:
        what = "rows of numbers" if len(shape) == 1 else "pictures in colour"
        return f"these networks read {what}, not grey pictures."
    if shape[0] != shape[1] or shape[0] < SMALLEST_SIDE:
        extent = "x".join(map(str, shape))
        return (
            f"these networks read pictures of {extent} pixels, and the pad draws squares of at least "
            f"{SMALLEST_SIDE}x{SMALLEST_SIDE}."
        )
    return ""
