"""What an example is called in what the user gave: a file of a folder, a row of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

COLUMNS = ("file", "row", "index", "id")
"""What an example may be called by, in the order in which it is shown."""


class Written(Protocol):
    """A table as it was written, which can be asked for rows of it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """What the columns with the features are called."""
        ...

    def cells(self, rows: np.ndarray) -> list[list[str]] | None:
        """Return the cells of `rows` [rows], which count from 1; None where they can be had no more."""
        ...


@dataclass(frozen=True)
class Cells:
    """Rows of a table as they were written: `columns`, and `values` of as many cells a row."""

    columns: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, eq=False)
class Identity:
    """What each example of a split is called in what the user gave; None is what does not apply.

    `file` str [examples]: the path of a picture below the folder that was given, or which of two files a row
    is in. `row` int64 [examples]: the row of a table; the first row of data, below the header, is row 1.
    `index` int64 [examples]: the place in arrays, counted from 0 as Python does. `id` str [examples]: what
    the id column calls it. `written`: by `file`, or "" where there is one, the tables that the rows are of.

    Examples:
        >>> from thalweg.data.identity import Identity
        >>> rows = Identity(row=np.array([7, 9]), id=np.array(["a3", "b1"]))
        >>> rows.name(0)
        'row 7 (id a3)'
        >>> rows.take(np.array([1])).name(0)
        'row 9 (id b1)'
    """

    file: np.ndarray | None = None
    row: np.ndarray | None = None
    index: np.ndarray | None = None
    id: np.ndarray | None = None
    written: Mapping[str, Written] = field(default_factory=dict)

    @staticmethod
    def of_places(count: int) -> Identity:
        """Return the identity of `count` examples of arrays, in the order of these."""
        return Identity(index=np.arange(count))

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """What the examples are called, by name: those of `COLUMNS` that apply, each [examples]."""
        found = {name: getattr(self, name) for name in COLUMNS}
        return {name: values for name, values in found.items() if values is not None}

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def take(self, examples: np.ndarray | slice) -> Identity:
        """Return the identity of these examples (indices, a mask or a slice)."""
        return replace(self, **{name: values[examples] for name, values in self.columns.items()})

    def within(self, name: str) -> Identity:
        """Return the same, led by the `name` of the file or folder, for where several were given."""
        files = [""] * len(self) if self.file is None else self.file.tolist()
        longer = {path: f"{name}/{path}" if path else name for path in {*files, *self.written}}
        written = {longer[path]: table for path, table in self.written.items()}
        return replace(self, file=np.array([longer[path] for path in files]), written=written)

    def entry(self, example: int) -> dict[str, Any]:
        """Return what one example is called, as JSON: its columns, and `called`, all of it in words."""
        values = {name: values[example].item() for name, values in self.columns.items()}
        return {**values, "called": self.name(example)}

    def name(self, example: int) -> str:
        """Return what one example is called, in words."""
        found = {name: values[example].item() for name, values in self.columns.items()}
        words = [found[name] if name == "file" else f"{name} {found[name]}" for name in found if name != "id"]
        if "id" not in found:
            return ", ".join(words)
        return f"{', '.join(words)} (id {found['id']})" if words else f"id {found['id']}"

    def cells(self, examples: np.ndarray) -> Cells | None:
        """Return the cells of these examples [examples] as they were written; None for what is no table, and
        where the file cannot be read as it was.
        """
        if self.row is None or not self.written or not len(examples):
            return None
        files = np.full(len(self), "") if self.file is None else self.file
        columns = next(iter(self.written.values())).columns
        values: list[tuple[str, ...]] = [()] * len(examples)
        for file, table in self.written.items():
            places = np.flatnonzero(files[examples] == file)
            found = table.cells(self.row[examples[places]])
            if found is None or table.columns != columns:
                return None
            for place, row in zip(places.tolist(), found, strict=True):
                values[place] = tuple(row)
        return Cells(columns, tuple(values))


def joined(parts: Sequence[Identity | None]) -> Identity | None:
    """Return the identity of all parts, one after the other, by what all of them have; None for nothing."""
    given = [part for part in parts if part is not None]
    names = [name for name in COLUMNS if given and all(name in part.columns for part in given)]
    if len(given) < len(parts) or not names:
        return None
    columns = {name: np.concatenate([part.columns[name] for part in given]) for name in names}
    written = {file: table for part in given for file, table in part.written.items()}
    return Identity(**columns, written=written)


def distinct(paths: Sequence[str]) -> list[str]:
    """Return what files are called where several were given: their names, or the paths if those are equal."""
    names = [path.rstrip("/").rpartition("/")[2] for path in paths]
    return names if len(set(names)) == len(names) else list(paths)
