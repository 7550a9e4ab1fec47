"""Blur many pictures at once by a Gaussian."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.ndimage import gaussian_filter1d


def gaussian(
    planes: np.ndarray, deviation: float, *, outside: Literal["nearest", "constant"] = "nearest"
) -> np.ndarray:
    """Return pictures [examples, height, width, channels] blurred by a Gaussian of `deviation` pixels.

    Cut off at four deviations, as SciPy's filter. What lies outside a picture is like its nearest pixel, or
    0 where `outside` is "constant".
    """
    height, width = planes.shape[1:3]
    stacked = np.moveaxis(planes, 3, 1)
    blurred = _weights(height, deviation, outside) @ (stacked @ _weights(width, deviation, outside).T)
    return np.moveaxis(blurred, 1, 3)


def _weights(pixels: int, deviation: float, outside: Literal["nearest", "constant"]) -> np.ndarray:
    """Return the filter along one axis as a matrix [new pixels, old pixels]."""
    impulses = np.eye(pixels, dtype=np.float64)
    return gaussian_filter1d(impulses, deviation, axis=0, mode=outside).astype(np.float32)
