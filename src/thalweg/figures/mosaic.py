"""Pictures laid out in rows: weights, dreams, hardest examples. Made with Pillow, small and lossless."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from thalweg.figures.theme import DIVERGING

WIDTH, GAP = 960, 3
_LABEL, _LETTER = 24, 10


def mosaic(
    pictures: np.ndarray,
    *,
    columns: int,
    labels: Sequence[str] = (),
    signed: bool = False,
    width: int = WIDTH,
) -> bytes:
    """Return the PNG of `pictures` [pictures, height, width] or [..., channels], row by row.

    Values are 0..1, or with `signed` of either sign: then 0 is white, and each picture reaches from blue to
    orange by its own largest weight. `labels`: a few signs under each. Pixels are repeated, never smoothed.
    """
    tiles = _coloured(pictures) if signed else _grey(pictures)
    columns = min(columns, len(tiles))
    factor = max(1, (width - GAP * (columns + 1)) // (columns * tiles.shape[2]))
    rows = -(-len(tiles) // columns)
    high, wide = factor * tiles.shape[1], factor * tiles.shape[2]
    step_down, step_right = high + GAP + (_LABEL if labels else 0), wide + GAP
    sheet = Image.new("RGBA", (step_right * columns + GAP, step_down * rows + GAP), (0, 0, 0, 0))
    pen = ImageDraw.Draw(sheet)
    for place, tile in enumerate(tiles):
        left, top = GAP + step_right * (place % columns), GAP + step_down * (place // columns)
        sheet.paste(Image.fromarray(tile).resize((wide, high), Image.Resampling.NEAREST), (left, top))
        if labels:
            words = _fitting(labels[place], wide)
            pen.text((left + wide / 2, top + high), words, fill=(122, 122, 122), anchor="mt", font_size=19)
    return _png(sheet)


def tiles(pictures: np.ndarray, *, longest: int | None = None) -> list[bytes]:
    """Return a PNG of each of `pictures` [pictures, height, width(, 3)] of 0..1, in its own size.

    With `longest`, none has a longer side in pixels than that.
    """
    made = []
    for tile in _grey(pictures):
        image = Image.fromarray(tile)
        if longest is not None:
            image.thumbnail((longest, longest))  # makes smaller only
        made.append(_png(image))
    return made


def _fitting(label: str, wide: int) -> str:
    # Pillow's own font has no signs beyond Latin; captions hold every name in full.
    drawn = label.encode("latin-1", "replace").decode("latin-1")
    return drawn[: max(1, wide // _LETTER)]


def _grey(pictures: np.ndarray) -> np.ndarray:
    levels = np.round(255 * np.clip(np.nan_to_num(pictures), 0.0, 1.0)).astype(np.uint8)
    if levels.ndim == 4 and levels.shape[-1] == 3:
        return levels
    flat = levels[..., 0] if levels.ndim == 4 else levels
    return np.repeat(flat[..., None], 3, axis=-1)


def _coloured(pictures: np.ndarray) -> np.ndarray:
    signed = pictures.mean(axis=-1) if pictures.ndim == 4 else pictures
    largest = np.abs(signed).max(axis=(1, 2), keepdims=True)
    scaled = np.nan_to_num(signed / np.where(largest > 0, largest, 1.0))
    stops = np.array([2 * stop - 1 for stop, _ in DIVERGING])
    colours = np.array([_parts(colour) for _, colour in DIVERGING])
    channels = [np.interp(scaled, stops, colours[:, channel]) for channel in range(3)]
    return np.round(np.stack(channels, axis=-1)).astype(np.uint8)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


def _png(sheet: Image.Image) -> bytes:
    buffer = BytesIO()
    sheet.quantize(256).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
