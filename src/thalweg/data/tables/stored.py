"""Parquet files too large for memory: their numbers are written out once, as rows that can be read alone."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.arrays import assemble
from thalweg.data.dataset import Dataset
from thalweg.data.identity import Identity
from thalweg.data.npy_files import read_npy
from thalweg.data.reading import Reading
from thalweg.data.stored import FLOAT, cannot_stay, stays, taken
from thalweg.data.tables.classes import classes_of
from thalweg.data.tables.columns import Roles, Sheet, roles_of
from thalweg.data.tables.dialect import unreadable
from thalweg.data.tables.findings import Findings
from thalweg.data.tables.load import PARQUET, shards_of
from thalweg.errors import DataError
from thalweg.parquet import refuse_claims
from thalweg.sizes import size
from thalweg.temporary import against
from thalweg.written import write_whole

if TYPE_CHECKING:
    import polars

LOOKED_AT = 100_000
"""First rows of a table by which its columns are told: the class, features, counts of the rows."""

ROWS_AT_ONCE = 2**18
"""Rows that are written out at once."""

WRITTEN = ".thalweg-"
"""What stands between the name of a table and the stamp in the name of what is written out of it."""


def stays_in_files(path: Path, reading: Reading, test: Path | None, in_memory: bool | None) -> bool:
    """Return whether a table is to be read row by row from a file; see `load`."""
    paths = [path] if test is None else [path, test]
    if in_memory is False and any(each.suffix.lower() not in PARQUET and each.is_file() for each in paths):
        raise cannot_stay("a CSV file")
    if in_memory is not None or any(not shards_of(each) for each in paths):
        return in_memory is False
    try:
        claims = [
            refuse_claims(shard, DataError, in_parts=True) for each in paths for shard in shards_of(each)
        ]
    except (ValueError, OSError, DataError):
        return False  # who reads it says what is wrong
    return stays(FLOAT.itemsize * sum(rows * columns for rows, columns in claims), None)


def load_stored_table(path: Path, reading: Reading, *, test: Path | None = None) -> Dataset:
    """Return the data set of a Parquet file, or a folder of such, that is read row by row.

    Its features are written once into an NPY file beside it, from which rows are read; a note says so. The
    columns are told by the first 100,000 rows. Raises `DataError` for columns that are no numbers and for
    empty cells: nothing is filled in or encoded of a table that stays in its file.
    """
    import polars as pl

    found = Findings(str(path), reading.strict)
    if reading.id_column is not None:
        raise DataError(
            f"id_column={reading.id_column!r}: names of rows are not kept of a table that stays in its file.",
            hint="leave it out (rows are named by their number), or give in_memory=True.",
        )
    try:
        parts = [_Part(each) for each in (path, test) if each is not None]
        roles = roles_of(parts[0].sheet(), reading, found)
        kind = _type_of([part.schema for part in parts], roles, found)
        labelled = [part.labels(roles, found) for part in parts]
        found.settle()
        written = [part.written_out(roles, kind, found) for part in parts]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise unreadable(path, str(error).strip().splitlines()[0].rstrip(".")) from None
    pairs = [
        (taken(rows, kept) if not kept.all() else rows, labels)
        for rows, (labels, kept) in zip(written, labelled, strict=True)
    ]
    dataset = assemble(
        pairs[0],
        pairs[1] if test is not None else None,
        name=path.name.split(".")[0],
        source=str(path),
        feature_names=roles.features,
        identities=[Identity(row=1 + np.flatnonzero(kept)) for _, kept in labelled],
    )
    second = "" if test is None else str(test)
    return replace(dataset, notes=(*dataset.notes, *found.notes), reading=reading, test_source=second)


class _Part:
    """A Parquet file, or a folder of such, as one table that is scanned."""

    def __init__(self, path: Path):
        self.path, self.shards = path, shards_of(path)
        for shard in self.shards:
            try:
                refuse_claims(shard, DataError, in_parts=True)
            except (ValueError, OSError) as error:
                raise unreadable(shard, str(getattr(error, "strerror", None) or error)) from None
        self.scan = _scan(self.shards)
        self.schema = self.scan.collect_schema()
        self.height = _height(self.scan)

    def sheet(self) -> Sheet:
        """Return the first rows."""
        head = self.scan.head(LOOKED_AT).collect()
        return Sheet.of(head, head.columns, str(self.path))

    def labels(self, roles: Roles, found: Findings) -> tuple[np.ndarray, np.ndarray]:
        """Return the classes, and which rows have one."""
        column = self.scan.select(roles.label).collect()[roles.label]
        return classes_of(column, replace(found, sheets=(("", self.height),)))

    def written_out(self, roles: Roles, kind: np.dtype, found: Findings) -> np.ndarray:
        """Return the features, which are read from an NPY file that is written if it is not there."""
        target = self._target(roles, kind)
        if not target.exists():
            self._write(target, roles, kind)
            for older in target.parent.glob(f"{glob.escape(self.path.name)}{WRITTEN}*.npy"):
                if older != target:
                    older.unlink(missing_ok=True)
        found.note(
            f"The numbers of {self.path.name} stand in {target.name} beside it "
            f"({size(target.stat().st_size)}), from which rows are read: it was written for that, and is "
            "written again if it is deleted."
        )
        return read_npy(target, in_memory=False)

    def _target(self, roles: Roles, kind: np.dtype) -> Path:
        facts = [(each.name, each.stat().st_size, each.stat().st_mtime_ns) for each in self.shards]
        stamp = hashlib.sha256(repr((facts, roles.features, kind.str)).encode()).hexdigest()[:12]
        path = self.path.resolve()
        return path.with_name(f"{path.name}{WRITTEN}{stamp}.npy")

    def _write(self, target: Path, roles: Roles, kind: np.dtype) -> None:
        def write(temporary: Path) -> None:
            with temporary.open("wb") as stream:
                shape = (self.height, len(roles.features))
                header = {"descr": kind.str, "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(stream, header)
                for rows in self._rows(roles, kind):
                    stream.write(rows.data)

        try:
            write_whole(target, write)
        except OSError as error:
            room = against(error).removesuffix(".")
            raise DataError(
                f"{target}: cannot be written: {error.strerror or error}. A table that stays in its file is "
                "written out once, as rows that can be read.",
                hint=f"{room}, or write the features with np.save yourself and give that file.",
            ) from None

    def _rows(self, roles: Roles, kind: np.dtype) -> Iterator[np.ndarray]:
        before = 0
        for shard in self.shards:
            scan = _scan([shard]).select(roles.features)
            for first in range(0, _height(scan), ROWS_AT_ONCE):
                frame = scan.slice(first, ROWS_AT_ONCE).collect()
                _refuse_empty(frame, before + first, self.path)
                yield np.ascontiguousarray(frame.to_numpy(), kind)
            before += _height(scan)


def _type_of(schemas: Sequence[polars.Schema], roles: Roles, found: Findings) -> np.dtype:
    """Return what holds all features; a column that is no number, or lacks in a part, becomes a problem."""
    import polars as pl

    kinds = [FLOAT]
    for schema in schemas:
        for name in roles.features:
            kind = schema.get(name)
            if kind is None:
                found.problem(f"the test part has no column {name!r}", "give both parts the same columns.")
            elif kind == pl.Boolean or kind.is_integer() or kind.is_float():
                kinds.append(pl.Series([], dtype=kind).to_numpy().dtype)
            else:
                found.problem(
                    f"column {name!r} holds {kind}, and a table that stays in its file has numbers alone",
                    "encode it as numbers, leave it out (--drop, drop= in Python), or give in_memory=True.",
                )
    return np.result_type(*kinds)


def _refuse_empty(frame: polars.DataFrame, before: int, path: Path) -> None:
    for column in frame.iter_columns():
        empty = column.is_null()
        if column.dtype.is_float():
            empty |= column.is_nan().fill_null(True)
        if empty.any():
            row = before + int(empty.arg_max() or 0) + 1
            raise DataError(
                f"{path}: column {column.name!r}, row {row:,}, is empty, and nothing is filled in of a table "
                "that stays in its file.",
                hint="fill such cells, leave the column out (--drop, drop=), or give in_memory=True.",
            )


def _scan(paths: Sequence[Path]) -> polars.LazyFrame:
    import polars as pl

    # a path alone would be taken for a pattern of file names
    return pl.scan_parquet(list(paths), glob=False)


def _height(scan: polars.LazyFrame) -> int:
    import polars as pl

    return scan.select(pl.len()).collect().item()
