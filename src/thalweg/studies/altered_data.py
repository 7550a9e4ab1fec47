"""Training and test data that a study has changed: smaller or moved pictures, or meaningless labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from thalweg.data.dataset import Dataset, Scaling, Split
from thalweg.errors import StudyError

AnySplit = TypeVar("AnySplit", bound=Split)
PIECE = 4096  # pictures shrunk at once: 26 MB of float64 at 28x28


def shrunk(dataset: Dataset, side: int) -> Dataset:
    """Return the data with pictures of `side` x `side` pixels, each the mean of the area that it covers.

    Raises `StudyError` for data that are not pictures, and for a side longer than they have.
    """
    if not dataset.train.is_images:
        raise StudyError(
            f"side={side}: {dataset.name} has rows of {dataset.input_shape[0]} features, not pictures.",
            hint="leave side at 0, or give pictures.",
        )
    if side > min(dataset.input_shape[:2]):
        height, width = dataset.input_shape[:2]
        raise StudyError(
            f"side={side}: the pictures of {dataset.name} have {height}x{width} pixels.",
            hint="pictures are made smaller only: give a side that is not longer, or 0.",
        )
    return replace(
        dataset, train_part=_shrunk_split(dataset.train, side), test=_shrunk_split(dataset.test, side)
    )


def relabelled(split: AnySplit, seed: int) -> AnySplit:
    """Return the same examples with their labels dealt out anew: each class as often, and meaning nothing."""
    return replace(split, labels=np.random.default_rng([seed, len(split)]).permutation(split.labels))


def shifted_copies(split: AnySplit) -> AnySplit:
    """Return every picture five times: as it is, then moved by a pixel down, up, right and left.

    What comes in from outside is 0 (Nielsen 2015, chapter 6, `expand_mnist.py`). Raises `StudyError` for data
    that are not pictures.
    """
    if not split.is_images:
        raise StudyError(
            f"rows of {split.input_shape[0]} features cannot be moved by a pixel.", hint="give pictures."
        )
    moved = [split.raw]
    for axis, by in ((1, 1), (1, -1), (2, 1), (2, -1)):
        copy = np.roll(split.raw, by, axis)
        edge = [slice(None)] * copy.ndim
        edge[axis] = slice(0, 1) if by > 0 else slice(-1, None)
        copy[tuple(edge)] = 0
        moved.append(copy)
    again = split.take(np.tile(np.arange(len(split)), len(moved)))
    return replace(again, raw=np.concatenate(moved))


def area_weights(before: int, after: int) -> np.ndarray:
    """Return the weights [after, before] that average `before` pixels into `after`; rows sum to 1."""
    edges = np.linspace(0, before, after + 1)
    starts = np.arange(before)
    covered = np.minimum(edges[1:, None], starts + 1) - np.maximum(edges[:-1, None], starts)
    return np.maximum(covered, 0) * after / before


def _shrunk_split(split: AnySplit, side: int) -> AnySplit:
    rows, columns = (area_weights(extent, side) for extent in split.input_shape[:2])
    raw = np.empty((len(split), side, side, *split.raw.shape[3:]), split.raw.dtype)
    for first in range(0, len(split), PIECE):
        part = split.raw[first : first + PIECE].astype(np.float64)
        small = np.einsum("ah,nhw...,bw->nab...", rows, part, columns, optimize=True)
        raw[first : first + PIECE] = np.rint(small) if raw.dtype.kind == "u" else small
    return replace(split, raw=raw)


S = TypeVar("S", bound=Split)

_LABELS, _ORDER, _PIXELS, _GAUSSIAN, _CHOSEN = range(5)


def with_random_labels(split: S, share: float, seed: int) -> S:
    """Return the split with each label replaced, with probability `share`, by one drawn uniformly.

    The draw may hit the true class, as in Zhang et al.: of wholly random labels 1/classes are right.
    """
    if not 0.0 <= share <= 1.0:
        raise StudyError(
            f"share={share!r} of random labels: expected a number from 0 to 1.", hint="1 draws all anew."
        )
    generator = np.random.default_rng([seed, _LABELS, len(split)])
    drawn = generator.integers(split.classes, size=len(split)).astype(split.labels.dtype)
    return replace(split, labels=np.where(generator.random(len(split)) < share, drawn, split.labels))


def with_shuffled_pixels(dataset: Dataset, seed: int) -> Dataset:
    """Return the data with the inputs of every example in one and the same random order."""
    order = np.random.default_rng([seed, _ORDER]).permutation(int(np.prod(dataset.input_shape)))
    return _of_both(dataset, lambda split, _: _flat(split)[:, order].reshape(split.raw.shape))


def with_random_pixels(dataset: Dataset, seed: int) -> Dataset:
    """Return the data with the inputs of every example in a random order of its own."""

    def shuffled(split: Split, part: int) -> np.ndarray:
        generator = np.random.default_rng([seed, _PIXELS, part])
        return generator.permuted(_flat(split), axis=1).reshape(split.raw.shape)

    return _of_both(dataset, shuffled)


def with_gaussian_inputs(dataset: Dataset, seed: int) -> Dataset:
    """Return the data with every input drawn from the Gaussian with the training inputs' mean and spread."""
    inputs = dataset.train.inputs
    mean, spread = float(inputs.mean()), float(inputs.std())

    def drawn(split: Split, part: int) -> np.ndarray:
        generator = np.random.default_rng([seed, _GAUSSIAN, part])
        return (mean + spread * generator.standard_normal(split.raw.shape)).astype(np.float32)

    noise = _of_both(dataset, drawn)
    plain = Scaling.identity()
    return replace(
        noise, train_part=replace(noise.train, scaling=plain), test=replace(noise.test, scaling=plain)
    )


def some(dataset: Dataset, examples: int, seed: int) -> Dataset:
    """Return the data with `examples` training examples drawn at random; all of them for 0."""
    available = len(dataset.train)
    if examples > available:
        raise StudyError(
            f"examples={examples:,}: {dataset.name} has {available:,} training examples.",
            hint="ask for fewer, or for 0, which takes all.",
        )
    if not examples or examples == available:
        return dataset
    chosen = np.random.default_rng([seed, _CHOSEN]).permutation(available)[:examples]
    return replace(dataset, train_part=dataset.train.take(np.sort(chosen)))


def _flat(split: Split) -> np.ndarray:
    return split.raw.reshape(len(split), -1)


def _of_both(dataset: Dataset, change: Callable[[Split, int], np.ndarray]) -> Dataset:
    train = replace(dataset.train, raw=change(dataset.train, 0))
    return replace(dataset, train_part=train, test=replace(dataset.test, raw=change(dataset.test, 1)))
