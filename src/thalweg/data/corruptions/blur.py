"""Unsharp pictures: through rough glass, and of something that moves."""

from __future__ import annotations

import numpy as np

from thalweg.data.pictures import like, planes, random_numbers
from thalweg.data.smoothing import gaussian

GLASS_DEVIATION, GLASS_PASSES = 0.7, 2
MOTION_RADIUS, MOTION_DEVIATION = 10, 3.0
MOTION_DEGREES = 45.0


def glass_blur(images: np.ndarray, seed: int) -> np.ndarray:
    """Rough glass (severity 1): blur (0.7 pixels), swap neighbouring pixels at random, blur again.

    Two passes from the lower right; every second pixel on average changes places with one that is 0 or 1
    pixels up and 0 or 1 pixels to the left. The release rolls the dice picture by picture; here a pixel of
    all pictures at a time, each picture with its own. The channels of a colour swap together.
    """
    pictures = planes(images, "glass_blur")
    examples, height, width, _ = pictures.shape
    grey_levels = (np.clip(gaussian(pictures, GLASS_DEVIATION), 0.0, 1.0) * 255).astype(np.uint8)
    pixels = np.ascontiguousarray(grey_levels.transpose(1, 2, 3, 0))
    generator = random_numbers(seed, "glass_blur")
    for _ in range(GLASS_PASSES):
        for row in range(height - 1, 1, -1):
            dice = generator.integers(0, 8, size=(width, examples), dtype=np.uint8)
            for column in range(width - 1, 1, -1):
                _swap_neighbours(pixels, row, column, dice[column])
    swapped = np.ascontiguousarray(pixels.transpose(3, 0, 1, 2)).astype(np.float32) / 255
    return like(gaussian(swapped, GLASS_DEVIATION), images)


def _swap_neighbours(pixels: np.ndarray, row: int, column: int, dice: np.ndarray) -> None:
    """Swap one pixel of each picture with a neighbour: 5, 6 and 7 do so, the other five faces do nothing.

    `pixels` uint8 [height, width, channels, examples], changed in place; `dice` [examples] in 0..7.
    """
    here = pixels[row, column]
    for face, (up, left) in ((5, (0, 1)), (6, (1, 0)), (7, (1, 1))):
        there = pixels[row - up, column - left]
        # Exchange by difference: all bits where the die shows this face, none elsewhere.
        difference = (here ^ there) & (np.equal(dice, face).view(np.uint8) * np.uint8(255))
        here ^= difference
        there ^= difference


def motion_blur(images: np.ndarray, seed: int) -> np.ndarray:
    """Something that moves (severity 1): half a Gaussian of 3 pixels, 20 long, within 45° of the rows.

    As ImageMagick's MotionBlurImage works it out: a pixel is the weighted mean of the pixels that lie
    i = 0..20 steps away along the angle, rounded to whole pixels, the edge going on outside. The release
    leaves rounding to 256 grey levels to ImageMagick; here there is none.
    """
    pictures = planes(images, "motion_blur")
    degrees = random_numbers(seed, "motion_blur").uniform(-MOTION_DEGREES, MOTION_DEGREES, len(pictures))
    steps = np.arange(2 * MOTION_RADIUS + 1)
    weights = np.exp(-0.5 * (steps / MOTION_DEVIATION) ** 2)
    paths, path_of = np.unique(_paths(steps, degrees), axis=0, return_inverse=True)
    blurred = np.empty_like(pictures)
    for path, offsets in enumerate(paths):  # pictures whose angles round to the same pixels go together
        chosen = path_of.ravel() == path
        blurred[chosen] = _along(pictures[chosen], offsets, weights / weights.sum())
    return like(blurred, images)


def _paths(steps: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    """Return the whole-pixel offsets [examples, steps, (down, right)] along each angle; half rounds down."""
    angle = np.radians(degrees)[:, None]
    return np.ceil(np.stack([np.sin(angle) * steps, np.cos(angle) * steps], axis=2) - 0.5).astype(np.int64)


def _along(pictures: np.ndarray, offsets: np.ndarray, weights: np.ndarray) -> np.ndarray:
    height, width = pictures.shape[1:3]
    reach = 2 * MOTION_RADIUS
    beyond = ((0, 0), (reach, reach), (0, reach), (0, 0))
    padded = np.pad(pictures, beyond, mode="edge")
    blurred = np.zeros_like(pictures)
    for (down, right), weight in zip(offsets, weights, strict=True):
        top = reach + down
        blurred += np.float32(weight) * padded[:, top : top + height, right : right + width]
    return blurred
