"""From a table to a data set: read, say what the columns are, split, encode by the training rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.data.arrays import assemble, held_rows
from thalweg.data.dataset import Dataset
from thalweg.data.identity import Identity, distinct as distinct_files
from thalweg.data.reading import Reading
from thalweg.data.tables import encoding, pictures
from thalweg.data.tables.classes import classes_of
from thalweg.data.tables.columns import Roles, Sheet, distinct_names, roles_of
from thalweg.data.tables.dialect import read_lines, unreadable
from thalweg.data.tables.findings import Findings
from thalweg.data.tables.frames import is_frame as is_frame, polars_frame, series_of
from thalweg.data.tables.text import frame_of
from thalweg.data.tables.values import Column, columns_of
from thalweg.data.tables.written import WrittenFrame, WrittenText, stamp_of
from thalweg.errors import DataError
from thalweg.parquet import read_parquet

CSV = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
PARQUET = (".parquet", ".pq")
LABELS = "label"


def is_table(path: Path) -> bool:
    """Return whether `path` is a file that is read as a table."""
    return path.is_file() and path.name.lower().endswith((*CSV, *PARQUET))


def is_table_folder(path: Path) -> bool:
    """Return whether `path` is a folder of Parquet files, which are read as one table."""
    return path.is_dir() and bool(shards_of(path))


def shards_of(path: Path) -> list[Path]:
    """Return the Parquet files that a table is in: the file itself, or those of a folder by name."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in files if file.suffix.lower() in PARQUET and not file.name.startswith(".")]


def load_table(path: Path, reading: Reading = Reading(), *, test: Path | None = None) -> Dataset:  # noqa: B008
    """Return the data set in the table `path`, a file or a folder of Parquet files.

    The class is in the label column: the one that `reading` names, else one called label, labels, class,
    target or y (upper or lower case). Every other column is a feature, but for row indices, counts of the
    rows and ids, which are left out. Words become categories, empty cells are filled with medians, both as
    the training rows say. `test` is the file of the test part, with the same columns in any order; without it
    a fixed stratified fifth of the rows is held out. The notes say what was done.

    Raises `DataError` that names all problems, columns and rows (the first row of data is row 1); with
    `reading.strict` whatever would be repaired is a problem.

    Examples:
        >>> import polars
        >>> import thalweg as tw
        >>> table = {"length": [1.5, 1.7, 3.1, 3.3], "kind": ["rose", "rose", "tulip", "tulip"]}
        >>> polars.DataFrame(table).write_csv("flowers.csv")
        >>> tw.load("flowers.csv", label_column="kind")
        Dataset('flowers': 2 training and 2 test examples of 1, 2 classes)
    """
    found = Findings(str(path), reading.strict)
    sheets = [read_sheet(one, reading, found) for one in (path, test) if one is not None]
    name = path.name.split(".")[0]
    dataset = _assembled(sheets, reading, found, name=name, source=str(path))
    return dataset if test is None else replace(dataset, test_source=str(test))


def load_frame(frame: Any, labels: Any = None, reading: Reading = Reading()) -> Dataset:  # noqa: B008
    """Return the data set in a frame of pandas, polars or Arrow; see `load_table`.

    `labels` [rows], a series, an array or a list, if the frame does not hold them itself.
    """
    found = Findings("The frame", reading.strict)
    table, names = polars_frame(frame)
    if labels is not None:
        table, names, reading = _with_labels(table, names, labels, reading)
    sheet = Sheet.of(table, names, "The frame")
    sheet = replace(sheet, written=partial(WrittenFrame, frame=sheet.frame))
    return _assembled([sheet], reading, found, name="frame", source="")


def load_frames(
    frames: Mapping[str, Any], reading: Reading, *, class_names: Sequence[str] = (), name: str = "frame"
) -> Dataset:
    """Return the data set of frames by part, `train` and perhaps `test`; see `load_table`.

    `class_names`: what the classes are called that the label column numbers from 0.
    """
    sheets = []
    for part, frame in frames.items():
        table, names = polars_frame(frame)
        what = "The frame" if len(frames) == 1 else f"The {part} part"
        sheet = Sheet.of(table, names, what, class_names=tuple(class_names))
        sheets.append(replace(sheet, written=partial(WrittenFrame, frame=sheet.frame)))
    return _assembled(sheets, reading, Findings("The frame", reading.strict), name=name, source="")


