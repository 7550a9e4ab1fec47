"""Data with their structure taken out: labels drawn anew, pixels shuffled, or nothing but Gaussian noise.

The kinds are those of Zhang, Bengio, Hardt, Recht & Vinyals, "Understanding deep learning requires rethinking
generalization" (ICLR 2017), section 2.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from thalweg.data.dataset import Dataset, Scaling, Split
from thalweg.errors import StudyError

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
