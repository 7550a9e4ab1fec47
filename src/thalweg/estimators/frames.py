"""Columns of frames that are no numbers, named before scikit-learn stumbles over one of their values."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Number
from typing import Any

from thalweg.errors import EstimatorError, shown

NUMERIC = "biuf"
"""Kinds of NumPy's types that are numbers or truth values."""


def refuse_other_columns(rows: Any) -> None:
    """Raise `EstimatorError` for a frame of pandas or polars with a column of text, categories or dates.

    What is no frame is let through, and so are missing values: scikit-learn says which estimators take them.
    """
    library = type(rows).__module__.partition(".")[0]
    if type(rows).__name__ == "LazyFrame" and library == "polars":
        raise EstimatorError("X is a LazyFrame: it has no rows yet.", hint="collect it: X.collect().")
    if type(rows).__name__ != "DataFrame" or library not in ("pandas", "polars"):
        return
    found = list((_of_polars if library == "polars" else _of_pandas)(rows))
    if found:
        name, kind, value = found[0]
        others = f" (and {len(found) - 1} other columns hold no numbers)" if len(found) > 1 else ""
        raise EstimatorError(
            f"column {name!r} of X holds {kind}, such as {shown(value)}: expected numbers{others}.",
            hint="encode it in a pipeline: make_column_transformer((OneHotEncoder(), "
            f"{[each for each, *_ in found]!r}), remainder='passthrough'); or leave it out.",
        )


def _of_polars(rows: Any) -> Iterator[tuple[Any, str, Any]]:
    """Yield name, kind and a value of each column that holds no numbers."""
    for column in rows:
        kind = column.dtype
        if not (kind.is_numeric() or str(kind) in ("Boolean", "Null")):
            yield column.name, _called(str(kind)), next(iter(column.drop_nulls().head(1).to_list()), None)


def _of_pandas(rows: Any) -> Iterator[tuple[Any, str, Any]]:
    for place, name in enumerate(rows.columns):
        column = rows.iloc[:, place]
        kind = getattr(column.dtype, "kind", "O")
        if kind in NUMERIC:
            continue
        others = (value for value in column.dropna() if kind != "O" or not isinstance(value, Number))
        first = next(others, None)  # an object may well be a number
        if first is not None:
            called = str(column.dtype)
            yield name, _called(type(first).__name__ if called == "object" else called), first


def _called(kind: str) -> str:
    """Return what a library calls a kind of column in words."""
    small = kind.lower()
    words = {"date": "dates", "time": "times", "categor": "categories", "enum": "categories", "list": "lists"}
    if "str" in small and "struct" not in small:
        return "text"
    return next((said for part, said in words.items() if part in small), kind)
