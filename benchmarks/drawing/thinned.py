"""Pictures of digits become strokes again: thinned to lines a pixel wide, and the lines followed.

Thinning is that of Zhang & Suen, "A fast parallel algorithm for thinning digital patterns", Communications of
the ACM 27 (1984), on pictures enlarged by `FINER`, so that a line may run between pixels.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

FINER = 3
"""Pixels of the enlarged picture a pixel."""

INK = 0.5
"""From so much of the full level on it is ink."""

Place = tuple[int, int]
AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
"""The eight neighbours as Zhang & Suen number them, P2 to P9: from above, clockwise."""


def strokes_of(picture: np.ndarray) -> list[np.ndarray]:
    """Return the strokes of a grey picture uint8 [side, side]: each [points, 2], x and y in pixels."""
    lines = followed(thinned(enlarged(picture) >= INK))
    return [(np.array(line, dtype=np.float64)[:, ::-1] + 0.5) / FINER for line in lines]


def enlarged(picture: np.ndarray) -> np.ndarray:
    """Return `picture` in 0..1, `FINER` times as large, linear between the centres of pixels."""
    side = len(picture)
    centres = (np.arange(side * FINER) + 0.5) / FINER - 0.5
    weights = np.clip(1 - np.abs(centres[:, None] - np.arange(side)), 0, 1)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights @ (picture / 255) @ weights.T


def thinned(ink: np.ndarray) -> np.ndarray:
    """Return the skeleton of `ink` [rows, columns], bool."""
    found = np.pad(ink, 1)
    changed = True
    while changed:
        changed = False
        for first in (True, False):
            goes = _goes(found, first=first)
            changed |= bool(goes.any())
            found &= ~goes
    return found[1:-1, 1:-1]


def _goes(ink: np.ndarray, *, first: bool) -> np.ndarray:
    """Return which pixels one of the two half steps takes away."""
    p = [np.roll(ink, (-down, -right), axis=(0, 1)) for down, right in AROUND]
    count = np.sum(p, axis=0)
    begins = np.sum([~p[place] & p[(place + 1) % 8] for place in range(8)], axis=0)
    up, right, down, left = p[0], p[2], p[4], p[6]
    edge = (
        ~(up & right & down) & ~(right & down & left) if first else ~(up & right & left) & ~(up & down & left)
    )
    return ink & (count >= 2) & (count <= 6) & (begins == 1) & edge


def followed(skeleton: np.ndarray) -> list[list[Place]]:
    """Return the lines of a skeleton: from each end or crossing to the next, and rings."""
    pixels = {(int(row), int(column)) for row, column in np.argwhere(skeleton)}
    near = {pixel: list(_near(pixel, pixels)) for pixel in pixels}
    left = {frozenset((pixel, other)) for pixel in pixels for other in near[pixel]}
    lines = [[pixel] for pixel in sorted(pixels) if not near[pixel]]
    knots = [pixel for pixel in sorted(pixels) if len(near[pixel]) not in (0, 2)]
    for pixel in [*knots, *sorted(pixels)]:  # what is left after the knots are rings
        for other in near[pixel]:
            if frozenset((pixel, other)) in left:
                lines.append(_walk(pixel, other, near, left))
    return lines


def _near(pixel: Place, pixels: set[Place]) -> Iterator[Place]:
    """Yield the neighbours: a diagonal one only where no straight way leads there as well."""
    row, column = pixel
    for down, right in AROUND:
        straight = {(row + down, column), (row, column + right)} & pixels
        if (row + down, column + right) in pixels and (down == 0 or right == 0 or not straight):
            yield row + down, column + right


def _walk(
    pixel: Place, other: Place, near: dict[Place, list[Place]], left: set[frozenset[Place]]
) -> list[Place]:
    line = [pixel, other]
    left.discard(frozenset(line))
    while len(near[line[-1]]) == 2:
        onward = [each for each in near[line[-1]] if frozenset((line[-1], each)) in left]
        if not onward:
            break
        left.discard(frozenset((line[-1], onward[0])))
        line.append(onward[0])
    return line


def put_anywhere(strokes: list[np.ndarray], generator: np.random.Generator) -> list[np.ndarray]:
    """Return strokes in 0..1 of a pad: their longer side 0.25 to 0.9 of it, anywhere that they fit."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    size = generator.uniform(0.25, 0.9)
    scale = size / max(float(extent.max()), 1e-9)
    room = 0.96 - extent * scale
    place = 0.02 + generator.uniform(0, 1, 2) * room
    return [(stroke - low) * scale + place for stroke in strokes]
