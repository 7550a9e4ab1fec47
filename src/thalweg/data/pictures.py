"""Pictures in one form, for whatever changes them: float32, every pixel in [0, 1]."""

from __future__ import annotations

import zlib

import numpy as np

from thalweg.errors import DataError


def planes(images: np.ndarray, purpose: str, *, smallest: int = 1) -> np.ndarray:
    """Return `images` as float32 [examples, height, width, channels]; grey pictures have one channel.

    `images` is [examples, height, width] or [examples, height, width, channels]; `purpose` names what is
    being done, for the message. Raises `DataError` for another shape, for pixels outside [0, 1] and for
    pictures of fewer than `smallest` pixels a side.
    """
    images = np.asarray(images)
    if images.ndim not in (3, 4) or 0 in images.shape:
        raise DataError(
            f"{purpose} is for pictures, found an array of shape {images.shape}: expected [examples, height, "
            "width] or [examples, height, width, channels].",
            hint="pass the inputs of a split of pictures, e.g. dataset.test.inputs.",
        )
    if min(images.shape[1:3]) < smallest:
        height, width = images.shape[1:3]
        raise DataError(
            f"{purpose} needs pictures of at least {smallest}x{smallest} pixels, found {height}x{width}.",
            hint="use larger pictures, or leave this change out.",
        )
    lowest, highest = float(images.min()), float(images.max())
    if not (lowest >= 0 and highest <= 1):
        raise DataError(
            f"{purpose}: pixels run from {lowest:g} to {highest:g}, expected 0 to 1.",
            hint="divide grey levels by 255, as `split.inputs` does.",
        )
    return images.astype(np.float32, copy=False).reshape(*images.shape[:3], -1)


def like(changed: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Return `changed` (planes) as float32 in [0, 1], in the shape that `images` came in."""
    return np.clip(changed, 0.0, 1.0).astype(np.float32, copy=False).reshape(images.shape)


def random_numbers(seed: int, purpose: str) -> np.random.Generator:
    """Return the random numbers of this seed and purpose; two purposes never share any."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])
