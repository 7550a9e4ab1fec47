"""Tables of a directory, held to the columns that whoever reads them needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from thalweg.errors import RunError
from thalweg.runs.files import AGAIN, read_table

if TYPE_CHECKING:
    import polars


def read_columns(path: Path, *, whole: str = "", numbers: str = "", words: str = "") -> polars.DataFrame:
    """Read a Parquet table that has these columns: whole numbers without gaps, numbers, and words.

    Words are text, or whole numbers that stand for classes. Others may stand beside them. Raises `RunError`
    where the table is missing or damaged, or a column is missing or of another kind.
    """
    import polars

    frame = read_table(path)
    kinds = {
        "whole numbers": (whole, lambda kind: kind.is_integer()),
        "numbers": (numbers, lambda kind: kind.is_numeric()),
        "text": (words, lambda kind: kind == polars.String or kind.is_integer()),
    }
    for said, (names, is_one) in kinds.items():
        for name in names.split():
            if name not in frame.columns:
                raise RunError(f"{path}: damaged: it has no column {name!r}.", hint=AGAIN)
            column = frame[name]
            if not is_one(column.dtype) or (said == "whole numbers" and column.null_count()):
                raise RunError(
                    f"{path}: damaged: its column {name!r} is of {column.dtype}, with "
                    f"{column.null_count():,} empty cells: expected {said}.",
                    hint=AGAIN,
                )
    return frame


def read_history(path: Path) -> polars.DataFrame:
    """Read what training was like: a row for every member and epoch, of as many epochs each.

    Raises `RunError` as `read_columns` does, and where rows are missing or twice there.
    """
    frame = read_columns(path, whole="member epoch", numbers="cost")
    for name in ("accuracy", "validation_cost", "validation_accuracy"):
        if name in frame.columns and not frame[name].dtype.is_numeric():
            raise RunError(f"{path}: damaged: its column {name!r} is of {frame[name].dtype}.", hint=AGAIN)
    members, epochs = frame["member"].n_unique(), frame["epoch"].n_unique()
    if not frame.height or not frame.height == members * epochs == frame.select("member", "epoch").n_unique():
        raise RunError(
            f"{path}: damaged: {frame.height:,} rows of {members:,} members and {epochs:,} epochs: expected "
            "one for each of both.",
            hint=AGAIN,
        )
    return frame