def _with_labels(
    table: Any, names: list[str], labels: Any, reading: Reading
) -> tuple[Any, list[str], Reading]:
    if reading.label_column is not None:
        raise DataError(
            f"label_column={reading.label_column!r} and labels apart from the frame were given.",
            hint="give one of the two.",
        )
    column = series_of(labels)
    if len(column) != table.height:
        raise DataError(
            f"The frame has {table.height:,} rows but there are {len(column):,} labels.",
            hint="give one label for each row, in the same order.",
        )
    name = LABELS
    while name in names:
        name += "'"
    table = table.with_columns(column.alias(str(table.width)))
    return table, [*names, name], replace(reading, label_column=name)


def read_sheet(path: Path, reading: Reading, found: Findings) -> Sheet:
    """Return the table in a file, with names and types."""
    if path.is_dir():
        return _read_shards(path)
    stamp = stamp_of(path)
    if path.suffix.lower() in PARQUET:
        return replace(_read_parquet(path), written=partial(WrittenFrame, path=path, stamp=stamp))
    lines = read_lines(path, reading, found)
    try:
        width = len(next(iter(_first_record(lines.body, lines.separator)), []))
    except csv.Error as error:
        raise unreadable(path, str(error)) from None
    names = lines.header or [f"column_{place}" for place in range(1, width + 1)]
    distinct = distinct_names(names)
    frame = frame_of(lines, distinct, path, reading, found)
    sheet = Sheet.of(frame, names, str(path), class_names=lines.class_names, headed=lines.header is not None)
    text = WrittenText(path, stamp, reading, tuple(distinct), frame.height)
    return replace(sheet, written=text.of_columns)


def _first_record(body: Sequence[str], separator: str) -> list[list[str]]:
    return [next(csv.reader([line + "\n" for line in body], delimiter=separator))] if body else []


def _read_shards(folder: Path) -> Sheet:
    """Return the table in a folder of Parquet files, one below the other by name."""
    import polars as pl

    sheets = {file.name: _read_parquet(file) for file in shards_of(folder)}
    first, *rest = sheets
    for name in rest:
        if set(sheets[name].frame.columns) != set(sheets[first].frame.columns):
            raise DataError(
                f"{folder}: {name} has other columns than {first}.",
                hint="give files of one table, with the same columns in each.",
            )
    columns = sheets[first].frame.columns
    try:
        frame = pl.concat([sheet.frame.select(columns) for sheet in sheets.values()], how="vertical_relaxed")
    except pl.exceptions.PolarsError as error:
        raise unreadable(folder, str(error).strip().splitlines()[0].rstrip(".")) from None
    sheet = Sheet.of(frame, columns, str(folder))
    return replace(sheet, written=partial(WrittenFrame, frame=frame))


def _read_parquet(path: Path) -> Sheet:
    try:
        frame = read_parquet(path, DataError)
    except (ValueError, OSError) as error:
        raise unreadable(path, str(getattr(error, "strerror", None) or error)) from None
    return Sheet.of(frame, frame.columns, str(path))


def _assembled(
    sheets: Sequence[Sheet], reading: Reading, found: Findings, *, name: str, source: str
) -> Dataset:
    """Return the data set of one sheet, of which a fifth is held out, or of a training and a test sheet."""
    roles = roles_of(sheets[0], reading, found)
    for sheet in sheets:
        if sheet.frame.height == 0:
            raise DataError(
                f"{sheet.what} has a header but no rows.", hint="give at least two examples of every class."
            )
    frames = [_chosen(sheet, roles) for sheet in sheets]
    files = distinct_files([sheet.what for sheet in sheets]) if len(sheets) > 1 else [""]
    found = replace(found, sheets=tuple(zip(files, (frame.height for frame in frames), strict=True)))
    each = [(frame, found.of(sheet)) for frame, sheet in zip(frames, found.sheets, strict=True)]
    labels, kept = zip(*(classes_of(frame[roles.label], own) for frame, own in each), strict=True)
    images = pictures.pictures_of(frames, roles.features, found)
    parts = [] if images is not None else [_columns(frame, roles, reading, own) for frame, own in each]
    columns = _joined(parts, found)
    encoding.check(columns, found)
    if not columns and images is None and not found.problems:
        found.problem("no column is left that could be a feature", "encode one as numbers.")
    found.settle()
    if sheets[0].class_names:
        labels = tuple(_named(part, sheets[0].class_names) for part in labels)
    identities = _identities(sheets, files, frames, roles, kept, with_cells=images is None)
    dataset = _split(
        columns,
        images,
        labels,
        np.concatenate(kept),
        name=name,
        source=source,
        sheets=sheets,
        identities=identities,
    )
    return replace(dataset, notes=(*dataset.notes, *found.notes), reading=reading)


