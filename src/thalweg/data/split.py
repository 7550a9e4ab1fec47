"""Labelled examples, of three distinct types: to learn from, to select on, to report on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from thalweg.data.given import Inputs
from thalweg.data.identity import Identity
from thalweg.data.stored import Stored, pieces_of, taken
from thalweg.errors import DataError

ROUNDING = 1e-4
"""How far, in standard deviations, float32 may move a mean before float64 is used instead."""


@dataclass(frozen=True, eq=False)
class Scaling:
    """How raw values become network inputs: `(raw - offset) / divisor`.

    Pixels are divided by 255. Features are standardised with the mean and standard deviation of the
    *training* split, so nothing of the test split leaks into what the network sees. Where float32 would
    blur what is small beside its mean (the seconds of a date, a place on a map), they are centred and
    divided in float64 first. `given`: how the source itself gives them to models of another library.
    """

    offset: np.ndarray
    divisor: np.ndarray
    given: Inputs | None = None

    @staticmethod
    def pixels() -> Scaling:
        """Map uint8 grey levels 0..255 to activations in [0, 1]."""
        return Scaling(np.array(0.0, np.float32), np.array(255.0, np.float32))

    @staticmethod
    def identity() -> Scaling:
        """Leave values as they are (images that are already in [0, 1])."""
        return Scaling(np.array(0.0, np.float32), np.array(1.0, np.float32))

    @staticmethod
    def standard(features: np.ndarray) -> Scaling:
        """Standardise `features` [examples, inputs]; a constant feature is only centred."""
        mean, deviation = moments(features)
        return Scaling(mean, np.where(deviation > 0, deviation, 1.0))

    def is_narrow(self, raw: np.ndarray) -> bool:
        """Return whether float32 is exact enough to centre and divide `raw` in."""
        rounding = np.abs(self.offset - self.offset.astype(np.float32))
        return raw.dtype != np.float64 and bool(np.all(rounding <= ROUNDING * self.divisor))

    def __call__(self, raw: np.ndarray) -> np.ndarray:
        """Return float32 network inputs of the same shape as `raw`."""
        kind = np.float32 if self.is_narrow(raw) else np.float64
        inputs = np.asarray(raw).astype(kind)
        inputs -= self.offset.astype(kind)
        inputs /= self.divisor.astype(kind)
        return inputs.astype(np.float32, copy=False)


@dataclass(frozen=True, eq=False)
class Split:
    """Labelled examples. Abstract: use `TrainSplit`, `ValidationSplit` or `TestSplit`.

    `raw`: uint8 images [examples, height, width] or [examples, height, width, channels], or features
    [examples, inputs], float32 or, where that would make different values equal, float64; where they stay in
    their file, a `Stored`, which reads rows as they are asked for. `labels`: int32 [examples], 0-based.
    `class_names`: one a class. `identity`: what the examples are called in what the user gave; None where
    they are known by their place in the split alone.
    """

    raw: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]
    scaling: Scaling = field(default_factory=Scaling.pixels)
    identity: Identity | None = None

    def __post_init__(self) -> None:
        if type(self) is Split:
            raise TypeError("Split is abstract: use TrainSplit, ValidationSplit or TestSplit.")
        if len(self.raw) != len(self.labels):
            raise DataError(
                f"{len(self.raw)} examples but {len(self.labels)} labels.",
                hint="give one label for each example, in the same order.",
            )
        if self.identity is not None and len(self.identity) != len(self.labels):
            raise DataError(
                f"{len(self.labels)} examples, and what {len(self.identity)} are called.",
                hint="choose examples with split.take(...), or give identity=None.",
            )
        if len(self.raw) == 0:
            raise DataError("A split with no examples.", hint="give at least one example per class.")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one example, e.g. (28, 28) for an image or (13,) for a row of features."""
        return self.raw.shape[1:]

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    @property
    def is_stored(self) -> bool:
        """Whether the inputs stay in their file, and are read as they are asked for."""
        return isinstance(self.raw, Stored)

    @property
    def is_images(self) -> bool:
        """Whether one example is a picture rather than a row of features."""
        return self.raw.ndim >= 3

    @property
    def inputs(self) -> np.ndarray:
        """float32 network inputs [examples, *input_shape], scaled anew at every call."""
        return self.scaling(self.raw)

    def take(self, examples: np.ndarray | slice) -> Self:
        """Return the same kind of split with only these examples (indices, a mask or a slice)."""
        identity = None if self.identity is None else self.identity.take(examples)
        return replace(self, raw=taken(self.raw, examples), labels=self.labels[examples], identity=identity)

    def in_memory(self) -> Self:
        """Return the same split with its inputs in memory. Raises `TooLarge` where they do not fit."""
        return replace(self, raw=np.asarray(self.raw)) if self.is_stored else self

    def called(self, example: int) -> str:
        """Return what an example is called in what the user gave, else its number in the split, from 0."""
        return f"example {example}" if self.identity is None else self.identity.name(example)

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.input_shape))
        return f"{type(self).__name__}({len(self):,} examples of {shape}, {self.classes} classes)"


@dataclass(frozen=True, eq=False, repr=False)
class TrainSplit(Split):
    """Examples to learn from: the only kind that training accepts."""

    def hold_out(self, fraction: float, seed: int = 0) -> tuple[TrainSplit, ValidationSplit]:
        """Split off a stratified share of the examples to select on.

        Returns the smaller training split and the validation split. The same `fraction` and `seed` always
        give the same parts. Raises `DataError` when a class would be left without an example on either side.
        """
        if not 0.0 < fraction < 1.0:
            raise DataError(
                f"hold_out(fraction={fraction}): expected a share strictly between 0 and 1.",
                hint="use hold_out(0.1) to keep a tenth for validation.",
            )
        held = stratified_mask(self.labels, fraction, seed)
        other = self.take(held)
        return self.take(~held), ValidationSplit(
            other.raw, other.labels, self.class_names, self.scaling, other.identity
        )


@dataclass(frozen=True, eq=False, repr=False)
class ValidationSplit(Split):
    """Examples to select on: recipes, stopping times, temperatures. Never trained on."""


@dataclass(frozen=True, eq=False, repr=False)
class TestSplit(Split):
    """Examples to report on: neither trained on nor selected on."""

    __test__ = False  # its name makes pytest think it is a test


def moments(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of `features` [examples, inputs] by column, in float64.

    They are added up a piece at a time, and are the same bits for an array and for rows of a file.
    """
    total = squares = np.zeros(features.shape[1:])
    for _, piece in pieces_of(features):
        total = total + piece.sum(axis=0, dtype=np.float64)
    mean = total / len(features)
    for _, piece in pieces_of(features):
        away = piece - mean
        squares = squares + (away * away).sum(axis=0)
    return mean, np.sqrt(squares / len(features))


def stratified_mask(labels: np.ndarray, fraction: float, seed: int) -> np.ndarray:
    """Return a boolean mask [examples] that is True for a stratified share `fraction` of the examples.

    Every class gives round(fraction * its size) examples, but at least one, and keeps at least one.
    Raises `DataError` for a class with a single example.
    """
    generator = np.random.default_rng([seed, len(labels)])
    mask = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) < 2:
            raise DataError(
                f"Class {label} has only {len(members)} example: it cannot stand on both sides of a split.",
                hint="give at least two examples of every class, or give the test part yourself.",
            )
        count = min(max(1, round(fraction * len(members))), len(members) - 1)
        mask[generator.permutation(members)[:count]] = True
    return mask
