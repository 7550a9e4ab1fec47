"""Strokes across the picture that nobody wrote: a dotted line, a zigzag."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from thalweg.data.pictures import like, planes, random_numbers

FADE = 2.3  # pixels; a stroke's ink, 1 + log(1 - distance / FADE), is gone 1.45 pixels from its middle
ZIGZAG = 2.0  # pixels: half the length and the height of a tooth
START, STOP = 2 / 28, 25 / 28  # of the width: where a zigzag runs
CLIMB = 5  # pixels that a zigzag may climb or fall, at most a fifth of the width
SMALLEST = 4  # pixels a side; on less there is no room for a line

Drawing = Callable[[int, int, tuple[int, int]], np.ndarray]
"""From where a stroke starts and ends (rows) and the size of the picture to its ink [height, width]."""


def dotted_line(images: np.ndarray, seed: int) -> np.ndarray:
    """A line from the left edge to the right, two pixels ink, two pixels gap, between two random rows."""
    pictures = planes(images, "dotted_line", smallest=SMALLEST)
    last = pictures.shape[1] - 1
    rows = random_numbers(seed, "dotted_line").integers(0, last, size=(len(pictures), 2))
    return like(pictures + _inks(rows, pictures.shape[1:3], _dotted), images)


def zigzag(images: np.ndarray, seed: int) -> np.ndarray:
    """A zigzag from left to right, climbing or falling by five pixels at most (a fifth of a narrow picture).

    The release ends its last tooth a fraction of a pixel elsewhere; here it goes on as straight as it began.
    """
    pictures = planes(images, "zigzag", smallest=SMALLEST)
    generator = random_numbers(seed, "zigzag")
    start = generator.integers(0, pictures.shape[1] - 1, size=len(pictures))
    climb = max(1, min(CLIMB, pictures.shape[2] // 5))
    stop = start + generator.integers(-climb, climb, size=len(pictures))
    return like(pictures + _inks(np.stack([start, stop], axis=1), pictures.shape[1:3], _zigzag), images)


def _inks(rows: np.ndarray, size: tuple[int, int], draw: Drawing) -> np.ndarray:
    """Return the strokes [examples, height, width, 1] between rows [examples, 2]; equals are drawn once."""
    drawn, stroke_of = np.unique(rows, axis=0, return_inverse=True)
    strokes = np.stack([draw(int(start), int(stop), size) for start, stop in drawn])
    return strokes[stroke_of.ravel()][..., None].astype(np.float32)


def _dotted(start: int, stop: int, size: tuple[int, int]) -> np.ndarray:
    ink = _straight((0.0, start), (size[1] - 1.0, stop), size)
    gap = np.arange(size[1]) // 2 % 2 == 0
    return np.where(gap, 0.0, ink)


def _zigzag(start: int, stop: int, size: tuple[int, int]) -> np.ndarray:
    columns, rows = _corners(start, stop, size[1])
    corners = list(zip(columns, rows, strict=True))
    ink = sum(_straight(one, other, size) for one, other in pairwise(corners))
    return np.clip(ink, 0.0, 1.0)


def _corners(start: int, stop: int, width: int) -> np.ndarray:
    """Return columns and rows [2, corners] of a zigzag around the line from row `start` to row `stop`."""
    left, right = START * width, STOP * width
    angle = np.arctan2(stop - start, right - left)
    length = (right - left) / np.cos(angle)
    turns = np.arange(ZIGZAG, length, 2 * ZIGZAG)
    along = np.array([0.0, *turns, length])
    # The height rises to the first turn, then changes by a whole tooth between turns.
    heights = np.array([0.0, *(ZIGZAG * (-1.0) ** np.arange(len(turns)))])
    past = (length - along[-2]) / ZIGZAG
    across = np.append(heights, heights[-1] * (1 - past))
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([cosine * along - sine * across + left, sine * along + cosine * across + start])


def _straight(one: tuple[float, float], other: tuple[float, float], size: tuple[int, int]) -> np.ndarray:
    """Return the ink [height, width] of a stroke between two (column, row) places, the left one first.

    Its darkness falls with the *vertical* distance, so steep strokes are thinner, as in the release.
    """
    height, width = size
    columns = np.arange(width)
    middle = one[1] + (other[1] - one[1]) / (other[0] - one[0]) * (columns - one[0])
    distance = np.abs(np.arange(height)[:, None] - middle)
    ink = np.clip(1 + np.log1p(-np.minimum(distance / FADE, 0.999)), 0.0, 1.0)
    beside = (columns < np.floor(one[0])) | (columns >= np.ceil(other[0]))
    return np.where(beside, 0.0, ink)