def _split(
    columns: Sequence[Column],
    images: np.ndarray | None,
    labels: Sequence[np.ndarray],
    kept: np.ndarray,
    *,
    name: str,
    source: str,
    sheets: Sequence[Sheet],
    identities: Sequence[Identity],
) -> Dataset:
    """Encode all rows by those that are trained on, and part them."""
    declared = sheets[0].class_names
    first = len(labels[0])
    held = (
        held_rows(labels[0], declared)
        if len(labels) == 1
        else np.repeat([False, True], [first, len(labels[1])])
    )
    named: dict[str, Any] = {"class_names": declared or None, "name": name, "source": source}
    named["identities"] = identities
    if images is not None:
        inputs = images[kept]
    else:
        columns = [replace(column, values=column.values[kept]) for column in columns]
        inputs, names = encoding.encode(columns, ~held)
        named |= {
            "feature_names": names,
            "columns": {column.name: encoding.codes(column) for column in columns},
        }
    if len(labels) == 1:
        return assemble((inputs, labels[0]), None, **named)
    return assemble((inputs[:first], labels[0]), (inputs[first:], labels[1]), **named)


def _chosen(sheet: Sheet, roles: Roles) -> Any:
    """Return the columns of a sheet that are used; one that the test part lacks is refused."""
    wanted = [roles.label, *roles.features, *([roles.id_column] if roles.id_column else [])]
    lacking = [name for name in wanted if name not in sheet.frame.columns]
    if lacking:
        raise DataError(
            f"{sheet.what} has no column {', '.join(map(repr, lacking))}, as the training part has.",
            hint="give both parts the same columns, in any order.",
        )
    return sheet.frame.select(wanted)


def _columns(frame: Any, roles: Roles, reading: Reading, found: Findings) -> list[Column]:
    return [column for name in roles.features for column in columns_of(frame[name], found, reading.decimal)]


def _joined(parts: Sequence[Sequence[Column]], found: Findings) -> list[Column]:
    """Return the columns of all parts, one below the other."""
    if len(parts) < 2:
        return list(parts[0]) if parts else []
    below = {column.name: column for column in parts[1]}
    joined = []
    for column in parts[0]:
        other = below.get(column.name)
        if other is None:
            continue  # text of too many kinds in one of the two: left out of both, and said
        if other.is_words != column.is_words:
            found.problem(
                f"column {column.name!r} holds {column.holds} in the training part and {other.holds} in the "
                "test part",
                "write it in the same way in both.",
            )
            continue
        joined.append(replace(column, values=np.concatenate([column.values, other.values])))
    return joined


def _named(labels: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Return class numbers as the names that the file declares, where they are such numbers."""
    return np.array(names)[labels] if labels.dtype.kind in "iu" and labels.max() < len(names) else labels


def _identities(
    sheets: Sequence[Sheet],
    files: Sequence[str],
    frames: Sequence[Any],
    roles: Roles,
    kept: Sequence[np.ndarray],
    *,
    with_cells: bool,
) -> list[Identity]:
    """Return what the examples of each sheet are called: the row, what the id column says, and of two sheets
    the file. `with_cells`: whether the features are worth showing as they were written.
    """
    found = []
    for sheet, frame, mask in zip(sheets, frames, kept, strict=True):
        written = {"": sheet.written(roles.features)} if with_cells and sheet.written else {}
        ids = np.array(_words(frame[roles.id_column]))[mask] if roles.id_column else None
        found.append(Identity(row=1 + np.flatnonzero(mask), id=ids, written=written))
    if len(sheets) == 1:
        return found
    return [identity.within(file) for identity, file in zip(found, files, strict=True)]


def _words(column: Any) -> list[str]:
    return ["" if value is None else str(value).strip() for value in column.to_list()]
