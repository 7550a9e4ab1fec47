"""The most suspicious labels, to be looked at: what each example is called, and what stands in its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.data.identity import Cells, Identity

MOST_COLUMNS, LONGEST = 100, 200
"""Most columns of a suspicious row that are kept as they were written, and most letters of a cell."""


def suspects_of(
    gallery: np.ndarray,
    columns: Mapping[str, np.ndarray],
    *,
    identity: Identity | None,
    cells: Cells | None,
) -> dict[str, Any]:
    """Return `suspects`, an entry for each example of `gallery` with its `values` of the `features`.

    `columns` [examples]: what an entry holds of each, among them its `split` and its number there, `example`.
    """
    cells = cells or Cells((), ((),) * len(gallery))
    entries = []
    for example, row in zip(gallery.tolist(), cells.values, strict=True):
        entry = {name: values[example] for name, values in columns.items()}
        alone = {"called": f"{entry['split']} {entry['example']}"}
        called = alone if identity is None else identity.entry(example)
        entries.append({**entry, **called, "values": [cut(cell) for cell in row[:MOST_COLUMNS]]})
    return {"features": cells.columns[:MOST_COLUMNS], "suspects": entries}


def cut(cell: str) -> str:
    """Return a cell that is not too long to be shown."""
    return cell if len(cell) <= LONGEST else f"{cell[: LONGEST - 1]}\u2026"
