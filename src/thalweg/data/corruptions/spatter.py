"""Mud on the lens."""

from __future__ import annotations

import numpy as np

from thalweg.data.pictures import like, planes, random_numbers
from thalweg.data.smoothing import gaussian

LIQUID_MEAN, LIQUID_DEVIATION = 0.65, 0.3
LIQUID_BLUR, DROP_BLUR = 1.0, 1.5
WET, OPAQUE = 0.65, 0.8
MUD = 63 / 255


def spatter(images: np.ndarray, seed: int) -> np.ndarray:
    """Drops of dark mud (severity 4): where blurred noise is high, the picture gives way to grey 63 of 255.

    Colours see the same drops, grey ones, in all channels.
    """
    pictures = planes(images, "spatter")
    drops = _drops(random_numbers(seed, "spatter"), pictures.shape[:3])
    return like(pictures * (1 - drops) + np.float32(MUD) * drops, images)


def _drops(generator: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return how much mud hides each pixel, [examples, height, width, 1]: 0, or from 0.8 to 1."""
    noise = generator.standard_normal((*shape, 1), dtype=np.float32)
    liquid = gaussian(LIQUID_MEAN + LIQUID_DEVIATION * noise, LIQUID_BLUR)
    drops = gaussian((liquid > WET).astype(np.float32), DROP_BLUR)
    return np.where(drops < OPAQUE, np.float32(0.0), drops)
