"""Copies of a user's data in which some labels are others: nothing else changes, nothing is overwritten.

A label is written as another example's is that has this class: the cell of its row, the value in its array,
the folder that it lies in. So quotation marks, encodings and types stay those of the data.
"""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.archive import LAYOUTS
from thalweg.data.image_folder import has_parts
from thalweg.data.reading import Reading
from thalweg.data.tables.columns import Sheet, label_column
from thalweg.data.tables.dialect import read_lines
from thalweg.data.tables.findings import Findings
from thalweg.data.tables.load import PARQUET, read_sheet
from thalweg.errors import DataError
from thalweg.parquet import read_parquet
from thalweg.unfolding import DAMAGED, refuse_archive, unzipped

if TYPE_CHECKING:
    import polars as pl

Changes = Mapping[int, int]
"""The rows whose labels change, and another row that has the class that each should have."""

Place = tuple[str, int]
"""A part of an archive, train or test, and the place in it, from 0."""


@dataclass(frozen=True)
class Written:
    """A file of a table cut into records and those into fields: `text`, and where each field stands in it."""

    text: str
    fields: tuple[tuple[tuple[int, int], ...], ...]


def copy_table(source: Path, target: Path, reading: Reading, changes: Changes) -> None:
    """Write the table `source` to `target` with some cells of its label column changed, by row from 1.

    Raises `DataError` for a CSV file that is not written in a usual way, so that its cells cannot be told.
    """
    found = Findings(str(source))
    sheet = read_sheet(source, reading, found)
    label = label_column(sheet, reading, found)
    if source.suffix.lower() in PARQUET:
        _copy_parquet(source, target, label, changes)
        return
    data = source.read_bytes()
    packed = data[:2] == b"\x1f\x8b"
    data = unzipped(data, source, DataError)
    encoding = _encoding(data, reading)
    separator = read_lines(source, reading, Findings(str(source))).separator
    written = _written(data.decode(encoding), separator)
    column = sheet.frame.columns.index(label)
    text = _with_cells(written, column, changes, rows=sheet.frame.height, source=source)
    changed = text.encode(encoding)
    target.write_bytes(gzip.compress(changed) if packed else changed)
    expected = sheet.frame.with_columns(_taken(sheet.frame[label], changes))
    try:
        again = read_sheet(target, reading, Findings(str(target))).frame
    except DataError:
        raise _untold(source) from None
    if again.columns != expected.columns or not again.equals(expected):
        raise _untold(source)


def _encoding(data: bytes, reading: Reading) -> str:
    """Return an encoding that gives the same bytes back: one byte a letter, unless letters are wider."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if data[:1] == b"\xff" else "utf-16-be"  # the mark stays a letter of its own
    if data[:2000].count(0) > len(data[:2000]) // 5:
        return reading.encoding or ("utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    return "latin-1"


def _with_cells(written: Written, column: int, changes: Changes, *, rows: int, source: Path) -> str:
    header = len(written.fields) - rows
    if header not in (0, 1) or any(len(fields) <= column for fields in written.fields[header:]):
        raise _untold(source)
    pieces, end = [], 0
    for row in sorted(changes):
        start, stop = written.fields[header + row - 1][column]
        other = slice(*written.fields[header + changes[row] - 1][column])
        pieces += [written.text[end:start], written.text[other]]
        end = stop
    return "".join([*pieces, written.text[end:]])


def _untold(source: Path) -> DataError:
    return DataError(
        f"{source}: its cells cannot be told apart well enough to change some and leave all else as it is.",
        hint="write it as a plain CSV or as Parquet first.",
    )


def _taken(column: pl.Series, changes: Changes) -> pl.Series:
    """Return the column with the values of other rows in those that change."""
    place = np.arange(len(column))
    for row, other in changes.items():
        place[row - 1] = other - 1
    return column[place]


def _written(text: str, separator: str) -> Written:
    """Cut a file as `dialect.read_lines` does: empty lines and comments are no records."""
    parts = re.split(r"(\r\n|\r|\n)", text)
    lines, ends = parts[::2], [*parts[1::2], ""]
    starred = sum(line.startswith("#") for line in lines)
    commented = 0 < starred < len(lines) / 2
    records, start, position, quotes = [], 0, 0, 0
    for line, end in zip(lines, ends, strict=True):
        inside = quotes % 2
        if inside or (line.strip(" \t,;|\ufeff") and not (commented and line.startswith("#"))):
            start = start if inside else position
            quotes += line.count('"')
            if quotes % 2 == 0:
                records.append(_fields(text, start, position + len(line), separator))
        position += len(line) + len(end)
    return Written(text, tuple(records))


def _fields(text: str, start: int, stop: int, separator: str) -> tuple[tuple[int, int], ...]:
    """Return where the fields of the record text[start:stop] begin and end, blanks around them left out."""
    if separator == " ":
        return tuple(found.span() for found in re.compile(r"\S+").finditer(text, start, stop))
    field = re.compile(rf'[ ]*("(?:[^"]|"")*"|[^{re.escape(separator)}]*)[ ]*', re.DOTALL)
    spans, place = [], start
    while True:
        found = field.match(text, place, stop)
        assert found is not None  # it may be empty
        first, last = found.span(1)
        spans.append((first, first + len(text[first:last].rstrip(" "))))
        if found.end() >= stop or text[found.end()] != separator:
            return tuple(spans)
        place = found.end() + 1


def _copy_parquet(source: Path, target: Path, label: str, changes: Changes) -> None:
    frame = read_parquet(source, DataError)
    name = frame.columns[Sheet.of(frame, frame.columns, str(source)).frame.columns.index(label)]
    frame.with_columns(_taken(frame[name], changes)).write_parquet(target)


def copy_archive(source: Path, target: Path, changes: Mapping[Place, Place]) -> None:
    """Write the .npz archive `source` to `target`, labels at some places changed to those of other places."""
    try:
        with source.open("rb") as stream:
            refuse_archive(source, stream, DataError)
            with np.load(stream, allow_pickle=False) as archive:
                arrays: dict[str, Any] = {name: archive[name] for name in archive.files}
        layout = next(layout for layout in LAYOUTS if {*layout[:2]} <= arrays.keys())
    except (*DAMAGED, StopIteration) as error:
        raise DataError(
            f"{source} is not a readable .npz archive ({error}).", hint="write it anew."
        ) from None
    named = {"train": layout[1], "test": layout[3]}
    corrected = {part: arrays[name].copy() for part, name in named.items() if name in arrays}
    for (part, place), (other_part, other) in changes.items():
        value = arrays[named[other_part]][other]
        kind = np.promote_types(corrected[part].dtype, np.asarray(value).dtype)
        corrected[part] = corrected[part].astype(kind, copy=False)  # a longer word needs more room
        corrected[part][place] = value
    arrays |= {named[part]: labels for part, labels in corrected.items()}
    with target.open("wb") as stream:
        np.savez_compressed(stream, **arrays)


def copy_folder(source: Path, target: Path, changes: Mapping[str, str]) -> None:
    """Copy a folder of pictures; each `file` of `changes` goes to the folder of the class that is named.

    A picture that would take another's name there gets a number behind its own.
    """
    shutil.copytree(source, target)
    depth = 1 if has_parts(source) else 0
    for file, name in changes.items():
        parts = list(Path(file).parts)
        parts[depth] = name
        place = target.joinpath(*parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        number = 2
        while place.exists():
            place = place.with_name(f"{Path(file).stem}-{number}{place.suffix}")
            number += 1
        (target / file).rename(place)
        if not any((target / file).parent.iterdir()):  # a class without a picture cannot be read
            (target / file).parent.rmdir()
