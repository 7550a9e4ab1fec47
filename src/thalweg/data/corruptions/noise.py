"""Random pixels: too little light, and dead ones."""

from __future__ import annotations

import numpy as np

from thalweg.data.pictures import like, planes, random_numbers

PHOTONS = 3.0
IMPULSES = 0.17


def shot_noise(images: np.ndarray, seed: int) -> np.ndarray:
    """Too little light (severity 5): a white pixel counts three photons on average, Poisson(3 x) / 3."""
    pictures = planes(images, "shot_noise")
    lit = pictures > 0  # no light, no photons: most pixels need no draw
    photons = random_numbers(seed, "shot_noise").poisson(PHOTONS * pictures[lit])
    noisy = np.zeros_like(pictures)
    noisy[lit] = photons / PHOTONS
    return like(noisy, images)


def impulse_noise(images: np.ndarray, seed: int) -> np.ndarray:
    """Dead pixels (severity 4): 17 % of all pixels (of each channel) become black or white, evenly."""
    pictures = planes(images, "impulse_noise")
    chance = random_numbers(seed, "impulse_noise").random(pictures.shape, dtype=np.float32)
    noisy = np.where(chance < IMPULSES, np.float32(0.0), pictures)
    return like(np.where(chance < IMPULSES / 2, np.float32(1.0), noisy), images)
