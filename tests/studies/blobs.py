"""A small data set that a small network learns in a moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thalweg import data
from thalweg.data.dataset import Dataset


def blobs(
    examples: int = 60, classes: int = 3, *, tests: int = 45, seed: int = 0, spread: float = 0.4
) -> Dataset:
    """Make rows of four features around one centre a class; the classes take turns."""
    generator = np.random.default_rng(seed)
    centres = 2 * np.eye(classes, 4)

    def part(count: int) -> tuple[np.ndarray, np.ndarray]:
        labels = np.arange(count) % classes
        return centres[labels] + spread * generator.standard_normal((count, 4)), labels

    return data.from_arrays(*part(examples), test=part(tests), name="blobs")


def with_labels(dataset: Dataset, labels: np.ndarray) -> Dataset:
    """Return the same data with other training labels."""
    return replace(dataset, train_part=replace(dataset.train, labels=labels.astype(np.int32)))
