"""Which class is which: the order in which the classes of data stand, and that of a classifier's columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from thalweg.data.arrays import Part, assemble
from thalweg.data.dataset import Dataset, Split
from thalweg.data.identity import Identity, joined
from thalweg.data.labels import listing
from thalweg.errors import DataError, near_match

S = TypeVar("S", bound=Split)

CLASS_ORDER = "class_names=[...] (--class-order a,b,c)"
"""How a caller says which column is which class."""


def as_names(names: Any) -> tuple[str, ...]:
    """Return class names of any type (text, bytes, numbers, booleans) as our own are written."""
    return tuple(_written(name) for name in np.asarray(names).tolist())


def _written(name: Any) -> str:
    if isinstance(name, bytes):
        return name.decode("utf-8", "replace").strip()
    if isinstance(name, float) and name.is_integer():
        return str(int(name))
    return str(name).strip()


def columns_of(columns: Any, class_names: Sequence[str], *, who: str = "The classifier") -> np.ndarray:
    """Return for each of `class_names` the place of its column, int [classes].

    `columns`: what a classifier calls its columns: the same names in any order, or the numbers of the classes
    from 0. Raises `DataError` for another count, a name that occurs twice, and names that are not these.
    """
    found = as_names(columns)
    if len(set(found)) < len(found):
        twice = sorted({name for name in found if found.count(name) > 1})
        raise DataError(f"{who} names {listing(twice)} more than once.", hint="name every column once.")
    if len(found) != len(class_names):
        raise DataError(
            f"{who} names {len(found)} columns ({listing(found)}), the data have {len(class_names)} classes "
            f"({listing(class_names)}).",
            hint="measure it on data with the classes it was trained on.",
        )
    if set(found) == set(class_names):
        place = {name: column for column, name in enumerate(found)}
        return np.array([place[name] for name in class_names])
    if found == tuple(map(str, range(len(found)))):
        return np.arange(len(found))  # class numbers: the columns of who trained on `split.labels`
    foreign = [name for name in found if name not in class_names]
    raise DataError(
        f"{who} names its columns {listing(found)}: {listing(foreign)} is none of the classes of the data "
        f"({listing(class_names)}).{near_match(foreign[0], list(class_names))}",
        hint=f"say which column is which class of the data: {CLASS_ORDER}.",
    )


def mapping(class_names: Sequence[str], columns: np.ndarray | None = None, *, most: int = 20) -> str:
    """Return which column stands for which class, as text: `column 0 is '1', 1 is '10'`."""
    order = np.arange(len(class_names)) if columns is None else np.argsort(columns)
    shown = [f"{column} is {class_names[label]!r}" for column, label in enumerate(order[:most].tolist())]
    more = f", ... {len(order) - most} more" if len(order) > most else ""
    return f"column {', '.join(shown)}{more}"


def reordered(dataset: Dataset, class_names: Sequence[str]) -> Dataset:
    """Return the same examples in the same splits, with the classes numbered in the order of `class_names`.

    Raises `DataError` where these are not the names of its classes.
    """
    if tuple(class_names) == dataset.class_names:
        return dataset
    parts = {"test": dataset.test, "train_part": dataset.train_part, "validation": dataset.validation}
    changed = {key: _renumbered(part, class_names) for key, part in parts.items() if part is not None}
    return replace(dataset, **changed)  # type: ignore[arg-type]


def _renumbered(split: S, class_names: Sequence[str]) -> S:
    place = columns_of(class_names, split.class_names)  # of each old number the new one
    labels = place.astype(np.int32)[split.labels]
    return replace(split, labels=labels, class_names=tuple(class_names))


def read_in_order(dataset: Dataset, class_names: Sequence[str]) -> Dataset:
    """Return the data as they are read when the classes stand in the order of `class_names`.

    A fifth that was held out is drawn class by class, in their order: it is drawn anew.
    """
    if dataset.held_out is None:
        return reordered(dataset, class_names)
    called = whole_identity(dataset)
    again = assemble(
        whole(dataset),
        None,
        class_names=class_names,
        name=dataset.name,
        source=dataset.source,
        identities=() if called is None else (called,),
    )
    drawn = {name: getattr(again, name) for name in ("train_part", "test", "held_out")}
    return replace(dataset, **drawn)


def whole(dataset: Dataset) -> Part:
    """Return all rows of data that came without a test part, and the names of their classes."""
    held = dataset.held_out
    assert held is not None, "asked of data that were split by us"
    train, test = dataset.train, dataset.test
    raw = np.empty((len(held), *train.input_shape), train.raw.dtype)
    numbers = np.empty(len(held), dtype=np.int64)
    raw[~held], raw[held] = train.raw, test.raw
    numbers[~held], numbers[held] = train.labels, test.labels
    return raw, np.array(dataset.class_names)[numbers]


def whole_identity(dataset: Dataset) -> Identity | None:
    """Return what the examples are called that `whole` returns, in its order."""
    held, both = dataset.held_out, joined([dataset.train.identity, dataset.test.identity])
    assert held is not None, "asked of data that were split by us"
    order = np.concatenate([np.flatnonzero(~held), np.flatnonzero(held)])
    return None if both is None else both.take(np.argsort(order))
