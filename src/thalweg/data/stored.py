"""Inputs that stay in their file: rows are read when they are asked for, in bounded memory.

They are read, not mapped: a mapped file that is cut short while it is used ends the process, and its pages
count as the process's own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from thalweg import memory
from thalweg.errors import DataError, TooLarge
from thalweg.sizes import size

READ_AT_ONCE = 8 * 1024**2
"""Bytes of a file that are read at once, and picked from."""

GAP = 256 * 1024
"""Bytes between two rows from which a file is read twice rather than through."""

PIECE_BYTES = 64 * 1024**2
"""What a piece of the rows may take as float64, where all of them are looked at a piece at a time."""

LIMIT = 10**9
"""Bytes of inputs above which they stay in their file, if nobody says otherwise."""

VARIABLE = "THALWEG_IN_MEMORY"
"""Says up to which size inputs are read into memory, such as 500MB, in the place of `LIMIT`."""

FLOAT = np.dtype(np.float32)

FORMS = "NPY files, IDX files that are not compressed, and Parquet files"


@dataclass(frozen=True)
class Stamp:
    """What changes when a file does: which it is, its size, and when it was written."""

    inode: int
    size: int
    written: int

    @staticmethod
    def of(found: os.stat_result) -> Stamp:
        """Return the stamp of a file from what the system says of it."""
        return Stamp(found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True)
class StoredFile:
    """An array in a file, row after row: `shape` values of type `dtype` from byte `offset` on."""

    path: Path
    offset: int
    dtype: np.dtype
    shape: tuple[int, ...]
    stamp: Stamp

    @cached_property
    def row_bytes(self) -> int:
        """Bytes of one example."""
        return self.dtype.itemsize * int(np.prod(self.shape[1:], dtype=object))

    def rows(self, wanted: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield (which of `wanted`, their rows as written) for row numbers that go up.

        Raises `DataError` for a file that is not what it was when it was opened.
        """
        try:
            with self.path.open("rb") as stream:
                self._refuse_changed(stream)
                for part in self._parts(wanted):
                    first, last = int(wanted[part.start]), int(wanted[part.stop - 1]) + 1
                    yield part, self._read(stream, first, last)[wanted[part] - first]
                self._refuse_changed(stream)
        except OSError as error:
            raise DataError(
                f"{self.path}: cannot be read any more: {error.strerror or error}.",
                hint="inputs that stay in their file need it as long as they are used; put it back.",
            ) from None

    def _parts(self, wanted: np.ndarray) -> Iterator[slice]:
        """Yield which of the rows are read at once: near one another, and not too many."""
        most = max(1, READ_AT_ONCE // self.row_bytes)
        far = np.flatnonzero(np.diff(wanted) * self.row_bytes > GAP) + 1
        for first, last in zip([0, *far.tolist()], [*far.tolist(), len(wanted)], strict=True):
            while first < last:
                end = int(np.searchsorted(wanted[first:last], wanted[first] + most)) + first
                yield slice(first, end)
                first = end

    def _read(self, stream: BinaryIO, first: int, last: int) -> np.ndarray:
        stream.seek(self.offset + first * self.row_bytes)
        data = stream.read((last - first) * self.row_bytes)
        if len(data) < (last - first) * self.row_bytes:
            raise self._changed()
        return np.frombuffer(data, self.dtype).reshape(last - first, *self.shape[1:])

    def _refuse_changed(self, stream: BinaryIO) -> None:
        if Stamp.of(os.fstat(stream.fileno())) != self.stamp:
            raise self._changed()

    def _changed(self) -> DataError:
        return DataError(
            f"{self.path} is not what it was when it was opened: somebody wrote it meanwhile.",
            hint="load it again, and leave it alone while it is used.",
        )


@dataclass(frozen=True, eq=False)
class Stored:
    """Rows of a file, which stands where an array [examples, ...] does.

    `stored[10:20]` reads, and so do indices and masks; `stored.take(...)` and `stored.astype(...)` read
    nothing. Whatever else an array can be asked reads all of it, if it fits into memory, and is refused with
    `TooLarge` if not. `rows`: which of the file's, None for all; `dtype`: what they are read as, each
    multiplied by `times`.
    """

    file: StoredFile
    rows: np.ndarray | None = None
    dtype: np.dtype = FLOAT
    times: int = 1

    @property
    def shape(self) -> tuple[int, ...]:
        """Examples, and the shape of one; a channel alone is none."""
        shape = self.file.shape[1:]
        return (len(self), *(shape[:-1] if len(shape) == 3 and shape[-1] == 1 else shape))

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes that all of it would take in memory."""
        return self.dtype.itemsize * int(np.prod(self.shape, dtype=object))

    def __len__(self) -> int:
        return self.file.shape[0] if self.rows is None else len(self.rows)

    def take(self, examples: np.ndarray | slice) -> Stored:
        """Return these examples (indices, a mask or a slice), still in the file."""
        return replace(self, rows=self._numbers(examples))

    def astype(self, kind: Any, copy: bool = True) -> Stored:
        """Return the same rows, read as another type."""
        return replace(self, dtype=np.dtype(kind))

    def __getitem__(self, examples: Any) -> np.ndarray:
        if isinstance(examples, tuple):
            return self[examples[0]][(slice(None), *examples[1:])] if examples else np.asarray(self)
        if isinstance(examples, int | np.integer):
            return self._read(self._numbers(np.array([examples])))[0]
        return self._read(self._numbers(examples))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        left = memory.available()
        if left is not None and self.nbytes > left:
            raise TooLarge(
                f"{self.file.path}: this needs all {len(self):,} examples in memory, {size(self.nbytes)}, "
                f"and {size(left)} are free.",
                hint="choose fewer examples, split.take(...). What goes a piece at a time: training without "
                "distortions, examples of nothing and orders of each member's own, and evaluations that need "
                "answers only.",
            )
        whole = self[:]
        return whole if dtype is None else whole.astype(dtype, copy=False)

    def __getattr__(self, name: str) -> Any:
        # a method of arrays that is not here: of the whole
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(np.asarray(self), name)

    def __repr__(self) -> str:
        shape = "x".join(f"{axis:,}" for axis in self.shape)
        return f"Stored({shape} of {self.dtype} in {str(self.file.path)!r})"

    def _numbers(self, examples: np.ndarray | slice) -> np.ndarray:
        """Return which rows of the file these examples are."""
        if self.rows is not None:
            return self.rows[examples]
        if isinstance(examples, slice):
            return np.arange(*examples.indices(len(self)))
        chosen = np.asarray(examples)
        if chosen.dtype == bool:
            return np.flatnonzero(chosen)
        if len(chosen) and not -len(self) <= int(chosen.min()) <= int(chosen.max()) < len(self):
            raise IndexError(f"examples {chosen.min()} to {chosen.max()} of {len(self):,}.")
        return np.where(chosen < 0, chosen + len(self), chosen)

    def _read(self, wanted: np.ndarray) -> np.ndarray:
        found = np.empty((len(wanted), *self.shape[1:]), self.dtype)
        rises = len(wanted) < 2 or bool((np.diff(wanted) >= 0).all())
        places = None if rises else np.argsort(wanted, kind="stable")
        for part, rows in self.file.rows(wanted if places is None else wanted[places]):
            values = rows.reshape(len(rows), *self.shape[1:]).astype(self.dtype, copy=False)
            if self.times != 1:
                values = values * self.dtype.type(self.times)
            found[part if places is None else places[part]] = values
        return found


def stored(rows: Stored) -> np.ndarray:
    """Return the rows as the array that they stand for: who only reads rows need not know the difference."""
    return rows  # type: ignore[return-value]


def taken(raw: np.ndarray | Stored, examples: np.ndarray | slice) -> np.ndarray:
    """Return these examples (indices, a mask or a slice); those of a file are not read yet."""
    return stored(raw.take(examples)) if isinstance(raw, Stored) else raw[examples]


def pieces_of(raw: np.ndarray | Stored) -> Iterator[tuple[int, np.ndarray]]:
    """Yield (number of the first example, examples) for all of `raw`, a bounded piece at a time.

    Where pieces begin depends on the shape alone, so that what is added up over them is the same, wherever
    the rows are.
    """
    most = max(1, PIECE_BYTES // (8 * max(1, int(np.prod(raw.shape[1:], dtype=object)))))
    for first in range(0, len(raw), most):
        yield first, raw[first : first + most]


def stays(inputs: int, in_memory: bool | None) -> bool:
    """Return whether inputs of so many bytes stay in their file: as said, else where they are too many."""
    return inputs > _limit() if in_memory is None else not in_memory


def cannot_stay(what: object) -> DataError:
    """Return the error for inputs that were to stay in their file and cannot."""
    return DataError(
        f"in_memory=False is for {FORMS}, and not for {what}.",
        hint="leave in_memory out, or write the inputs with np.save and give that file.",
    )


def _limit() -> int:
    said = os.environ.get(VARIABLE, "").strip()
    return memory.read_size(said, VARIABLE) if said else LIMIT
