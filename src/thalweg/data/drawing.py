"""Strokes of a pen become a small grey picture: as MNIST would have placed it, or just as it was drawn.

Strokes, not pixels, are kept of what somebody draws. A pen of fixed width in the *result* then gives the
stroke width of MNIST (about two pixels) whatever the size of the drawing, which resizing cannot. Placing
follows `thalweg.data.placing` (the rule of LeCun's page and of Yadav & Bottou, arXiv:1905.10498): a box of 20
of 28 pixels with the aspect kept, and a shift by whole pixels that brings the centre of mass to the middle.

`page/static/drawing.js` does the same in a page; both are tested on the same strokes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from thalweg.data.placing import BOX, SIDE, centred
from thalweg.errors import DataError

PEN = 2.0
"""Width of the pen in pixels of a 28x28 picture: the median stroke width of MNIST."""

DOT = 0.02
"""A drawing smaller than this share of the canvas is a dot, and is not blown up to fill the box."""

Point = Sequence[float]
Strokes = Iterable[Iterable[Point]]


def draw(strokes: Strokes, *, side: int = SIDE) -> np.ndarray:
    """Return `strokes` drawn by the MNIST rule: uint8 [side, side], ink 255 on 0.

    `strokes`: lines of points (x, y), x to the right and y down, in units of the canvas's side (0..1); a
    stroke of one point is a dot. The longer side of the ink becomes 20/28 of `side`, and the centre of mass
    lands within half a pixel of the middle. Raises `DataError` when nothing was drawn, for points that are
    not two finite numbers, and for a picture of fewer than 8 pixels a side.
    """
    lines = _checked(strokes, side)
    pen, box = PEN * side / SIDE, BOX * side / SIDE
    points = np.concatenate(lines)
    lowest = points.min(axis=0)
    extent = float((points.max(axis=0) - lowest).max())
    scale = (box - pen) / extent if extent > DOT else 0.0
    return centred(_levels([(line - lowest) * scale + pen / 2 for line in lines], pen, side), side)


def draw_unplaced(strokes: Strokes, *, side: int = SIDE) -> np.ndarray:
    """Return `strokes` where and as large as they were drawn: uint8 [side, side], ink 255 on 0.

    The arguments and errors of `draw`. What a network trained on placed digits answers to this shows why
    there is a rule.
    """
    lines = _checked(strokes, side)
    return _levels([line * side for line in lines], PEN * side / SIDE, side)


def _checked(strokes: Strokes, side: int) -> list[np.ndarray]:
    """Return the strokes that have points, each float64 [points, 2]."""
    if side < 8:
        raise DataError(f"A drawing of side={side} pixels: expected at least 8.", hint="draw on 28 pixels.")
    lines = [_line(list(stroke)) for stroke in strokes]
    lines = [line for line in lines if len(line)]
    if not lines:
        raise DataError("Nothing was drawn: there is no point in the strokes.", hint="draw something first.")
    return lines


def _line(points: list[Point]) -> np.ndarray:
    try:
        line = np.asarray(points, dtype=np.float64)
    except (TypeError, ValueError):
        line = np.array([np.nan])
    if len(points) and (line.ndim != 2 or line.shape[1] != 2 or not np.isfinite(line).all()):
        raise DataError(
            f"A stroke that begins {points[:2]!r}: expected points of two finite numbers, (x, y).",
            hint="give each stroke as [[x, y], ...] with x and y in 0..1 of the canvas.",
        )
    return line


def _levels(lines: list[np.ndarray], pen: float, side: int) -> np.ndarray:
    """Return the grey levels of lines drawn with a round pen: uint8 [side, side].

    A pixel is as bright as the pen covers it: 1 well inside, 0 well outside, linear in the distance of its
    centre across the one pixel in between.
    """
    nearest = np.full((side, side), np.inf)
    rows, columns = np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5, indexing="ij")
    for line in lines:
        for begin, end in zip(line, line[1:] if len(line) > 1 else line, strict=False):
            nearest = np.minimum(nearest, _squared_distance(columns, rows, begin, end))
    coverage = np.clip(pen / 2 + 0.5 - np.sqrt(nearest), 0.0, 1.0)
    return np.floor(coverage * 255 + 0.5).astype(np.uint8)


def _squared_distance(x: np.ndarray, y: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return how far, squared, each place (x, y) is from the straight piece of line from begin to end."""
    (left, top), (right, bottom) = begin, end
    along, down = right - left, bottom - top
    length = along * along + down * down
    if math.isclose(length, 0.0, abs_tol=1e-18):
        share = np.zeros_like(x)
    else:
        share = np.clip(((x - left) * along + (y - top) * down) / length, 0.0, 1.0)
    across, below = x - (left + share * along), y - (top + share * down)
    return across * across + below * below
