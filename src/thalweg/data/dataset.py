"""A named data set: what is learned from and what is tested on, as one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace

import numpy as np

from thalweg.data.reading import Reading
from thalweg.data.showing import dataset_html
from thalweg.data.split import (
    Scaling as Scaling,
    Split as Split,
    TestSplit as TestSplit,
    TrainSplit as TrainSplit,
    ValidationSplit as ValidationSplit,
    stratified_mask as stratified_mask,
)
from thalweg.data.stored import pieces_of
from thalweg.errors import DataError


@dataclass(frozen=True, eq=False)
class Dataset:
    """A named data set: what to train on, what to test on, and where both came from.

    `source` is what `load` was given (a name or a path) and finds the same data again. `notes` are
    sentences the user should see, such as "no test part was given: ...". `validation` is what
    `hold_out` kept back of the training part, if anything. `held_out` bool [examples] says, of data that
    came without a test part, which of the source's became one; None otherwise. What the examples are called
    there is each split's `identity`. `reading` is how a table or a folder was read; of a table, `test_source`
    is the file of a test part of its own and `feature_names` name the inputs. `own_validation`: whether the
    validation part is the source's own, so that reading it again gives the same.

    Examples:
        >>> import thalweg as tw
        >>> digits = tw.load("digits")
        >>> digits.train
        TrainSplit(1,438 examples of 28x28, 10 classes)
        >>> digits.train.inputs.shape
        (1438, 28, 28)
        >>> digits.hold_out(0.1).validation
        ValidationSplit(143 examples of 28x28, 10 classes)
    """

    name: str
    test: TestSplit
    train_part: TrainSplit | None = None
    source: str = ""
    notes: tuple[str, ...] = ()
    validation: ValidationSplit | None = None
    held_out: np.ndarray | None = None
    reading: Reading = field(default_factory=Reading)
    test_source: str = ""
    feature_names: tuple[str, ...] = ()
    own_validation: bool = False

    @property
    def train(self) -> TrainSplit:
        """The training split; a set that has none (an outlier set) raises `DataError`."""
        if self.train_part is None:
            raise DataError(
                f"{self.name} has no training part.",
                hint="use it as an outlier set only, or name a data set that can be trained on.",
            )
        return self.train_part

    def hold_out(self, fraction: float, seed: int = 0) -> Dataset:
        """Return the same data with a stratified share of the training part kept back as `validation`."""
        train, validation = self.train.hold_out(fraction, seed)
        return replace(self, train_part=train, validation=validation, own_validation=False)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one example."""
        return self.test.input_shape

    @property
    def class_names(self) -> tuple[str, ...]:
        """One name a class."""
        return self.test.class_names

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    @property
    def content_hash(self) -> str:
        """SHA-256 over the values and labels of all parts: the same data, whatever file they came from."""
        digest = hashlib.sha256()
        own = self.validation if self.own_validation else None
        for split in (self.train_part, self.test, own):
            if split is not None:
                digest.update(f"{split.raw.dtype}{split.raw.shape}{split.class_names}".encode())
                for _, piece in pieces_of(split.raw):
                    digest.update(np.ascontiguousarray(piece).data)
                digest.update(np.ascontiguousarray(split.labels).data)
        return digest.hexdigest()

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.input_shape))
        train = f"{len(self.train_part):,}" if self.train_part is not None else "no"
        return (
            f"Dataset({self.name!r}: {train} training and {len(self.test):,} test examples "
            f"of {shape}, {self.classes} classes)"
        )

    def _repr_html_(self) -> str:
        splits = {"training": self.train_part, "validation": self.validation, "test": self.test}
        present = {part: split for part, split in splits.items() if split is not None}
        return dataset_html(self.name, present, self.notes)
