"""Only the outlines."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from thalweg.data.pictures import like, planes
from thalweg.data.smoothing import gaussian

DEVIATION = 1.0
WEAK, STRONG = 0.1, 0.2
SAME_PICTURE = np.zeros((3, 3, 3), dtype=int)
SAME_PICTURE[1] = 1  # edges connect through all eight neighbours, never from picture to picture


def canny_edges(images: np.ndarray, seed: int) -> np.ndarray:
    """White outlines on black (J. Canny, IEEE Trans. PAMI 8, 1986). `seed` changes nothing.

    Settings are scikit-image's defaults, which the release uses: Gaussian of one pixel, Sobel slopes, edges
    one pixel thin, weak ones (0.1) kept where they touch strong ones (0.2). Of colours, the mean over the
    channels is outlined, alike in all of them.
    """
    pictures = planes(images, "canny_edges")
    down, right = _slopes(_smoothed(pictures.mean(axis=3, keepdims=True)))
    steepness = np.hypot(down, right)
    ridge = _ridges(steepness, down, right)
    edges = np.empty(ridge.shape, dtype=np.int32)
    ndimage.label(ridge, structure=SAME_PICTURE, output=edges)
    strong = np.zeros(edges.max() + 1, dtype=bool)
    strong[np.unique(edges[ridge & (steepness >= STRONG)])] = True
    outlines = strong[edges] & ridge
    return like(np.broadcast_to(outlines[..., None], pictures.shape).astype(np.float32), images)


def _smoothed(pictures: np.ndarray) -> np.ndarray:
    """Return blurred pictures [examples, height, width] where pixels outside do not count at all."""
    inside = gaussian(np.ones_like(pictures[:1]), DEVIATION, outside="constant")
    return (gaussian(pictures, DEVIATION, outside="constant") / inside)[..., 0]


def _slopes(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Sobel's slopes, downwards and to the right, each [examples, height, width]."""
    difference, weights = (-1.0, 0.0, 1.0), (1.0, 2.0, 1.0)

    def slope(along: int, across: int) -> np.ndarray:
        steps = ndimage.correlate1d(grey, difference, axis=along, mode="reflect")
        return ndimage.correlate1d(steps, weights, axis=across, mode="reflect")

    return slope(1, 2), slope(2, 1)


def _ridges(steepness: np.ndarray, down: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return where the picture is at least weakly steep, and nowhere steeper just up or down the slope."""
    steep = steepness >= WEAK
    steep[:, [0, -1], :] = steep[:, :, [0, -1]] = False  # the rim has no neighbours to compare with
    at = np.flatnonzero(steep)
    down, right, flat = down.ravel()[at], right.ravel()[at], steepness.ravel()
    row, column = np.sign(down).astype(int) * steepness.shape[2], np.sign(right).astype(int)
    straight = np.where(np.abs(down) >= np.abs(right), row, column)
    # Along the slope lies a place between a straight neighbour and a diagonal one.
    share = np.minimum(np.abs(down), np.abs(right)) / np.maximum(np.abs(down), np.abs(right))
    ridge = np.ones(len(at), dtype=bool)
    for way in (1, -1):
        ahead = (1 - share) * flat[at + way * straight] + share * flat[at + way * (row + column)]
        ridge &= ahead <= flat[at]
    steep.ravel()[at] = ridge
    return steep
