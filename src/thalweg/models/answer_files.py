"""Files of answers as they were saved: probabilities, the labels they belong to, names of the columns."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.data.class_order import as_names
from thalweg.errors import DataError, near_match
from thalweg.parquet import read_parquet
from thalweg.unfolding import DAMAGED, refuse_archive

TABLES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".parquet", ".pq")
LABEL_COLUMNS = ("label", "labels", "class", "target", "y", "true", "y_true", "true_label")
NOWHERE = "give the labels too: labels=... in Python, --labels FILE (.npy, or a text file with one a line)."


def read_answers(path: Path, label_column: str | None = None) -> dict[str, Any]:
    """Return the arrays in `path`: `probabilities`, and what else it holds of `labels`, `class_names`,
    `validation_probabilities` and `validation_labels`.

    An .npz has them by name, an .npy the probabilities alone, and a table (CSV, Parquet) a column a class and
    perhaps one of labels. Raises `DataError` for a file that is missing, damaged or needs pickle.
    """
    if not path.is_file():
        raise DataError(f"There is no file {path}.", hint="give the .npz file that holds the probabilities.")
    if path.name.lower().endswith(TABLES):
        return _from_table(path, label_column)
    if path.suffix.lower() == ".npy":
        return {"probabilities": _loaded(path)}
    if not zipfile.is_zipfile(path):
        raise DataError(
            f"{path} is not a readable .npz archive.", hint="np.savez(path, probabilities=..., labels=...)."
        )
    return _loaded(path)


def read_labels(path: Path) -> np.ndarray:
    """Return the labels in an .npy, an .npz (`labels`) or a text file with one a line."""
    if not path.is_file():
        raise DataError(f"There is no file {path}.", hint="give the file that holds the labels.")
    if path.suffix.lower() == ".npy":
        return _loaded(path)
    if zipfile.is_zipfile(path):
        arrays = _loaded(path)
        if "labels" in arrays:
            return arrays["labels"]
        raise DataError(
            f"{path} holds the arrays {', '.join(sorted(arrays))}: labels is missing.", hint=NOWHERE
        )
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:  # a ValueError: not UTF-8
        raise DataError(
            f"{path} cannot be read as labels: {getattr(error, 'strerror', None) or error}.",
            hint="give an .npy, an .npz with labels, or a text file in UTF-8 with one a line.",
        ) from None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = lines[1:] if lines and lines[0].lower() in LABEL_COLUMNS else lines
    return numbers_where_all_are(np.array(lines))


def numbers_where_all_are(words: np.ndarray) -> np.ndarray:
    """Return words of a text file as whole numbers where every one of them is one, as they were written."""
    try:
        return words.astype(np.int64)
    except (ValueError, OverflowError):  # an OverflowError: more digits than 64 bits hold
        return words


def _loaded(path: Path) -> Any:
    """Return what NumPy wrote; nothing is ever unpickled."""
    try:
        with path.open("rb") as stream:
            if zipfile.is_zipfile(stream):
                refuse_archive(path, stream, DataError)
            stream.seek(0)
            found = np.load(stream, allow_pickle=False)
            return found if isinstance(found, np.ndarray) else {name: found[name] for name in found.files}
    except DAMAGED as error:
        if "pickle" in str(error):
            raise DataError(
                f"{path} holds Python objects, which need pickle to be read: expected plain arrays.",
                hint="pickle can run code, so it is never read; save plain numbers, e.g. labels.astype(int).",
            ) from None
        kind = ".npz archive" if path.suffix != ".npy" else ".npy file"
        raise DataError(f"{path} is not a readable {kind} ({error}).", hint="write it anew.") from None


def _from_table(path: Path, label_column: str | None) -> dict[str, Any]:
    """Return the columns of a table: numbers are probabilities, one column may be the labels."""
    import polars as pl

    table = _read_table(path)
    unnamed = [name for name in table.columns[:1] if name in ("", "__index_level_0__", "Unnamed: 0")]
    table = table.drop(unnamed)  # the row index that pandas writes
    label = _label_column(table.columns, label_column, path)
    columns = [name for name in table.columns if name != label]
    words = [name for name in columns if not table[name].dtype.is_numeric()]
    if words:
        raise DataError(
            f"{path}: column {', '.join(map(repr, words[:8]))} holds no numbers: expected a column of "
            "probabilities for each class.",
            hint="say which column holds the labels: label_column=... (--label-column).",
        )
    found = {"probabilities": table.select(pl.col(columns).cast(pl.Float64)).to_numpy()}
    if label is not None:
        found["labels"] = table[label].cast(pl.String).to_numpy().astype(str)
        found["labels"] = numbers_where_all_are(found["labels"])
    if _are_named(columns):
        found["class_names"] = np.array(_without_prefix(columns, found.get("labels")))
    return found


def _read_table(path: Path) -> Any:
    import polars as pl

    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return read_parquet(path, DataError)
        with path.open("rb") as stream:
            first = b"" if path.suffix.lower() == ".gz" else stream.readline()
        separator = max(",;\t", key=lambda mark: first.count(mark.encode()))
        options: dict[str, Any] = {"separator": separator, "infer_schema_length": None}
        if first and _is_row(first.decode("utf-8-sig", "replace").strip().split(separator)):
            return pl.read_csv(path, has_header=False, **options)
        return pl.read_csv(path, **options)
    except (ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        text = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"{path} cannot be read as a table: {text}.",
            hint="expected a header with the classes, and a row of probabilities for each example.",
        ) from None


def _is_row(cells: list[str]) -> bool:
    """Whether the first line of a table is a row of it and no header: numbers that cannot be class names."""
    try:
        numbers = [float(cell) for cell in cells]
    except ValueError:
        return False
    return len(set(cells)) < len(cells) or any(not number.is_integer() for number in numbers)


def _label_column(columns: list[str], wanted: str | None, path: Path) -> str | None:
    if wanted is not None and wanted not in columns:
        raise DataError(
            f"{path} has no column {wanted!r}.{near_match(wanted, columns)}",
            hint=f"its columns are {', '.join(map(repr, columns[:12]))}.",
        )
    known = [name for name in columns if name.strip().lower() in LABEL_COLUMNS]
    return wanted if wanted is not None else next(iter(known), None)


def _are_named(columns: list[str]) -> bool:
    # what polars calls the columns of a table without a header
    return not all(re.fullmatch(r"column_\d+", name) for name in columns)


def _without_prefix(columns: list[str], labels: np.ndarray | None) -> list[str]:
    """Return the classes that columns are named after: `p_cat` is `cat` where the labels say so."""
    names = [name.strip() for name in columns]
    known = set() if labels is None else set(as_names(np.unique(labels)))
    if not known or known <= set(names):
        return names
    for length in range(len(min(names, key=len)), 0, -1):
        shorter = [name[length:] for name in names]
        if len({name[:length] for name in names}) == 1 and known <= set(shorter):
            return shorter
    return names
