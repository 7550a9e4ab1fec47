"""The same picture seen askew: slanted, shrunk, turned, moved."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from thalweg.data.pictures import like, planes, random_numbers
from thalweg.data.warping import affine

ANGLE = 0.4  # radians
SHRUNK = 0.7
PIXELS = 3


def shear(images: np.ndarray, seed: int) -> np.ndarray:
    """Slanted to the left or to the right (severity 2: 0.4 radians), evenly.

    As scikit-image understood a shear in 2019, that is columns move by sin(0.4) a row, and rows are read
    cos(0.4) apart, so the picture is also 9 % taller.
    """
    slanted = np.array([[math.cos(ANGLE), 0.0], [-math.sin(ANGLE), 1.0]])
    return _either_way(images, seed, "shear", lambda way: slanted * [[1.0, 1.0], [way, 1.0]])


def rotate(images: np.ndarray, seed: int) -> np.ndarray:
    """Turned by 0.4 radians (23 degrees, severity 2) one way or the other, evenly."""
    cosine, sine = math.cos(ANGLE), math.sin(ANGLE)
    return _either_way(
        images, seed, "rotate", lambda way: np.array([[cosine, way * sine], [-way * sine, cosine]])
    )


def scale(images: np.ndarray, seed: int) -> np.ndarray:
    """Shrunk to 0.7 of its size about the middle (severity 3). `seed` changes nothing."""
    pictures = planes(images, "scale")
    return like(affine(pictures, np.eye(2) / SHRUNK), images)


def translate(images: np.ndarray, seed: int) -> np.ndarray:
    """Moved by 3 pixels up or down and by 3 pixels left or right (severity 3), evenly."""
    pictures = planes(images, "translate")
    ways = random_numbers(seed, "translate").choice([-1, 1], size=(len(pictures), 2))
    moved = np.empty_like(pictures)
    for down in (-1, 1):
        for right in (-1, 1):
            chosen = (ways == (down, right)).all(axis=1)
            moved[chosen] = affine(pictures[chosen], np.eye(2), (-PIXELS * down, -PIXELS * right))
    return like(moved, images)


def _either_way(images: np.ndarray, seed: int, name: str, matrix: Callable[[int], np.ndarray]) -> np.ndarray:
    """Warp each picture by `matrix(1)` or `matrix(-1)`, evenly."""
    pictures = planes(images, name)
    ways = random_numbers(seed, name).choice([-1, 1], size=len(pictures))
    warped = np.empty_like(pictures)
    for way in (-1, 1):
        warped[ways == way] = affine(pictures[ways == way], matrix(way))
    return like(warped, images)
