"""How far pictures are from each other when small changes do not count: tangent distance.

What moves, turns, enlarges or brightens a picture a little moves it along its tangents. The distance from a
picture to another, less what lies along its own tangents, hardly knows of such changes (Simard, LeCun &
Denker, NIPS 5, 1993, section 2).
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from thalweg.chunks import slices
from thalweg.data.dataset import Scaling

AT_ONCE = 512
"""Pictures that are made smaller at once."""

TOO_SMALL = 4
"""Pictures of fewer pixels a side have no slopes worth the name: they are compared pixel by pixel."""


def thumbnails(
    raw: np.ndarray, scaling: Scaling, chosen: np.ndarray, *, longest: int, blur: float = 0.0
) -> np.ndarray:
    """Return pictures [chosen, height, width, channels] float32 whose longer side is at most `longest`.

    They are those of the numbers `chosen` of `raw`, scaled a few at a time, since all may be large. Blocks of
    pixels are averaged; then, with `blur`, all is smoothed (its standard deviation in pixels).
    """
    pictures = raw if raw.ndim == 4 else raw[..., None]
    step = -(-max(pictures.shape[1:3]) // longest)
    made = []
    for place in slices(len(chosen), AT_ONCE):
        small = _averaged(_averaged(scaling(pictures[chosen[place]]), 1, step), 2, step)
        made.append(ndimage.gaussian_filter(small, (0, blur, blur, 0)) if blur else small)
    return np.ascontiguousarray(np.concatenate(made), dtype=np.float32)


def _averaged(pictures: np.ndarray, axis: int, step: int) -> np.ndarray:
    if step == 1:
        return pictures
    length = pictures.shape[axis]
    starts = np.arange(0, length, step)
    sizes = np.diff(np.append(starts, length)).astype(np.float32)
    shape = [-1 if place == axis else 1 for place in range(pictures.ndim)]
    return np.add.reduceat(pictures, starts, axis=axis) / sizes.reshape(shape)


def bent_distances(pictures: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Return the tangent distances [examples, candidates] of each picture to those of these numbers.

    `pictures` float32 [examples, height, width, channels]. The larger of the distances from either picture's
    tangents counts: darkened far enough, any picture is an empty one, but no empty one is any picture.
    """
    flat = pictures.reshape(len(pictures), -1)
    if min(pictures.shape[1:3]) < TOO_SMALL:
        tangents = np.zeros((len(flat), 1, flat.shape[1]), np.float32)
    else:
        tangents = np.concatenate([_tangents(pictures[place]) for place in slices(len(flat), 4096)])
    products = np.einsum("nti,nui->ntu", tangents, tangents)
    inverse = np.linalg.pinv(products, rcond=1e-5, hermitian=True)
    found = np.empty(candidates.shape)
    for place in slices(len(flat), 512):
        other = candidates[place]
        gap = flat[other] - flat[place][:, None]
        whole = np.einsum("sci,sci->sc", gap, gap)
        own = gap @ tangents[place].transpose(0, 2, 1)
        along_own = np.einsum("sct,stu,scu->sc", own, inverse[place], own, optimize=True)
        others = np.einsum("sci,scti->sct", gap, tangents[other], optimize=True)
        along_others = np.einsum("sct,sctu,scu->sc", others, inverse[other], others, optimize=True)
        found[place] = np.sqrt(np.maximum(whole - np.minimum(along_own, along_others), 0.0))
    return found


def _tangents(pictures: np.ndarray) -> np.ndarray:
    """Return the tangents [examples, 6, pixels]: across, down, turned, enlarged, more contrast, lighter."""
    down, across = np.gradient(pictures, axis=(1, 2))
    height, width = pictures.shape[1:3]
    y, x = np.mgrid[:height, :width].astype(np.float32)[..., None]
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    moved = (across, down, x * down - y * across, x * across + y * down, pictures, np.ones_like(pictures))
    return np.stack(moved, axis=1).reshape(len(pictures), len(moved), -1).astype(np.float32)
