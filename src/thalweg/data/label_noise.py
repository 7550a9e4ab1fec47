"""Labels made wrong on purpose, known exactly, so that an audit can be put to the test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from thalweg.errors import StudyError

_FLIPS = 5
"""Sets the random choices here apart from others with the same seed."""


@dataclass(frozen=True, eq=False)
class NoisyLabels:
    """`labels` int [examples] with some of them wrong, and `flipped` bool [examples]: which."""

    labels: np.ndarray
    flipped: np.ndarray

    @property
    def flips(self) -> int:
        """How many labels were changed."""
        return int(self.flipped.sum())


def flip_labels(
    labels: np.ndarray,
    *,
    classes: int,
    seed: int,
    flips: int | None = None,
    share: float | None = None,
    transition: np.ndarray | None = None,
) -> NoisyLabels:
    """Return a copy of `labels` [examples] in which exactly so many are wrong; the same seed, the same ones.

    Main arguments:
        flips: how many; or `share`, of all examples (rounded to a whole number of them).
        transition: [classes, classes], how likely a label of class i becomes one of class j; the diagonal
            is not looked at. Labels are drawn in proportion to what leaves their class. Without it every
            example and every wrong class is as likely as any other.

    Raises `StudyError` for more flips than there are examples (or examples that may be flipped), labels out
    of range, a matrix of another shape or with a negative entry, and unless one of `flips` and `share` is
    given.
    """
    labels = _checked_labels(labels, classes)
    count = _count(len(labels), flips, share)
    rates = _rates(transition, classes)
    chances = rates.sum(axis=1)[labels]
    _refuse_too_many(count, int((chances > 0).sum()), len(labels))
    if count == 0:
        return NoisyLabels(labels.copy(), np.zeros(len(labels), dtype=bool))
    generator = np.random.default_rng([seed, _FLIPS, len(labels)])
    chosen = generator.choice(len(labels), size=count, replace=False, p=chances / chances.sum())
    noisy = labels.copy()
    noisy[chosen] = _other_classes(labels[chosen], rates, generator)
    return NoisyLabels(noisy, noisy != labels)


def pairs(classes: int, confused: Mapping[int, int]) -> np.ndarray:
    """Return the transition matrix in which class i is only ever taken for class `confused[i]`.

    Classes that are not named stay as they are. Raises `StudyError` for a class that there is not.
    """
    matrix = np.zeros((classes, classes))
    for true, given in confused.items():
        if not (0 <= true < classes and 0 <= given < classes) or true == given:
            raise StudyError(
                f"a pair {true} -> {given} of {classes} classes: expected two different classes "
                f"from 0 to {classes - 1}.",
                hint="name a class and the one that it is taken for.",
            )
        matrix[true, given] = 1.0
    return matrix


ALIKE_DIGITS = {0: 6, 1: 7, 2: 7, 3: 5, 4: 9, 5: 3, 6: 0, 7: 1, 8: 3, 9: 4}
"""For each digit one that it is easily taken for in handwriting."""


def _checked_labels(labels: np.ndarray, classes: int) -> np.ndarray:
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "ui" or not len(labels):
        raise StudyError(
            f"labels of shape {labels.shape} and type {labels.dtype}: expected whole numbers [examples].",
            hint="give one label for each example.",
        )
    if classes < 2 or labels.min() < 0 or labels.max() >= classes:
        raise StudyError(
            f"labels from {labels.min()} to {labels.max()} for {classes} classes: expected 0 to classes - 1, "
            "and at least 2 classes.",
            hint="number the classes from 0.",
        )
    return labels


def _count(examples: int, flips: int | None, share: float | None) -> int:
    if (flips is None) == (share is None):
        raise StudyError(
            f"flips={flips}, share={share}: expected one of the two.",
            hint="say how many labels to flip, or which share of them.",
        )
    if share is not None:
        if not 0.0 <= share <= 1.0:
            raise StudyError(
                f"share={share:g} of the labels to flip: expected 0 to 1.", hint="0.05 flips one in twenty."
            )
        flips = round(share * examples)
    assert flips is not None
    if flips < 0:
        raise StudyError(f"flips={flips}: expected 0 or more.", hint="say how many labels to flip.")
    return int(flips)


def _refuse_too_many(flips: int, available: int, examples: int) -> None:
    if flips > available:
        whose = (
            f"{examples:,} examples"
            if available == examples
            else f"{available:,} examples that may be flipped, of {examples:,}"
        )
        raise StudyError(f"{flips:,} flips, but only {whose}.", hint=f"flip {available:,} at most.")


def _rates(transition: np.ndarray | None, classes: int) -> np.ndarray:
    """Return how much of each class goes to each other class; the diagonal is 0."""
    if transition is None:
        return (1.0 - np.eye(classes)) / (classes - 1)
    matrix = np.array(transition, dtype=np.float64)
    if matrix.shape != (classes, classes) or not (np.isfinite(matrix) & (matrix >= 0)).all():
        raise StudyError(
            f"a transition matrix of shape {matrix.shape} (smallest {matrix.min(initial=0):g}): expected "
            f"[{classes}, {classes}], all at least 0.",
            hint="row i says how likely a label of class i becomes each other class.",
        )
    np.fill_diagonal(matrix, 0.0)
    if matrix.sum() == 0:
        raise StudyError("a transition matrix that changes no class.", hint="give an entry off the diagonal.")
    return matrix


def _other_classes(true: np.ndarray, rates: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Draw a wrong class for each label, by the row of its class."""
    edges = np.cumsum(rates[true], axis=1)
    drawn = generator.random(len(true)) * edges[:, -1]
    return (drawn[:, None] >= edges).sum(axis=1)
