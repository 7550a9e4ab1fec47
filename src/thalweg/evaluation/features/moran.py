"""How far small pictures are from chance: Moran's I, the slope of their spectrum, and shuffled pixels.

Pictures are given as values [pictures, pixels, channels] at the pixels of a `Grid`. Every channel is centred
on its own mean; neighbours are the pixels above, below, left and right in the same channel (the rook's).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from threadpoolctl import threadpool_limits

from thalweg.chunks import slices
from thalweg.errors import EvaluationError

FEWEST_RINGS = 3  # a slope through fewer points says nothing
PICTURES_AT_ONCE = 128  # pictures whose permuted pixels fit a core's cache


@dataclass(frozen=True, eq=False)
class Grid:
    """Which pixels [height, width] count: `mask` is True there. Neighbours outside of it are no neighbours.

    Raises `EvaluationError` for a mask without two pixels side by side.
    """

    mask: np.ndarray

    def __post_init__(self) -> None:
        if self.mask.ndim != 2 or not len(self.edges[0]):
            raise EvaluationError(
                f"A mask of shape {self.mask.shape} with {int(self.mask.sum())} pixels: no two side by side.",
                hint="give a mask [height, width] that is True at two neighbouring pixels or more.",
            )

    @property
    def pixels(self) -> int:
        """Number of pixels that count."""
        return int(self.mask.sum())

    @cached_property
    def edges(self) -> tuple[np.ndarray, np.ndarray]:
        """Both ends [edges] of every pair of neighbours, each pair once, as places among the pixels."""
        place = np.full(self.mask.shape, -1)
        place[self.mask] = np.arange(self.pixels)
        pairs = [(place[:, :-1], place[:, 1:]), (place[:-1], place[1:])]
        first, second = (np.concatenate([pair[end].ravel() for pair in pairs]) for end in (0, 1))
        both = (first >= 0) & (second >= 0)
        return first[both], second[both]

    @cached_property
    def most(self) -> float:
        """The largest Moran's I that any picture has in these pixels: 0.53 for 3x3, near 1 for many.

        It is pixels / pairs times half the largest eigenvalue of the matrix of neighbours, centred (de Jong,
        Sprenger & van Veen, Geogr. Anal. 16, 1984, section 2). Dense algebra: for small pictures.
        """
        first, second = self.edges
        beside = np.zeros((self.pixels, self.pixels))
        beside[first, second] = beside[second, first] = 1.0
        centred = beside - beside.mean(axis=0) - beside.mean(axis=1, keepdims=True) + beside.mean()
        # All pixels alike is no picture: its eigenvalue goes from 0 to -4, below every other.
        return float(self.pixels / len(first) * np.linalg.eigvalsh(centred - 4 / self.pixels)[-1] / 2)

    @cached_property
    def waves(self) -> tuple[np.ndarray, np.ndarray]:
        """Waves over the pixels, and which of them make one ring.

        Float32 [2, pixels, frequencies], cosines and sines, one of each pair of opposite frequencies; and
        float32 [frequencies, rings], the weights of a ring's mean. Ring k holds the frequencies whose length
        rounds to k cycles over the shorter side, from 1 to half of that side.
        """
        height, width = self.mask.shape
        side = min(height, width)
        rows, columns = np.meshgrid(np.fft.fftfreq(height), np.fft.fftfreq(width), indexing="ij")
        ring = np.rint(np.hypot(rows, columns) * side)
        count = self._counts
        used = (count > 0) & (ring > 0) & (ring <= side // 2)
        rows, columns, ring, count = (part[used] for part in (rows, columns, ring, count))
        down, right = np.nonzero(self.mask)
        phase = 2 * np.pi * (np.outer(down, rows) + np.outer(right, columns))
        member = (ring[:, None] == np.arange(1, side // 2 + 1)) * count[:, None].astype(np.float32)
        return np.stack([np.cos(phase), np.sin(phase)]).astype(np.float32), member / member.sum(axis=0)

    @property
    def _counts(self) -> np.ndarray:
        """How many frequencies each [height, width] stands for: 2 and 0 in a pair of opposites, 1 alone.

        Opposite frequencies have the same power; zero and the highest of even sides are their own opposites.
        """
        height, width = self.mask.shape
        number = np.arange(height * width).reshape(height, width)
        opposite = np.roll(number[::-1, ::-1], (1, 1), axis=(0, 1))
        return np.where(number == opposite, 1, 2 * (number < opposite))

    def values(self, pictures: np.ndarray) -> np.ndarray:
        """Return values [pictures, pixels, channels] of pictures [pictures, height, width(, channels)]."""
        pictures = pictures.reshape(len(pictures), *self.mask.shape, -1)
        return pictures[:, self.mask].astype(np.float32)


def moran(values: np.ndarray, grid: Grid) -> np.ndarray:
    """Return Moran's I [pictures] (Moran, Biometrika 37, 1950), with weight 1 for each pair of neighbours.

    I = (pixels / pairs) Σ_pairs z_a z_b / Σ z², z the deviations from the mean; sums run over channels
    too. Noise has −1/(pixels − 1) on average, neighbours that are equal 1. A picture of one value has 0.
    """
    return _moran(_columns(values), grid, values.shape[2])


def spectral_slope(values: np.ndarray, grid: Grid) -> np.ndarray:
    """Return the slope [pictures] of log power against log frequency.

    Rings of equal frequency weigh alike. 0 is white noise; photographs have about −2 (Field, J. Opt. Soc. Am.
    A 4, 1987, figure 7). Pixels that do not count stand at the mean. NaN where a picture has fewer than 6
    pixels a side or one value only.
    """
    return _slope(_columns(values), grid, values.shape[2])


def shuffled_moran(values: np.ndarray, grid: Grid, *, permutations: int, seed: int) -> np.ndarray:
    """Return Moran's I [permutations, pictures] of the same pictures with their pixels shuffled.

    All pictures, and all channels of one, are shuffled alike; a picture keeps its values, so what differs
    between neighbours and strangers is their place alone.
    """
    return _shuffled(_moran, values, grid, permutations, seed)


def shuffled_slope(values: np.ndarray, grid: Grid, *, permutations: int, seed: int) -> np.ndarray:
    """Return the spectral slope [permutations, pictures] of the same pictures with their pixels shuffled."""
    return _shuffled(_slope, values, grid, permutations, seed)


def _shuffled(
    measure: Callable[[np.ndarray, Grid, int], np.ndarray],
    values: np.ndarray,
    grid: Grid,
    permutations: int,
    seed: int,
) -> np.ndarray:
    generator = np.random.default_rng(seed)
    orders = [generator.permutation(grid.pixels) for _ in range(permutations)]
    found = np.empty((permutations, len(values)))
    # Matrices this small are slower on many threads than on one.
    with threadpool_limits(limits=1, user_api="blas"):
        for some in slices(len(values), PICTURES_AT_ONCE):
            columns = _columns(values[some])
            for draw, order in enumerate(orders):
                found[draw, some] = measure(columns[order], grid, values.shape[2])
    return found


def share_as_extreme(observed: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Return one-sided p-values [...] of `observed` [...]: large is extreme.

    `chance` [draws, ...] or [draws, 1, ...]: (1 + draws at least as large) / (1 + draws), which is never 0
    and valid for any number of draws (Phipson & Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010, equation 2).
    NaN gives 1.
    """
    # Sums in another order differ in the last digit: equal pictures must count as equal.
    reached = chance >= observed - 1e-6 * np.abs(observed)
    p = (1 + reached.sum(axis=0)) / (1 + len(chance))
    return np.where(np.isnan(observed), 1.0, p)


