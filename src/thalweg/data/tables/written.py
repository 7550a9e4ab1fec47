"""The cells of a table as the user wrote them, for who wants to see a row again."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.reading import Reading
from thalweg.data.tables.dialect import read_lines
from thalweg.data.tables.findings import Findings
from thalweg.errors import DataError
from thalweg.parquet import read_parquet

if TYPE_CHECKING:
    import polars

Stamp = tuple[int, int]


def stamp_of(path: Path) -> Stamp:
    """Return what changes when a file does: its size, and when it was written."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


@dataclass(frozen=True, eq=False)
class WrittenText:
    """A CSV file, read again when it is asked: its text would double what a table takes.

    `names`: of all columns, in their order, of which `columns` are shown. `stamp`: of the file as it was
    read, with `height` rows.
    """

    path: Path
    stamp: Stamp
    reading: Reading
    names: tuple[str, ...]
    height: int
    columns: tuple[str, ...] = ()

    def of_columns(self, columns: tuple[str, ...]) -> WrittenText:
        """Return the same file, of which these columns are shown."""
        return replace(self, columns=columns)

    def cells(self, rows: np.ndarray) -> list[list[str]] | None:
        """Return the cells of `rows`, which count from 1; None where the file is not what it was."""
        try:
            if stamp_of(self.path) != self.stamp:
                return None
            lines = read_lines(self.path, self.reading, Findings(str(self.path)))
        except (OSError, DataError):
            return None
        records = csv.reader((line + "\n" for line in lines.body), delimiter=lines.separator)
        places = [self.names.index(name) for name in self.columns]
        wanted, found, count = set(rows.tolist()), dict[int, list[str]](), 0
        for count, record in enumerate(records, start=1):
            if count in wanted:
                found[count] = [record[place].strip() for place in places]
        return [found[row] for row in rows.tolist()] if count == self.height else None


@dataclass(frozen=True, eq=False)
class WrittenFrame:
    """A frame in memory, or a Parquet file at `path`, as it was when it had this `stamp`."""

    columns: tuple[str, ...]
    frame: polars.DataFrame | None = None
    path: Path | None = None
    stamp: Stamp | None = None

    def cells(self, rows: np.ndarray) -> list[list[str]] | None:
        """Return the cells of `rows`, which count from 1; None where the file is not what it was."""
        frame = self.frame if self.path is None else self._read(self.path)
        if frame is None:
            return None
        chosen = frame.select(self.columns)[rows - 1]
        return [[_text(cell) for cell in row] for row in chosen.iter_rows()]

    def _read(self, path: Path) -> polars.DataFrame | None:
        try:
            return read_parquet(path, DataError) if stamp_of(path) == self.stamp else None
        except (OSError, ValueError, DataError):
            return None


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, list):
        shown = ", ".join(_text(each) for each in islice(cell, 20))
        return shown if len(cell) <= 20 else f"{shown}, ..."
    return str(cell)
