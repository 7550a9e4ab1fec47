"""The table of suspicious labels: who they are, what they should be, and what stands there, to be sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.figures.mosaic import tiles
from thalweg.figures.studies.label_audit import in_short
from thalweg.runs.audit import AuditRun
from thalweg.runs.described import as_expected

LONGEST_SIDE = 96
"""Pixels of a picture in the table; larger ones are made smaller."""

_PLACES = ("file", "row", "index", "id")
_COUNTED = {
    "row": "The first row of data, below the header, is row 1.",
    "index": "index: the place in the arrays, from 0.",
    "example": "example: the place in its part, from 0.",
}


@dataclass(frozen=True)
class Cell:
    """What a cell shows, and the number it is sorted by, where it is one."""

    text: str
    number: float | None = None


@dataclass(frozen=True)
class Suspects:
    """The most suspicious labels of an audit.

    `labels`: how many were looked at. `header`: what the columns are called; the first `leading` are about
    the label, the rest features.
    `rows`: as many cells each. `pictures`: a PNG a row, or none. `caption`: which these are.
    """

    caption: str
    labels: int
    header: tuple[str, ...]
    leading: int
    rows: tuple[tuple[Cell, ...], ...]
    pictures: tuple[bytes, ...]

    @property
    def sorted_by(self) -> int:
        """The column that the rows are in the order of."""
        return self.header[: self.leading].index("suspicion")


def suspects_of(kept: AuditRun) -> Suspects | None:
    """Return the suspicious labels of a finished audit; None if it kept none.

    An audit of before names the place of an example in its split, and keeps no rows. Raises `RunError` for
    what is damaged.
    """
    with as_expected(str(kept.path), hint=f"make it again with: thalweg audit DATA --out {kept.path}"):
        return _suspects(kept)


def _suspects(kept: AuditRun) -> Suspects | None:
    found, arrays = kept.result, kept.arrays()
    entries = found["suspects"] if "suspects" in found else _of_before(arrays)
    if not entries:
        return None
    places = [name for name in _PLACES if name in entries[0]] or ["split", "example"]
    features = tuple(found.get("features", ()))
    said = "".join(f" {_COUNTED[name]}" for name in places if name in _COUNTED)
    written = " The values are as they stand in the data." if features else ""
    return Suspects(
        f"The {len(entries):,} most suspicious of {found['examples']:,} labels.{said}{written}",
        found["examples"],
        (*places, "label", "suggested", "suspicion", *features),
        len(places) + 3,
        tuple(_row(entry, places, len(features)) for entry in entries),
        _pictures(arrays.get("gallery_images"), len(entries)),
    )


def _row(entry: Mapping[str, Any], places: Sequence[str], features: int) -> tuple[Cell, ...]:
    values = [*entry["values"][:features], *[""] * (features - len(entry["values"]))]
    return (
        *(_cell(entry.get(name, "")) for name in places),
        Cell(entry["label"]),
        Cell(entry["suggested_label"]),
        Cell(in_short(entry["suspicion"]), entry["suspicion"]),
        *map(Cell, values),
    )


def _cell(value: str | int) -> Cell:
    return Cell(value) if isinstance(value, str) else Cell(str(value), value)


def _of_before(arrays: Mapping[str, np.ndarray]) -> list[dict[str, Any]]:
    names = [str(name) for name in arrays["class_names"]]
    columns = [arrays[f"gallery_{name}"] for name in ("split", "example", "label", "suggested", "suspicion")]
    return [
        {
            "split": str(split),
            "example": int(example),
            "label": names[label],
            "suggested_label": names[suggested],
            "suspicion": float(suspicion),
            "values": [],
        }
        for split, example, label, suggested, suspicion in zip(*columns, strict=True)
    ]


def _pictures(images: np.ndarray | None, count: int) -> tuple[bytes, ...]:
    return () if images is None or len(images) != count else tuple(tiles(images / 255, longest=LONGEST_SIDE))