def _columns(values: np.ndarray) -> np.ndarray:
    """Return centred float32 columns [pixels, pictures * channels]: rows are then permuted in one go."""
    centred = values - values.mean(axis=1, keepdims=True, dtype=np.float64)
    columns = np.moveaxis(centred, 1, 0).reshape(values.shape[1], -1)
    return np.ascontiguousarray(columns, dtype=np.float32)


def _moran(columns: np.ndarray, grid: Grid, channels: int) -> np.ndarray:
    first, second = grid.edges
    together = np.einsum("ec,ec->c", columns[first], columns[second])
    alone = np.einsum("pc,pc->c", columns, columns)
    together, alone = (sums.reshape(-1, channels).sum(axis=1, dtype=np.float64) for sums in (together, alone))
    ratio = np.divide(together, alone, out=np.zeros_like(together), where=alone > 0)
    return grid.pixels / len(first) * ratio


def _slope(columns: np.ndarray, grid: Grid, channels: int) -> np.ndarray:
    pictures = columns.shape[1] // channels
    (cosines, sines), rings = grid.waves
    if rings.shape[1] < FEWEST_RINGS:
        return np.full(pictures, np.nan)
    power = ((columns.T @ cosines) ** 2 + (columns.T @ sines) ** 2) @ rings
    power = power.reshape(pictures, channels, -1).sum(axis=1, dtype=np.float64)
    frequency = np.log(np.arange(1, power.shape[1] + 1))
    frequency -= frequency.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.log(power) @ frequency / (frequency @ frequency)
    return np.where(np.isfinite(slope), slope, np.nan)
