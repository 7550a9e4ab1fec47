"""Numbers as a frame: of polars, which is always here, or of pandas for who works with that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from thalweg.errors import DataError, near_match, shown
from thalweg.measured import Measured

if TYPE_CHECKING:
    import polars

LIBRARIES = ("polars", "pandas")


def numbers_frame(content: Mapping[str, Any]) -> polars.DataFrame:
    """Return every number in a record's JSON, a row each, in their order.

    Columns: `name`, its place in the JSON with points between (`test.measured`, `by_class.3`); `value`, null
    where it is undefined; `low` and `high`, the ends of its interval where it has one; `caveat`, how far that
    can be trusted where that is less than it promises, else null. Words and truth values are no numbers.

    Examples:
        >>> from thalweg.frames import numbers_frame
        >>> numbers_frame({"right": {"value": 0.5, "interval": [0.4, 0.6]}, "n": 30}).rows()
        [('right', 0.5, 0.4, 0.6, None), ('n', 30.0, None, None, None)]
    """
    import polars

    kinds = {
        "name": polars.String,
        **dict.fromkeys(("value", "low", "high"), polars.Float64),
        "caveat": polars.String,
    }
    return polars.DataFrame(list(_numbers(content, "")), schema=kinds, orient="row")


def framed(frame: polars.DataFrame, library: str) -> Any:
    """Return a frame of polars as one of `library`, "polars" or "pandas".

    Raises `DataError` for another library, and where pandas is not installed.
    """
    if library not in LIBRARIES:
        guess = near_match(library, LIBRARIES) if isinstance(library, str) else ""
        raise DataError(
            f"to_frame({shown(library)}): expected one of {', '.join(LIBRARIES)}.{guess}",
            hint='to_frame() gives a frame of polars, to_frame("pandas") one of pandas.',
        )
    if library == "polars":
        return frame
    try:
        import pandas
    except ImportError:
        raise DataError(
            'to_frame("pandas"): pandas is not installed here.',
            hint="pip install pandas, or leave it out for a frame of polars.",
        ) from None
    # not frame.to_pandas(), which needs pyarrow as well
    columns = {
        column.name: column.to_numpy() if column.dtype.is_numeric() else column.to_list() for column in frame
    }
    return pandas.DataFrame(columns, columns=frame.columns)


def _numbers(content: Any, place: str) -> Iterator[tuple[str, float | None, float | None, float | None, Any]]:
    if isinstance(content, Mapping):
        if "value" in content and "interval" in content:
            found = Measured.read(content)
            value = None if content["value"] is None else found.value
            yield place, value, found.low, found.high, found.caveat or None
            return
        for name, each in content.items():
            yield from _numbers(each, f"{place}.{name}" if place else str(name))
    elif isinstance(content, list | tuple):
        for number, each in enumerate(content):
            yield from _numbers(each, f"{place}.{number}")
    elif isinstance(content, int | float) and not isinstance(content, bool):
        yield place, float(content), None, None, None
