"""A data set as a notebook shows it: a small table, and an example of each class of pictures."""

from __future__ import annotations

import base64
import html
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from thalweg.data.dataset import Dataset, Split

CLASSES, SIDE, LETTERS = 20, 56, 24
"""Classes that are shown at most, pixels of the longer side of a picture at most, letters of a name."""


def dataset_html(dataset: Dataset) -> str:
    """Return static HTML (under 100 KB, no scripts) that says what is in `dataset`; every text is escaped."""
    splits = {"training": dataset.train_part, "validation": dataset.validation, "test": dataset.test}
    present = {name: split for name, split in splits.items() if split is not None}
    kind = "pictures" if dataset.test.is_images else "features"
    shape = "\u00d7".join(map(str, dataset.input_shape))
    caption = f"{dataset.name}: {kind} of {shape}, {dataset.classes:,} classes"
    shown = next(iter(present.values()))
    head = "".join(f"<th>{name}</th>" for name in ("class", *present))
    body = _row("all", [len(split) for split in present.values()], "")
    counts = [np.bincount(split.labels, minlength=dataset.classes) for split in present.values()]
    for label in range(min(dataset.classes, CLASSES)):
        numbers = [int(count[label]) for count in counts]
        body += _row(_cut(dataset.class_names[label]), numbers, _example(shown, label))
    more = dataset.classes - CLASSES
    rest = f"<p>{more:,} more classes.</p>" if more > 0 else ""
    notes = "".join(f"<p>{html.escape(note)}</p>" for note in dataset.notes)
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{rest}{notes}"
    )


def _row(name: str, numbers: list[int], picture: str) -> str:
    cells = "".join(f"<td>{number:,}</td>" for number in numbers)
    return f"<tr><td>{picture}{html.escape(name)}</td>{cells}</tr>"


def _cut(name: str) -> str:
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}\u2026"


def _example(split: Split, label: int) -> str:
    """Return the first picture of a class as an image element; nothing for features."""
    places = np.flatnonzero(split.labels == label)
    if not split.is_images or len(places) == 0:
        return ""
    from PIL import Image

    levels = np.round(255 * np.clip(split.scaling(split.raw[places[0]]), 0.0, 1.0)).astype(np.uint8)
    image = Image.fromarray(levels[..., 0] if levels.ndim == 3 and levels.shape[-1] != 3 else levels)
    image.thumbnail((SIDE, SIDE))
    buffer = BytesIO()
    image.save(buffer, "PNG", optimize=True)
    coded = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<img alt="" style="vertical-align:middle;margin-right:6px" src="data:image/png;base64,{coded}">'
