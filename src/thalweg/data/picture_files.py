"""Picture files of any size and kind, read into one array; what had to be repaired is counted."""

from __future__ import annotations

import math
import struct
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.errors import DataError
from thalweg.limits import refuse_large_picture
from thalweg.unfolding import refuse_unfolding

GREY = ("1", "L", "LA", "La", "I", "F")
SHOWN = 5
FLOATS = 4
"""Bytes of a pixel once it is scaled."""
ORIENTATION, TURNED = 0x0112, (5, 6, 7, 8)


@dataclass(eq=False)
class Repairs:
    """What was done to pictures that are not as they should be: files by kind, in the order read."""

    found: dict[str, list[Path]] = field(default_factory=dict)
    damaged: dict[Path, str] = field(default_factory=dict)

    def add(self, kind: str, path: Path) -> None:
        """Count one file of a kind."""
        self.found.setdefault(kind, []).append(path)

    def notes(self, folder: Path) -> list[str]:
        """Return a sentence for each kind, with the first file's path below `folder`."""
        notes = [
            f"{_count(len(paths), 'picture')} {kind} (the first is {_below(paths[0], folder)})."
            for kind, paths in self.found.items()
        ]
        if self.damaged:
            path, why = next(iter(self.damaged.items()))
            notes.append(
                f"{_count(len(self.damaged), 'file')} cannot be read as a picture, left out (the first is "
                f"{_below(path, folder)}: {why})."
            )
        return notes

    def refuse(self, folder: Path) -> None:
        """Raise `DataError` with everything that would be repaired, if anything would."""
        notes = self.notes(folder)
        if notes:
            raise DataError(
                f"{folder} needs repairs, and strict=True allows none: {' '.join(notes)}",
                hint="mend these files, or leave strict out to have them repaired as said.",
            )


@dataclass(frozen=True)
class Form:
    """What all pictures are brought to: (width, height) in pixels, and whether they keep colours."""

    size: tuple[int, int]
    coloured: bool


def common_form(files: Sequence[Path], resize: tuple[int, int] | None = None) -> Form:
    """Return the most common size of `files`, the smaller of equals, and whether any has colours.

    `resize` (height, width) takes the place of the most common size. Headers alone are read; files that
    cannot be read do not count. Raises `DataError` if none can.
    """
    sizes: Counter[tuple[int, int]] = Counter()
    coloured = False
    for path in files:
        try:
            size, mode = _header(path)
        except not_a_picture():
            continue
        sizes[size] += 1
        coloured = coloured or not (mode in GREY or mode.startswith("I;"))
    if not sizes:
        raise DataError(
            f"None of {len(files):,} files can be read as a picture, such as {files[0]}.",
            hint="the files are damaged or are no pictures; replace them.",
        )
    if resize is not None:
        return Form((resize[1], resize[0]), coloured)
    most = max(sizes.values())
    size = min((size for size, count in sizes.items() if count == most), key=lambda s: (s[0] * s[1], s))
    return Form(size, coloured)


def read_pictures(files: Sequence[Path], form: Form, repairs: Repairs) -> tuple[np.ndarray, np.ndarray]:
    """Return uint8 [pictures, height, width(, 3)] and which of `files` they are, bool [files].

    What had to be done is added to `repairs`; files that cannot be read are left out and counted there.
    """
    width, height = form.size
    shape = (len(files), height, width, 3) if form.coloured else (len(files), height, width)
    if files:
        refuse_unfolding(files[0].parent, FLOATS * math.prod(shape), DataError)
    images, kept = np.empty(shape, np.uint8), np.zeros(len(files), bool)
    for place, path in enumerate(files):
        try:
            images[place] = _read(path, form, repairs)
            kept[place] = True
        except not_a_picture() as error:
            repairs.damaged[path] = (str(error).splitlines() or [type(error).__name__])[0]
    return (images if kept.all() else images[kept]), kept


def _read(path: Path, form: Form, repairs: Repairs) -> np.ndarray:
    from PIL import Image, ImageOps

    kinds = []
    with Image.open(path) as opened:
        refuse_large_picture(*opened.size)
        frames = getattr(opened, "n_frames", 1)
        opened.load()
        image: Any = ImageOps.exif_transpose(opened)
    if frames > 1:
        kinds.append("have several frames, of which the first is read")
    if image.mode == "F" or image.mode.startswith("I"):
        image = _eight_bits(image)
        kinds.append("have more than 8 bits a channel, scaled to 0..255")
    if image.has_transparency_data:
        full = image.convert("RGBA")
        if full.getchannel("A").getextrema() != (255, 255):
            full = Image.alpha_composite(Image.new("RGBA", full.size, "white"), full)
            kinds.append("are transparent in places, laid on white")
        image = full.convert("RGB")
    elif image.mode == "CMYK":
        kinds.append("have printing colours (CMYK), converted to RGB")
    image = image.convert("RGB" if form.coloured else "L")
    if image.size != form.size:
        width, height = form.size
        image = image.resize(form.size, Image.Resampling.BILINEAR)
        kinds.append(f"are of another size, stretched to {width}x{height} pixels (width x height)")
    for kind in kinds:
        repairs.add(kind, path)
    return np.asarray(image)


def _eight_bits(image: Any) -> Any:
    """Return an image of 16 bits, or of floats in 0..1 or 0..255, with grey levels of 8 bits."""
    from PIL import Image

    values = np.asarray(image, np.float32)
    low, high = float(values.min()), float(values.max())
    is_float = image.mode == "F"
    most = (1.0 if high <= 1 else 255.0) if is_float else 65535.0
    if not (low >= 0 and high <= most):
        expected = "0..1 or 0..255" if is_float else "0..65535"
        raise ValueError(f"its values run from {low:g} to {high:g}, expected {expected}")
    return Image.fromarray(np.round(values * (255 / most)).astype(np.uint8))


def _header(path: Path) -> tuple[tuple[int, int], str]:
    """Return the upright (width, height) and the mode of the picture in `path`, from its header."""
    from PIL import Image

    with Image.open(path) as image:
        width, height = image.size
        turned = image.getexif().get(ORIENTATION) in TURNED
        return ((height, width) if turned else (width, height)), image.mode


def not_a_picture() -> tuple[type[Exception], ...]:
    """Return what reading a damaged picture raises; its decoders are many, and each has errors of its own."""
    from PIL import Image

    damaged = (OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, AttributeError)
    beyond = (ArithmeticError, RuntimeError, MemoryError, AssertionError, struct.error, zlib.error)
    return (*damaged, *beyond, Image.DecompressionBombError)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
