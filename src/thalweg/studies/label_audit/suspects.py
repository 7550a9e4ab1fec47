"""The most suspicious labels, to be looked at: what each example is called, and what stands in its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thalweg.data.identity import Cells

if TYPE_CHECKING:
    from thalweg.studies.label_audit.record import LabelAudit

MOST_COLUMNS, LONGEST = 100, 200
"""Most columns of a suspicious row that are kept as they were written, and most letters of a cell."""


def suspects_of(found: LabelAudit) -> dict[str, Any]:
    """Return `suspects`, an entry for each example of the gallery, with its `values` of the `features`."""
    suggested, cells = found.suggested, found.gallery_cells or Cells((), ((),) * len(found.gallery))
    entries = []
    for example, row in zip(found.gallery.tolist(), cells.values, strict=True):
        part, number, label = found.part[example], found.example[example], found.labels[example]
        alone = {"called": f"{part} {number}"}
        entries.append(
            {
                "split": part,
                "example": number,
                **(alone if found.identity is None else found.identity.entry(example)),
                "label": found.class_names[label],
                "suggested_label": found.class_names[suggested[example]],
                "suspicion": found.suspicion[example],
                "values": [_cut(cell) for cell in row[:MOST_COLUMNS]],
            }
        )
    return {"features": cells.columns[:MOST_COLUMNS], "suspects": entries}


def _cut(cell: str) -> str:
    return cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 1]}\u2026"
