"""Read pictures at other places: turned, stretched, slanted or moved, by bilinear interpolation."""

from __future__ import annotations

import numpy as np
from scipy import sparse


def affine(planes: np.ndarray, matrix: np.ndarray, offset: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """Return pictures [examples, height, width, channels] read through an affine map about their middle.

    The new pixel at place p = (row, column), counted from the middle of the picture, shows what the old
    picture has at `matrix` @ p + `offset` (pixels). Between pixels it is bilinear; outside is 0.
    """
    examples, height, width, channels = planes.shape
    reading = _reading(height, width, np.asarray(matrix, dtype=np.float64), offset)
    # One sparse matrix serves all pictures: pixels lead, so that its rows run along memory.
    pixels = np.ascontiguousarray(planes.reshape(examples, height * width, channels).transpose(1, 0, 2))
    warped = reading @ pixels.reshape(height * width, examples * channels)
    return warped.reshape(height, width, examples, channels).transpose(2, 0, 1, 3)


def _reading(height: int, width: int, matrix: np.ndarray, offset: tuple[float, float]) -> sparse.csr_array:
    """Return the weights [new pixels, old pixels] of the four old pixels around each place that is read."""
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    places = np.indices((height, width)).reshape(2, -1) - middle[:, None]
    rows, columns = matrix @ places + (middle + offset)[:, None]
    top, left = np.floor(rows), np.floor(columns)
    new, old, weights = [], [], []
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        row, column = top + down, left + right
        weight = (1 - np.abs(rows - row)) * (1 - np.abs(columns - column))
        inside = (row >= 0) & (row < height) & (column >= 0) & (column < width) & (weight > 0)
        new.append(np.flatnonzero(inside))
        old.append((row * width + column)[inside].astype(np.int64))
        weights.append(weight[inside].astype(np.float32))
    pixels = height * width
    entries = (np.concatenate(weights), (np.concatenate(new), np.concatenate(old)))
    return sparse.csr_array(entries, shape=(pixels, pixels))
