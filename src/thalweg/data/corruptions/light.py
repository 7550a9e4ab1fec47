"""Wrong light: too much of it, and a picture whose sides are in negative."""

from __future__ import annotations

import numpy as np

from thalweg.data.pictures import like, planes

BRIGHTER = 0.5


def brightness(images: np.ndarray, seed: int) -> np.ndarray:
    """Every pixel brighter by half of white (severity 5), at most white. `seed` changes nothing.

    As the V of hue, saturation and value: a colour keeps its hue, black becomes grey.
    """
    pictures = planes(images, "brightness")
    value = pictures.max(axis=3, keepdims=True)
    brighter = np.minimum(value + np.float32(BRIGHTER), 1.0)
    coloured = pictures * (brighter / np.where(value > 0, value, 1.0))
    return like(np.where(value > 0, coloured, brighter), images)


def stripe(images: np.ndarray, seed: int) -> np.ndarray:
    """The left and the right quarter of the picture in negative. `seed` changes nothing."""
    pictures = planes(images, "stripe")
    quarter = round(pictures.shape[2] / 4)
    striped = pictures.copy()
    for side in (np.s_[:, :, :quarter], np.s_[:, :, pictures.shape[2] - quarter :]):
        striped[side] = 1.0 - pictures[side]
    return like(striped, images)
