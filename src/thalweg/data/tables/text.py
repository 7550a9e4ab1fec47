"""Text cells become what they mean: blanks go, markers of missing values are missing, numbers are numbers."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.data.labels import MISSING
from thalweg.data.reading import Reading
from thalweg.data.tables.dialect import Lines, unreadable
from thalweg.data.tables.findings import Findings

if TYPE_CHECKING:
    import polars

COMMA = re.compile(r"[-+]?\d*,\d+([eE][-+]?\d+)?|[-+]?\d{1,3}([.'   ]\d{3})+,\d+")
GROUPS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")
LONG_GROUPS = re.compile(r"[-+]?\d{1,3}((,\d{3}){2,}|(,\d{3})+\.\d+)")
DATES = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S%.f",
    "%Y/%m/%d %H:%M",
)
"""Forms that say which number is the day: 01/02/2024 does not, and stays text."""


def frame_of(
    lines: Lines, names: list[str], path: Path, reading: Reading, found: Findings
) -> polars.DataFrame:
    """Return the rows of `lines` as a frame with columns `names`, typed by what the cells mean.

    The id column stays as it is written: 007 is not 7.
    """
    ids = {name for name in names if reading.id_column and name.strip() == reading.id_column.strip()}
    frame = _read(lines, path, names, typed=True, words=ids)
    decimal = reading.decimal or _decimal(frame.drop(ids), found)
    if decimal == ",":
        frame = _read(lines, path, names, typed=False)
    columns = [column for column in frame.get_columns() if column.name not in ids]
    return frame.with_columns([meaning(column, decimal, found) for column in columns])


def _read(
    lines: Lines, path: Path, names: list[str], *, typed: bool, words: Collection[str] = ()
) -> polars.DataFrame:
    import polars as pl

    body = "\n".join(lines.body).encode()
    if not lines.body:
        return pl.DataFrame({name: [] for name in names}, schema=dict.fromkeys(names, pl.String))
    options: dict[str, Any] = {"separator": lines.separator, "has_header": False, "infer_schema": typed}
    try:
        if words:  # what polars calls columns without names differs between its versions
            columns = pl.read_csv(body, n_rows=1, **options).columns
            text = {column: pl.String for column, name in zip(columns, names, strict=True) if name in words}
            options["schema_overrides"] = text
        frame = pl.read_csv(body, infer_schema_length=None, **options)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise unreadable(path, first.rstrip(".")) from None
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _decimal(frame: polars.DataFrame, found: Findings) -> str:
    """Return the decimal mark, found from the columns that are numbers but for commas in them."""
    import polars as pl

    commas, doubtful = [], []
    for column in frame.get_columns():
        if column.dtype != pl.String:
            continue
        values = [value for value in plain(column).drop_nulls().unique().to_list() if "," in value]
        if not values or not all(COMMA.fullmatch(value) or GROUPS.fullmatch(value) for value in values):
            continue
        if any(LONG_GROUPS.fullmatch(value) for value in values):
            found.note(f"Commas in column {column.name!r} part thousands (--decimal says otherwise).")
        elif all(GROUPS.fullmatch(value) for value in values):
            doubtful.append((column.name, values[0]))
        else:
            commas.append(column.name)
    if commas:
        found.note("The decimal mark is a comma (--decimal says otherwise).")
        return ","
    for name, value in doubtful:
        found.problem(
            f"column {name!r} holds {value!r}: is the comma a decimal mark, or does it part thousands?",
            "say --decimal , or --decimal . (decimal= in Python).",
        )
    return "."


def plain(column: polars.Series) -> polars.Series:
    """Return a column of text without blanks around the values, and null for markers of missing values."""
    import polars as pl

    stripped = column.str.strip_chars()
    missing = [word for word in MISSING if word != "-" or not (stripped == "+").any()]
    return stripped.set(stripped.is_in(missing).fill_null(False), None).cast(pl.String)


def meaning(column: polars.Series, decimal: str, found: Findings) -> polars.Series:
    """Return a column of text as whole numbers, numbers, truth values or moments, if all its values are any.

    What remains text has no blanks around it and null where a value is missing.
    """
    import polars as pl

    if column.dtype != pl.String:
        return column
    kept = plain(column)
    if (column.str.strip_chars() != column).any():
        found.note("Blanks around values are taken away.")
    present = kept.drop_nulls()
    if not len(present):
        return kept
    for attempt in (_whole, _number, _grouped, _truth, _moment):
        read = attempt(kept, decimal)
        if read is not None and read.null_count() == kept.null_count():
            return read
    return kept


def _whole(column: polars.Series, _: str) -> polars.Series | None:
    import polars as pl

    first = column.drop_nulls()[0]
    return column.cast(pl.Int64, strict=False) if first.lstrip("+-").isdigit() else None


def _number(column: polars.Series, decimal: str) -> polars.Series | None:
    import polars as pl

    if decimal == ",":
        if (column.str.contains(r"\.")).any():
            return None  # a point among decimal commas parts thousands, if it is anything
        column = column.str.replace(",", ".", literal=True)
    return column.cast(pl.Float64, strict=False)


def _grouped(column: polars.Series, decimal: str) -> polars.Series | None:
    """Read 1,234.5 or 1 234,5, with what parts thousands in its place."""
    import polars as pl

    point, mark = (r"\.", ",") if decimal == "." else (",", r"\.")
    grouped = rf"^[-+]?(\d{{1,3}}([{mark}' \u{{a0}}\u{{202f}}]\d{{3}})+|\d+)({point}\d+)?$"
    if not column.drop_nulls().str.contains(grouped).all():
        return None
    bare = column.str.replace_all(rf"[{mark}' \u{{a0}}\u{{202f}}]", "")
    return bare.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)


def _truth(column: polars.Series, _: str) -> polars.Series | None:
    lower = column.str.to_lowercase()
    return lower == "true" if lower.drop_nulls().is_in(["true", "false"]).all() else None


def _moment(column: polars.Series, _: str) -> polars.Series | None:
    import polars as pl

    if not column.drop_nulls()[0][:4].isdigit():
        return None
    for form in DATES:
        read = column.str.to_datetime(form, strict=False, time_unit="us")
        if read.null_count() == column.null_count():
            return read.cast(pl.Datetime("us"))
    return None
