"""What the cells of a feature are: numbers, or words that name a category; whatever else is named by type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.tables.findings import Findings, counted
from thalweg.data.tables.text import meaning

if TYPE_CHECKING:
    import polars

MOST_CATEGORIES = 50
"""Different words up to which a column of text is one of categories."""


@dataclass(frozen=True, eq=False)
class Column:
    """A feature as it was read. `values` [rows]: float64 with NaN for what is missing, or strings with None
    for it (`is_words`).
    """

    name: str
    values: np.ndarray
    is_words: bool = False

    @property
    def holds(self) -> str:
        """Return what it holds, for a message."""
        return "words" if self.is_words else "numbers"

    @property
    def missing(self) -> np.ndarray:
        """Return which cells are empty, bool [rows]."""
        if self.is_words:
            return np.array([value is None for value in self.values], bool)
        return np.isnan(self.values)


def columns_of(column: polars.Series, found: Findings, decimal: str | None = None) -> list[Column]:
    """Return a column of a table as features: one, several for a column of lists, none for what is unfit.

    Truth values are 0 and 1, moments and durations seconds. Cells of other types, infinite numbers and lists
    of different lengths are problems.
    """
    import polars as pl

    kind, name = column.dtype, column.name
    if kind == pl.String:
        column = meaning(column, decimal or ".", found)
        if column.dtype == pl.String:
            return _words(column, found)
        return columns_of(column, found)
    if kind in (pl.Categorical, pl.Enum):
        return columns_of(column.cast(pl.String), found, decimal)
    if kind in (pl.List, pl.Array):
        return _places(column, found)
    if kind.is_temporal():
        found.note(f"Column {name!r} holds {_moments(kind)}: taken in seconds.")
        column, kind = _seconds(column), pl.Float64()
    if not (kind.is_numeric() or kind == pl.Boolean):
        found.problem(
            f"column {name!r} holds {_kind_of(column)}: expected numbers, words, dates or lists of numbers",
            "leave it out (--drop), or turn it into numbers.",
        )
        return []
    return _numbers(column, found)


def _numbers(column: polars.Series, found: Findings) -> list[Column]:
    import polars as pl

    values = column.cast(pl.Float64).to_numpy().astype(np.float64)
    values = np.where(column.is_null().to_numpy(), np.nan, values)
    broken = np.flatnonzero(np.isinf(values))
    if len(broken):
        found.problem(
            f"column {column.name!r}, {found.row(int(broken[0]))}, is {values[broken[0]]}: "
            "expected a finite number",
            "drop such rows or correct the values.",
        )
        return []
    if (
        column.dtype.is_integer()
        and len(np.unique(values[~np.isnan(values)])) < column.drop_nulls().n_unique()
    ):
        found.note(f"Column {column.name!r} holds whole numbers beyond 2^53: some of them become equal.")
    return [Column(column.name, values)]


def _words(column: polars.Series, found: Findings) -> list[Column]:
    """Return a column of categories; text that differs almost everywhere is none."""
    different = column.drop_nulls().n_unique()
    if different > MOST_CATEGORIES or different > max(2, len(column) // 2):
        rows = counted(len(column), "row") + _first_word(column, found)
        found.repair(
            [f"column {column.name!r} ({different:,} different texts in {rows})"],
            "Left out, since it is text of too many kinds",
            hint="drop them (--drop), or encode them as numbers.",
        )
        return []
    return [Column(column.name, np.array(column.to_list(), object), is_words=True)]


def _first_word(column: polars.Series, found: Findings) -> str:
    """Return where the text begins in a column that is mostly numbers, since that is a slip of the pen."""
    import polars as pl

    numbers = column.cast(pl.Float64, strict=False)
    broken = (numbers.is_null() & column.is_not_null()).arg_true()
    if not len(broken) or len(broken) > len(column) // 2:
        return ""
    first = int(broken[0])
    return f"; numbers but for {counted(len(broken), 'row')}, such as {found.row(first)}: {column[first]!r}"


def _places(column: polars.Series, found: Findings) -> list[Column]:
    """Return lists of one length, nested or not, as one feature a place."""
    rows = column.to_list()
    try:
        values = np.array(rows, dtype=np.float64).reshape(len(rows), -1)
    except (TypeError, ValueError):
        lengths = sorted({len(row) for row in rows if row is not None})
        empty = sum(row is None for row in rows)
        why = f"lists of {lengths[0]} to {lengths[-1]} values" if len(lengths) > 1 else f"{column.dtype}"
        found.problem(
            f"column {column.name!r} holds {why}{f', {empty} of them missing' if empty else ''}: expected "
            "lists of numbers, all of one length",
            "leave it out (--drop), or bring the lists to one length.",
        )
        return []
    if not np.isfinite(values).all():
        row, place = np.argwhere(~np.isfinite(values))[0]
        found.problem(
            f"column {column.name!r}, {found.row(int(row))}, place {place}, is {values[row, place]}: "
            "expected a finite number",
            "drop such rows or correct the values.",
        )
        return []
    return [Column(f"{column.name}[{place}]", values[:, place]) for place in range(values.shape[1])]


def _seconds(column: polars.Series) -> polars.Series:
    import polars as pl

    if column.dtype == pl.Time:
        return column.cast(pl.Int64).cast(pl.Float64) / 1e9
    if column.dtype == pl.Duration:
        return column.dt.total_microseconds().cast(pl.Float64) / 1e6
    return column.cast(pl.Datetime("us")).dt.epoch("us").cast(pl.Float64) / 1e6


def _moments(kind: object) -> str:
    word = str(kind).partition("(")[0].lower()
    return {"date": "dates", "datetime": "dates and times", "time": "times of day"}.get(word, "durations")


def _kind_of(column: polars.Series) -> str:
    """Return what a column holds, for a message: its type, and that of its values where that says more."""
    import polars as pl

    if column.dtype == pl.Object:
        kinds = sorted({type(value).__name__ for value in column.to_list() if value is not None})
        return f"Python objects of type {', '.join(kinds)}"
    return f"cells of type {column.dtype}"
