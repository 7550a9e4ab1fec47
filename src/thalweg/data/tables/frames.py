"""Frames in memory, of pandas, polars or Arrow, as polars frames: no other library's types go further."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.labels import is_missing

if TYPE_CHECKING:
    import polars

LIBRARIES = ("pandas", "polars", "pyarrow")


def is_frame(source: object) -> bool:
    """Return whether `source` is a table in memory: a frame of pandas or polars, or an Arrow table."""
    library = type(source).__module__.partition(".")[0]
    return library in LIBRARIES and type(source).__name__ in ("DataFrame", "LazyFrame", "Table")


def polars_frame(source: Any) -> tuple[polars.DataFrame, list[str]]:
    """Return a frame with columns 0, 1, ... and the names that they have in `source`, doubles included."""
    import polars as pl

    if type(source).__name__ == "LazyFrame":
        source = source.collect()
    if type(source).__module__.startswith("pyarrow"):
        columns = [pl.Series(column.to_pylist(), strict=False) for column in source.columns]
        names = list(source.column_names)
    elif isinstance(source, pl.DataFrame):
        columns, names = source.get_columns(), source.columns
    else:
        columns = [series_of(source.iloc[:, place]) for place in range(source.shape[1])]
        names = [_name(name) for name in source.columns]
    return pl.DataFrame([column.alias(str(place)) for place, column in enumerate(columns)]), names


def _name(name: Any) -> str:
    return " ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def series_of(column: Any) -> polars.Series:
    """Return a column of pandas, a NumPy array or a list as a polars series; what is missing is null."""
    import polars as pl

    if isinstance(column, pl.Series):
        return column
    kind = getattr(column, "dtype", None)
    if isinstance(kind, np.dtype) and kind.kind in "biuf":
        return pl.Series(np.asarray(column))
    if type(kind).__name__ == "SparseDtype":
        return pl.Series(np.asarray(column))
    values = [None if is_missing(value) else _unwrapped(value) for value in list(column)]
    try:
        return pl.Series(values, strict=len({type(value) for value in values} - {type(None)}) < 2)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        return pl.Series(values, dtype=pl.Object)


def _unwrapped(value: Any) -> Any:
    """Return a value of pandas or NumPy as Python's own."""
    for method in ("to_pydatetime", "to_pytimedelta"):
        if hasattr(value, method):
            return getattr(value, method)()
    return value.item() if isinstance(value, np.generic) else value
