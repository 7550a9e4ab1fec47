"""The MNIST rule: how a written character of any size becomes 28x28 pixels.

LeCun's page on MNIST states it, and Yadav & Bottou, "Cold Case: the lost MNIST digits" (NeurIPS 2019,
arXiv:1905.10498) recovered its details: the ink fits a box of 20x20 pixels with its aspect kept, is resampled
by area, and is moved by whole pixels until its centre of mass lies at the centre of 28x28.
"""

from __future__ import annotations

import numpy as np

from thalweg.data.resampling import enlarge, shrink
from thalweg.errors import DataError

SIDE = 28
BOX = 20


def place(image: np.ndarray, *, side: int = SIDE, box: int = BOX) -> np.ndarray:
    """Return the ink of `image` placed as MNIST places it: uint8 [side, side], brightest pixel 255.

    `image` [rows, columns]: any real numbers, 0 where there is no ink and larger where there is more. The
    longer side of the ink becomes `box` pixels. The centre of mass, in coordinates where the first pixel's
    centre is 0, lands in (side / 2 - 0.5, side / 2 + 0.5]. Raises `DataError` for an image without ink.
    """
    ink = cut_out(image)
    fitted = fit(ink, box)
    levels = np.rint(fitted * (255.0 / fitted.max())).astype(np.uint8)
    return centred(levels, side)


def cut_out(image: np.ndarray) -> np.ndarray:
    """Return the smallest rectangle of `image` that holds all its ink, as float64."""
    ink = np.clip(np.asarray(image, dtype=np.float64), 0.0, None)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if len(rows) == 0:
        raise DataError(
            f"An image of {'x'.join(map(str, ink.shape))} pixels without any ink: nothing to place.",
            hint="ink must be brighter than the background, and the background 0; invert dark on light.",
        )
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def fit(ink: np.ndarray, box: int) -> np.ndarray:
    """Return `ink` resampled so that its longer side is `box` pixels and its aspect is kept."""
    longer = max(ink.shape)
    if longer < box:  # by area, a few pixels would become as many squares
        ink = np.clip(enlarge(ink, -(-2 * box // longer)), 0.0, None)
        longer = max(ink.shape)
    height, width = (max(1, round(length * box / longer)) for length in ink.shape)
    return shrink(ink, height, width)


def centred(levels: np.ndarray, side: int) -> np.ndarray:
    """Return `levels` on a black square of `side` pixels, moved by whole pixels: mass in the middle.

    Ink that would fall outside the square is cut off.
    """
    canvas = np.zeros((side, side), dtype=levels.dtype)
    row, column = (int(np.floor((side + 1) / 2 - centre)) for centre in centre_of_mass(levels))
    from_row, from_column = max(0, -row), max(0, -column)
    visible = levels[from_row : side - row, from_column : side - column]
    row, column = max(0, row), max(0, column)
    canvas[row : row + visible.shape[0], column : column + visible.shape[1]] = visible
    return canvas


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    """Return (row, column) of the centre of mass of `image`; the first pixel's centre is at 0."""
    mass = image.sum(dtype=np.float64)
    rows = image.sum(axis=1, dtype=np.float64) @ np.arange(image.shape[0])
    columns = image.sum(axis=0, dtype=np.float64) @ np.arange(image.shape[1])
    return float(rows / mass), float(columns / mass)
