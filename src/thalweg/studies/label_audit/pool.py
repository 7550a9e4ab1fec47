"""Which examples an audit judges, which it trains on, and where each of them stands in the user's data."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from thalweg.data import identity
from thalweg.data.arrays import Part, assemble
from thalweg.data.class_order import whole, whole_identity
from thalweg.data.dataset import Dataset, Split, TrainSplit
from thalweg.data.loading import load
from thalweg.data.reading import Reading
from thalweg.data.tables import is_table
from thalweg.errors import DataError, StudyError, near_match
from thalweg.places import given_path

SPLITS = ("all", "train", "test")


@dataclass(frozen=True, eq=False)
class Pool:
    """`train`: what members may train on. `also`: what is judged instead of it, if members train on none of
    that. `part` [examples]: "train" or "test" of each judged example, and `example` int [examples] its number
    there from 0.
    """

    name: str
    train: TrainSplit
    also: Split | None
    part: np.ndarray
    example: np.ndarray

    @property
    def judged(self) -> Split:
        """The examples that are judged."""
        return self.train if self.also is None else self.also


def pool_of(data: Dataset | ArrayLike | None, labels: ArrayLike | None, split: str) -> Pool:
    """Return the pool of a data set, or of `data` [examples, ...] with `labels`.

    Of a data set, `split` "train" judges its training part and "test" its test part, which no member
    trains on; "all" pools both, and members train on shares of the pool. Arrays are one part, in their own
    order. Raises `StudyError` for another split, or labels together with a data set; `DataError` as
    `thalweg.data.from_arrays` does.
    """
    if split not in SPLITS:
        raise StudyError(
            f"split={split!r}: expected one of {', '.join(SPLITS)}.{near_match(split, SPLITS)}",
            hint="all judges every example.",
        )
    if isinstance(data, Dataset):
        if labels is not None:
            raise StudyError(
                "a data set and labels were given; a data set has labels of its own.",
                hint="give audit(dataset), or audit(images, labels).",
            )
        return _of_dataset(data, split)
    if labels is None:
        raise StudyError(
            f"a {type(data).__name__} was given without labels.",
            hint="give audit(images, labels), or a data set: audit(thalweg.load(path)).",
        )
    whole = assemble((data, labels), (data, labels), name="arrays", source="").train
    return Pool("arrays", whole, None, np.full(len(whole), "train"), np.arange(len(whole)))


def _of_dataset(dataset: Dataset, split: str) -> Pool:
    train, test = dataset.train, dataset.test
    if split == "train":
        return _pool(dataset.name, train, None, len(train), 0)
    if split == "test":
        return _pool(dataset.name, train, test, 0, len(test))
    both = TrainSplit(
        np.concatenate([train.raw, test.raw]),
        np.concatenate([train.labels, test.labels]),
        train.class_names,
        train.scaling,
        identity.joined([train.identity, test.identity]),
    )
    return _pool(dataset.name, both, None, len(train), len(test))


def _pool(name: str, train: TrainSplit, also: Split | None, trained: int, tested: int) -> Pool:
    part = np.concatenate([np.full(trained, "train"), np.full(tested, "test")])
    return Pool(name, train, also, part, np.concatenate([np.arange(trained), np.arange(tested)]))


def load_two(train: str, test: str, *, reading: Reading) -> Dataset:
    """Return the data set in two files, the second as the test part of the first.

    Of two tables the columns may stand in any order, and what has to be encoded is encoded as the first says.
    Raises as `thalweg.data.load` and `joined` do.
    """
    if all(is_table(given_path(each, "data", DataError, remote=True)) for each in (train, test)):
        return load(train, test=test, reading=reading)
    return joined(*(load(file, reading=reading) for file in (train, test)))


def joined(train: Dataset, test: Dataset) -> Dataset:
    """Return one data set of two that came from a file each, the second as the test part of the first.

    Both parts keep the order of their files. Raises `StudyError` when one has a test part of its own, and
    `DataError` when they do not fit together.
    """
    parts = [_whole(train), _whole(test)]
    files = identity.distinct([dataset.source or dataset.name for dataset in (train, test)])
    called = [_within(dataset, file) for dataset, file in zip((train, test), files, strict=True)]
    both = assemble(
        parts[0],
        parts[1],
        name=train.name,
        source=train.source,
        class_names=_names(train, test),
        identities=called,
    )
    return replace(both, reading=train.reading)


def _within(dataset: Dataset, file: str) -> identity.Identity:
    """Return what the examples of `whole` are called, led by the `file` that they came from."""
    called = whole_identity(dataset)
    if called is None:
        called = identity.Identity.of_places(len(dataset.train) + len(dataset.test))
    return called.within(file)


def _names(train: Dataset, test: Dataset) -> list[str]:
    # in the order of the first file, so that numbers stay in their own order
    return list(dict.fromkeys([*train.class_names, *test.class_names]))


def _whole(dataset: Dataset) -> Part:
    """Return all rows of a file, held out or not, and the names of their classes."""
    if dataset.held_out is None:
        raise StudyError(
            f"{dataset.name} has a training and a test part of its own: it cannot be joined to another.",
            hint="give two files that have one part each.",
        )
    return whole(dataset)
