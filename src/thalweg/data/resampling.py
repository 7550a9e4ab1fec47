"""Make grey images larger or smaller without jagged edges."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=256)
def area_weights(pixels: int, given: int) -> np.ndarray:
    """Return weights [pixels, given] that average `given` pixels over `pixels` cells of equal width.

    A given pixel counts for the share of it that lies in the cell, so ink is neither lost nor made.
    """
    edges = np.arange(pixels + 1) * (given / pixels)
    left = np.maximum(edges[:-1, None], np.arange(given)[None, :])
    right = np.minimum(edges[1:, None], np.arange(1, given + 1)[None, :])
    return _fixed(np.clip(right - left, 0.0, None) * (pixels / given))


def shrink(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return `image` [rows, columns] averaged by area into float64 [height, width]."""
    return area_weights(height, image.shape[0]) @ image @ area_weights(width, image.shape[1]).T


@lru_cache(maxsize=64)
def cubic_weights(factor: int, given: int) -> np.ndarray:
    """Return weights [factor * given, given] of a smooth curve through `given` pixel centres.

    Keys' cubic convolution (R. Keys, IEEE Trans. ASSP 29, 1981, eq. 15, a = -1/2); beyond the edges is zero.
    """
    centres = (np.arange(factor * given) + 0.5) / factor - 0.5
    distance = np.abs(centres[:, None] - np.arange(given)[None, :])
    near = 1.5 * distance**3 - 2.5 * distance**2 + 1.0
    far = -0.5 * distance**3 + 2.5 * distance**2 - 4.0 * distance + 2.0
    return _fixed(np.where(distance <= 1.0, near, np.where(distance < 2.0, far, 0.0)))


def _fixed(weights: np.ndarray) -> np.ndarray:
    """Let nobody write into weights that are kept: of a thousand pictures most are of the same few sizes."""
    weights.flags.writeable = False
    return weights


def enlarge(image: np.ndarray, factor: int) -> np.ndarray:
    """Return `image` [rows, columns] as float64 `factor` times as large, smooth between the pixels."""
    return cubic_weights(factor, image.shape[0]) @ image @ cubic_weights(factor, image.shape[1]).T
