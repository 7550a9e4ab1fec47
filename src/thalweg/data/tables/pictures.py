"""A column of image files as bytes, as Parquet keeps them, becomes pictures."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.picture_files import FLOATS, not_a_picture
from thalweg.data.tables.findings import Findings, listing
from thalweg.errors import DataError
from thalweg.limits import refuse_large_picture
from thalweg.unfolding import refuse_unfolding

if TYPE_CHECKING:
    import polars


def pictures_of(frames: Sequence[Any], features: Sequence[str], found: Findings) -> np.ndarray | None:
    """Return uint8 pictures [rows, height, width(, 3)] of the column of images, or None where there is none.

    Images are bytes, or a record with `bytes` as Hugging Face writes it. Beside pictures all other features
    are left out with a note. Pictures that cannot be decoded or differ in size are a problem.
    """
    name = next((name for name in features if _bytes(frames[0][name]) is not None), None)
    if name is None:
        return None
    rows = [value for frame in frames for value in _bytes(frame[name]) or []]
    images, broken, sizes = [], [], set()
    for row, value in enumerate(rows):
        try:
            size = _size(value)
            if not sizes:  # all are to be like the first, or none is needed
                refuse_unfolding(Path(found.where), FLOATS * math.prod(size) * len(rows), DataError)
            if math.prod(size) != math.prod(next(iter(sizes), size)):
                sizes.add(size)
                continue
            images.append(_decoded(value))
            sizes.add(images[-1].size)
        except not_a_picture() as error:
            broken.append((row, type(error).__name__))
    if broken:
        found.problem(
            f"column {name!r}, {found.row(broken[0][0])}, holds bytes that are no picture "
            f"({len(broken):,} such rows)",
            "leave the column out (--drop), or take such rows away.",
        )
    elif len(sizes) > 1:
        shown = ", ".join(f"{width}x{height}" for width, height in sorted(sizes)[:4])
        found.problem(
            f"column {name!r} holds pictures of different sizes ({shown})", "bring them to one size."
        )
    if found.problems:
        return np.zeros((len(rows), 1, 1), np.uint8)
    others = [feature for feature in features if feature != name]
    if others:
        found.note(f"The pictures in {name!r} are the inputs; left out beside them: {listing(others, 6)}.")
    coloured = any(image.mode not in ("1", "L", "LA") for image in images)
    return np.stack([np.asarray(image.convert("RGB" if coloured else "L")) for image in images])


def _bytes(column: polars.Series) -> list[bytes] | None:
    """Return the cells as bytes, or None for a column of something else."""
    import polars as pl

    if column.dtype == pl.Binary:
        return column.to_list()
    if isinstance(column.dtype, pl.Struct) and "bytes" in {field.name for field in column.dtype.fields}:
        return column.struct.field("bytes").to_list()
    return None


def _size(value: bytes) -> tuple[int, int]:
    """Return width and height of a picture from its header."""
    from PIL import Image

    with Image.open(io.BytesIO(value)) as image:
        return image.size


def _decoded(value: bytes):
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(value)) as image:
        refuse_large_picture(*image.size)
        image.load()
        return ImageOps.exif_transpose(image)
