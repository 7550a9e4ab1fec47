"""Changes of a picture by a known amount, for response curves: how much is too much?

Each transform takes pictures [examples, height, width(, channels)] in [0, 1] and a level in its own unit. At
its `identity` level (0, or 1 for a factor) the pictures come back exactly as they were. Where there is
chance in it, the same seed draws the same chance at every level, so that a curve shows the level alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thalweg.data.pictures import like, planes, random_numbers
from thalweg.data.smoothing import gaussian
from thalweg.data.warping import affine
from thalweg.errors import DataError

Change = Callable[[np.ndarray, float, int], np.ndarray]
"""From pictures [examples, height, width, channels], a level and a seed to changed pictures of that shape."""


@dataclass(frozen=True)
class Transform:
    """One way to change a picture, by how much one likes.

    `levels`: those of a response curve, `identity` among them. `unit`: of a level, in words. `lowest`: the
    smallest level there is. `whole`: whether a level must be a whole number.
    """

    name: str
    change: Change
    levels: tuple[float, ...]
    unit: str
    identity: float = 0.0
    lowest: float = -math.inf
    whole: bool = False

    def __call__(self, images: np.ndarray, level: float, seed: int = 0) -> np.ndarray:
        """Return `images` changed by `level`, as float32 in [0, 1] of the same shape.

        `seed` says where and what is drawn, for the transforms that draw. Raises `DataError` for what is not
        pictures in [0, 1] and for a level that there is not.
        """
        self._check(level)
        pictures = planes(images, self.name)
        if level == self.identity:
            return like(pictures.copy(), images)
        return like(self.change(pictures, level, seed), images)

    def _check(self, level: float) -> None:
        whole = not self.whole or float(level).is_integer()
        if math.isfinite(level) and level >= self.lowest and whole:
            return
        kind = "a whole number" if self.whole else "a finite number"
        least = "" if self.lowest == -math.inf else f" of at least {self.lowest:g}"
        raise DataError(
            f"{self.name} of {level}: expected {kind}{least} ({self.unit}).",
            hint=f"levels of its response curve are {', '.join(f'{known:g}' for known in self.levels)}.",
        )


def _translated(pictures: np.ndarray, pixels: float, seed: int) -> np.ndarray:
    return affine(pictures, np.eye(2), (0.0, -pixels))


def _rotated(pictures: np.ndarray, degrees: float, seed: int) -> np.ndarray:
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return affine(pictures, np.array([[cosine, sine], [-sine, cosine]]))


def _scaled(pictures: np.ndarray, factor: float, seed: int) -> np.ndarray:
    return affine(pictures, np.eye(2) / factor)


def _sheared(pictures: np.ndarray, slope: float, seed: int) -> np.ndarray:
    # Rows count downwards: the upper half of the picture leans to the right.
    return affine(pictures, np.array([[1.0, 0.0], [slope, 1.0]]))


def _thickened(pictures: np.ndarray, pixels: float, seed: int) -> np.ndarray:
    """Grey dilation or erosion by a disc (Serra, *Image Analysis and Mathematical Morphology*, 1982).

    Between whole radii the two neighbours are mixed in proportion: a radius of half a pixel is half grey.
    """
    radius = math.floor(abs(pixels))
    share = abs(pixels) - radius
    nearer = _morphed(pictures, radius, grow=pixels > 0)
    if share == 0:
        return nearer
    return (1 - share) * nearer + share * _morphed(pictures, radius + 1, grow=pixels > 0)


def _morphed(pictures: np.ndarray, radius: int, *, grow: bool) -> np.ndarray:
    height, width = pictures.shape[1:3]
    # What lies outside never wins: 0 among the largest, 1 among the smallest.
    beyond = ((0, 0), (radius, radius), (radius, radius), (0, 0))
    padded = np.pad(pictures, beyond, constant_values=0.0 if grow else 1.0)
    choose = np.maximum if grow else np.minimum
    result = pictures.copy()
    for row in range(-radius, radius + 1):
        for column in range(-radius, radius + 1):
            if row**2 + column**2 <= radius**2:
                top, left = radius + row, radius + column
                choose(result, padded[:, top : top + height, left : left + width], out=result)
    return result


def _contrasted(pictures: np.ndarray, factor: float, seed: int) -> np.ndarray:
    mean = pictures.mean(axis=(1, 2), keepdims=True)
    return mean + np.float32(factor) * (pictures - mean)


def _blurred(pictures: np.ndarray, deviation: float, seed: int) -> np.ndarray:
    return gaussian(pictures, deviation)


def _noisy(pictures: np.ndarray, deviation: float, seed: int) -> np.ndarray:
    static = random_numbers(seed, "pixel_noise").standard_normal(pictures.shape, dtype=np.float32)
    return pictures + np.float32(deviation) * static


def _occluded(pictures: np.ndarray, side: float, seed: int) -> np.ndarray:
    height, width = pictures.shape[1:3]
    places = random_numbers(seed, "occlusion").random((len(pictures), 2, 1))
    rows, columns = (
        _within(places[:, axis], extent, int(side)) for axis, extent in enumerate((height, width))
    )
    return pictures * ~(rows[:, :, None] & columns[:, None, :])[..., None]


def _within(place: np.ndarray, extent: int, side: int) -> np.ndarray:
    """Return which pixels [examples, extent] of an axis a patch covers that starts at `place` in [0, 1)."""
    start = np.floor(place * (max(extent - side, 0) + 1))
    pixels = np.arange(extent)
    return (pixels >= start) & (pixels < start + side)


TRANSFORMS: dict[str, Transform] = {
    transform.name: transform
    for transform in (
        Transform("translation", _translated, (-6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6), "pixels to the right"),
        Transform(
            "rotation",
            _rotated,
            (-90, -60, -45, -30, -15, 0, 15, 30, 45, 60, 90),
            "degrees counter-clockwise",
        ),
        Transform(
            "scale",
            _scaled,
            (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.35, 1.5),
            "times as large",
            identity=1.0,
            lowest=0.01,
        ),
        Transform(
            "shear",
            _sheared,
            (-0.9, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.9),
            "pixels to the right a row upwards",
        ),
        Transform(
            "thickness",
            _thickened,
            (-1.0, -0.75, -0.5, -0.25, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0),
            "pixels on each side of bright strokes",
        ),
        Transform(
            "contrast",
            _contrasted,
            (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5),
            "times the distance of a pixel from its picture's mean",
            identity=1.0,
            lowest=0.0,
        ),
        Transform(
            "blur",
            _blurred,
            (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0),
            "pixels of standard deviation (Gaussian)",
            lowest=0.0,
        ),
        Transform(
            "pixel_noise",
            _noisy,
            (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0),
            "standard deviation of a pixel's noise (black 0, white 1)",
            lowest=0.0,
        ),
        Transform(
            "occlusion",
            _occluded,
            (0, 4, 6, 8, 10, 12, 14, 18),
            "pixels a side of a black square, somewhere",
            lowest=0.0,
            whole=True,
        ),
    )
}
"""Every transform by its name, in the order of a report."""
