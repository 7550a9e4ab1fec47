"""Fog: a fractal cloud in front of the picture."""

from __future__ import annotations

import numpy as np

from thalweg.data.pictures import like, planes, random_numbers

THICKNESS, DECAY = 3.0, 1.4
FRACTAL = 256
FINE = 2  # the last halvings are made only where the picture is
MARGIN = 2  # coarse points around it
FRACTALS_AT_ONCE = 1_000


def fog(images: np.ndarray, seed: int) -> np.ndarray:
    """Thick fog (severity 5): 3 times a plasma fractal is added, and the sum brought back to [0, 1].

    A cloud is the corner of a fractal of 256x256 pixels (or the next power of two), a new one for each
    picture, stretched to [0, 1] by the extremes of the whole fractal, as in the release. Here the extremes
    are those of every fourth pixel, which are about 1 % closer together, and only the corner is worked out
    to the last pixel. All channels see the same fog.
    """
    pictures = planes(images, "fog")
    height, width = pictures.shape[1:3]
    generator = random_numbers(seed, "fog")
    foggy = np.empty_like(pictures)
    for first in range(0, len(pictures), FRACTALS_AT_ONCE):
        chosen = pictures[first : first + FRACTALS_AT_ONCE]
        cloud = np.float32(THICKNESS) * clouds(generator, len(chosen), (height, width))[..., None]
        brightest = chosen.max(axis=(1, 2, 3), keepdims=True)
        foggy[first : first + len(chosen)] = (chosen + cloud) * (brightest / (brightest + THICKNESS))
    return like(foggy, images)


def clouds(generator: np.random.Generator, examples: int, size: tuple[int, int]) -> np.ndarray:
    """Return corners [examples, height, width] of plasma fractals, stretched to [0, 1].

    The diamond-square algorithm (Fournier, Fussell & Carpenter, Communications of the ACM 25, 1982) on a
    fractal whose opposite edges meet: a point between four known ones is their mean and a uniform random
    number, whose range falls by DECAY squared at each halving of the distance.
    """
    coarse = max(FRACTAL, 1 << (max(size) - 1).bit_length()) >> FINE
    land, reach = np.zeros((examples, 1, 1), dtype=np.float32), 1.0
    while land.shape[1] < coarse:
        land, reach = _refined(generator, land, reach), reach / DECAY**2
    lowest, highest = land.min(axis=(1, 2), keepdims=True), land.max(axis=(1, 2), keepdims=True)
    rows, columns = (np.arange(-MARGIN, -(-extent // 2**FINE) + MARGIN) % coarse for extent in size)
    land = land[:, rows[:, None], columns]
    for _ in range(FINE):  # what meets at the edges of this piece is wrong, and the margin is cut off
        land, reach = _refined(generator, land, reach), reach / DECAY**2
    first = MARGIN * 2**FINE
    corner = land[:, first : first + size[0], first : first + size[1]]
    return np.clip((corner - lowest) / (highest - lowest), 0.0, 1.0)


def _refined(generator: np.random.Generator, land: np.ndarray, reach: float) -> np.ndarray:
    """Return `land` [examples, rows, columns] with a point between every two, opposite edges meeting."""
    examples, rows, columns = land.shape

    def between(four: np.ndarray) -> np.ndarray:
        chance = generator.random(four.shape, dtype=np.float32)
        return four / 4 + np.float32(reach) * (2 * chance - 1)

    above = land + np.roll(land, -1, axis=1)
    beside = land + np.roll(land, -1, axis=2)
    middle = between(above + np.roll(above, -1, axis=2))
    finer = np.empty((examples, 2 * rows, 2 * columns), dtype=np.float32)
    finer[:, ::2, ::2] = land
    finer[:, 1::2, 1::2] = middle
    finer[:, ::2, 1::2] = between(beside + middle + np.roll(middle, 1, axis=1))
    finer[:, 1::2, ::2] = between(above + middle + np.roll(middle, 1, axis=2))
    return finer
