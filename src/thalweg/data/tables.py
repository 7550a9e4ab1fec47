"""CSV and Parquet tables: columns of numbers and one column that names the class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.arrays import assemble
from thalweg.data.dataset import Dataset
from thalweg.errors import DataError, near_match

if TYPE_CHECKING:
    import polars

LABEL_COLUMNS = ("label", "labels", "class", "target", "y")
CSV = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
PARQUET = (".parquet", ".pq")


def load_table(path: Path, *, label_column: str | None = None) -> Dataset:
    """Return the data set in the table `path`, a fixed stratified fifth of its rows held out for the test.

    The class is in `label_column`, else in a column called label, labels, class, target or y (upper or lower
    case); every other column is a feature and must hold numbers. Raises `DataError` naming column and row
    (the first row of data is row 1) for a value that is missing, not finite or not a number.

    Examples:
        >>> import polars
        >>> import thalweg as tw
        >>> table = {"length": [1.5, 1.7, 3.1, 3.3], "kind": ["rose", "rose", "tulip", "tulip"]}
        >>> polars.DataFrame(table).write_csv("flowers.csv")
        >>> tw.load("flowers.csv", label_column="kind")
        Dataset('flowers': 2 training and 2 test examples of 1, 2 classes)
    """
    table = _read(path)
    label = _label_column(table, path, label_column)
    features = [name for name in table.columns if name != label]
    if not features:
        raise DataError(
            f"{path} has no column besides {label!r}: expected at least one feature.",
            hint="is the separator a comma (.csv) or a tab (.tsv)?",
        )
    if table.height == 0:
        raise DataError(
            f"{path} has a header but no rows.", hint="give at least two examples of every class."
        )
    inputs = np.column_stack([_feature(table[name], path) for name in features])
    return assemble(
        (inputs, _labels(table[label], path)), None, name=path.name.split(".")[0], source=str(path)
    )


def _read(path: Path) -> polars.DataFrame:
    import polars as pl

    try:
        # opened here: polars takes brackets, stars and question marks in a path for a pattern
        with path.open("rb") as file:
            if path.suffix.lower() in PARQUET:
                return pl.read_parquet(file)
            separator = "\t" if ".tsv" in path.name.lower() else ","
            return pl.read_csv(file, separator=separator, infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError) as error:
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise DataError(
            f"{path} cannot be read as a table: {first_line}.",
            hint="expected a header line and the same number of columns in every row.",
        ) from None


def _label_column(table: polars.DataFrame, path: Path, wanted: str | None) -> str:
    """Return the name of the column that holds the classes."""
    columns = list(table.columns)
    if wanted is not None:
        if wanted in columns:
            return wanted
        raise DataError(
            f"{path} has no column {wanted!r}.{near_match(wanted, columns)}",
            hint=f"its columns are {_listing(columns)}.",
        )
    for name in LABEL_COLUMNS:
        found = [column for column in columns if column.strip().lower() == name]
        if found:
            return found[0]
    near = next((match for name in LABEL_COLUMNS if (match := near_match(name, columns))), "")
    raise DataError(
        f"{path} has no label column: expected one called {', '.join(LABEL_COLUMNS)}.{near}",
        hint=f"name it with --label-column (label_column= in Python); the columns are {_listing(columns)}.",
    )


def _feature(column: polars.Series, path: Path) -> np.ndarray:
    """Return a column of finite numbers as float64."""
    import polars as pl

    _check_complete(column, path)
    if column.dtype == pl.String and column.cast(pl.Float64, strict=False).null_count() == 0:
        column = column.cast(pl.Float64)  # "nan" keeps a column of numbers from being read as one
    if not (column.dtype.is_numeric() or column.dtype == pl.Boolean):
        row, value = _first_word(column)
        raise DataError(
            f"{path}: column {column.name!r}, row {row}, is {value!r}: expected a number.",
            hint="take the column away or encode it as numbers (one column a category).",
        )
    values = column.cast(pl.Float64).to_numpy()
    broken = np.flatnonzero(~np.isfinite(values))
    if len(broken):
        raise DataError(
            f"{path}: column {column.name!r}, row {broken[0] + 1}, is {values[broken[0]]}: "
            "expected a finite number.",
            hint="drop such rows or fill the values in.",
        )
    return values


def _labels(column: polars.Series, path: Path) -> np.ndarray:
    """Return the column of classes as numbers or strings."""
    import polars as pl

    _check_complete(column, path)
    plain = column.dtype.is_numeric() or column.dtype in (pl.String, pl.Boolean)
    return (column if plain else column.cast(pl.String)).to_numpy()


def _check_complete(column: polars.Series, path: Path) -> None:
    """Refuse a column with empty cells."""
    empty = column.is_null()
    if empty.any():
        raise DataError(
            f"{path}: column {column.name!r}, row {empty.arg_true()[0] + 1}, is empty "
            f"({column.null_count():,} such rows).",
            hint="drop such rows or fill the values in.",
        )


def _first_word(column: polars.Series) -> tuple[int, object]:
    """Return row (from 1) and value of the first cell that is no number."""
    import polars as pl

    values = column.cast(pl.String, strict=False) if column.dtype != pl.String else column
    row = int(values.cast(pl.Float64, strict=False).is_null().arg_true()[0])
    return row + 1, column[row]


def _listing(columns: list[str], most: int = 12) -> str:
    shown = ", ".join(map(repr, columns[:most]))
    return shown if len(columns) <= most else f"{shown}, ... {len(columns) - most} more"
