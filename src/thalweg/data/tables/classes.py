"""The column of classes: what a class is called, and which rows have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.labels import tidy_labels
from thalweg.data.tables.findings import Findings, counted
from thalweg.data.tables.text import plain
from thalweg.errors import DataError

if TYPE_CHECKING:
    import polars


def classes_of(column: polars.Series, found: Findings) -> tuple[np.ndarray, np.ndarray]:
    """Return the classes [rows that have one], numbers or strings, and which rows those are, bool [rows].

    Rows without a class are left out with a note. Lists, bytes and objects are problems.
    """
    import polars as pl

    if column.dtype in (pl.List, pl.Array, pl.Struct, pl.Binary, pl.Duration, pl.Object):
        found.problem(
            f"the label column {column.name!r} holds {column.dtype}: expected one word or whole number a row",
            "name another label column (--label-column), or turn it into words.",
        )
        return np.empty(0), np.zeros(len(column), bool)
    column = _plain(column)
    kept = column.is_not_null().to_numpy()
    if len(kept) and not kept.any():
        found.problem(f"the label column {column.name!r} is empty in every row", "name another label column.")
    elif not kept.all():
        first, such = found.row(int((~kept).argmax())), counted(int((~kept).sum()), "such row")
        found.repair(
            [f"column {column.name!r}, {first}, is empty ({such})"],
            "Rows without a class are left out",
            hint="drop such rows or fill the values in.",
        )
    try:
        return tidy_labels(_array(column.drop_nulls()), what=f"labels of column {column.name!r}"), kept
    except DataError as error:
        found.problem(error.message.rstrip("."), error.hint)
        return np.empty(0), np.zeros(len(column), bool)


def _plain(column: polars.Series) -> polars.Series:
    """Return the column as numbers, truth values or text without blanks, null where there is no class."""
    import polars as pl

    if column.dtype in (pl.Categorical, pl.Enum) or column.dtype.is_temporal():
        column = column.cast(pl.String)
    if column.dtype == pl.String:
        return plain(column)
    if column.dtype.is_decimal():
        column = column.cast(pl.Float64)
    return column.fill_nan(None) if column.dtype.is_float() else column


def _array(column: polars.Series) -> np.ndarray:
    import polars as pl

    if column.dtype.is_integer() and len(column):
        if int(column.max()) > 2**63 - 1 or int(column.min()) < -(2**63) + 1:  # type: ignore[arg-type]
            return column.cast(pl.String).to_numpy()
        return column.cast(pl.Int64).to_numpy()
    return column.to_numpy()
