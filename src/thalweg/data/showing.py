"""A data set as a notebook shows it: a small table, and an example of each class of pictures."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np

from thalweg.data.split import Split

CLASSES, SIDE, LETTERS = 20, 56, 24
"""Classes that are shown at most, pixels of the longer side of a picture at most, letters of a name."""


def dataset_html(name: str, splits: Mapping[str, Split], notes: Sequence[str]) -> str:
    """Return static HTML (under 100 KB, no scripts) that says what is in a data set; every text is escaped.

    `splits`: those that there are, by what they are called; pictures are taken from the first.
    """
    shown = next(iter(splits.values()))
    kind = "pictures" if shown.is_images else "features"
    shape = "\u00d7".join(map(str, shown.input_shape))
    caption = f"{name}: {kind} of {shape}, {shown.classes:,} classes"
    head = "".join(f"<th>{column}</th>" for column in ("class", *splits))
    body = _row("all", [len(split) for split in splits.values()], "")
    counts = [np.bincount(split.labels, minlength=shown.classes) for split in splits.values()]
    for label in range(min(shown.classes, CLASSES)):
        numbers = [int(count[label]) for count in counts]
        body += _row(_cut(shown.class_names[label]), numbers, _example(shown, label))
    more = shown.classes - CLASSES
    rest = f"<p>{more:,} more classes.</p>" if more > 0 else ""
    told = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{rest}{told}"
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
