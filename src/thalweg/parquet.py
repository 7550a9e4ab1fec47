"""Parquet files, read so that a damaged one is an error and nothing worse.

Its reader (polars) believes what a file says of itself: a size that is claimed is allocated, which ends the
process where there is no such memory. So all that the footer and the headers of the pages claim is held to
the file, and to the memory there is, before it reads. The format: github.com/apache/parquet-format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.errors import ThalwegError
from thalweg.limits import DEEPEST
from thalweg.thrift import Struct, read_struct
from thalweg.unfolding import refuse_unfolding

if TYPE_CHECKING:
    import polars

MAGIC, ENCRYPTED = b"PAR1", b"PARE"
CELL = 8
"""Bytes of a cell that is read."""
HEADER = 100_000
"""Bytes that the header of a page is looked for in: with statistics of long texts it may have thousands."""

_ROWS, _GROUPS, _SCHEMA = 3, 4, 2
_TYPE, _LENGTH, _REPETITION, _CHILDREN = 1, 2, 3, 5
_DATA, _DICTIONARY, _DATA_2 = 0, 2, 3
_UNCOMPRESSED, _FIXED = 0, 7
_BITS = {0: 0, 1: 32, 2: 64, 3: 96, 4: 32, 5: 64, 6: 32}
"""Least bits of a value that is written plainly, by its physical type."""
ENCODINGS = frozenset((0, 2, 3, 4, 5, 6, 7, 8, 9))


def read_parquet(
    path: Path, error: type[ThalwegError], *, columns: Sequence[str] | None = None
) -> polars.DataFrame:
    """Return the table in the Parquet file `path`, or some `columns` of it.

    Raises `error` where it would not fit into memory, `ValueError` that says what is wrong with a damaged
    file, also where its reader panics, and `OSError` for one that cannot be read.

    Examples:
        >>> from pathlib import Path
        >>> import polars
        >>> from thalweg.errors import RunError
        >>> from thalweg.parquet import read_parquet
        >>> polars.DataFrame({"label": [1, 2]}).write_parquet("two.parquet")
        >>> read_parquet(Path("two.parquet"), RunError).height
        2
    """
    import polars

    refuse_claims(path, error)
    # a path would be taken for a pattern of file names
    with damaged(), path.open("rb") as stream:
        return polars.read_parquet(stream, columns=None if columns is None else list(columns))


@contextmanager
def damaged() -> Iterator[None]:
    """Turn what polars raises for a file, a panic of its reader too, into a `ValueError` of one line."""
    import polars

    try:
        yield
    except (polars.exceptions.PolarsError, polars.exceptions.PanicException) as failed:
        text = str(failed).strip()
        raise ValueError(text.splitlines()[0].rstrip(".") if text else type(failed).__name__) from None


def refuse_claims(path: Path, error: type[ThalwegError], *, in_parts: bool = False) -> tuple[int, int]:
    """Hold what a Parquet file claims to its length, and to the memory there is; none of its pages is read.

    `in_parts`: it is read a group of rows at a time, of which the largest has to fit. Returns its rows and
    columns. Raises `ValueError` for a claim that cannot be true, `error` where what it holds would not fit.
    """
    with path.open("rb") as stream:
        length = stream.seek(0, 2)
        end = max(0, length - 8)
        stream.seek(end)
        size, mark = struct.unpack("<I4s", stream.read(8).rjust(8, b"\0"))
        stream.seek(0)
        if mark == ENCRYPTED:
            raise ValueError("it is encrypted")
        if mark != MAGIC or stream.read(4) != MAGIC:
            raise ValueError("it does not begin and end as Parquet does")
        if size > end - 4:
            raise ValueError(f"it has {length:,} bytes and claims a footer of {size:,}")
        stream.seek(end - size)
        footer = read_struct(stream.read(size))[0]
        leaves = _leaves(_known(footer, _SCHEMA, list))
        groups, rows = _known(footer, _GROUPS, list), _count(footer, _ROWS)
        if sum(_count(group, 3) for group in groups) != rows:
            raise ValueError(f"it claims {rows:,} rows, and its groups others")
        chunks = [chunk for group in groups for chunk in _chunks(group, leaves, end - size)]
        parts = [list(_chunks(group, leaves, end - size)) for group in groups] if in_parts else [chunks]
        claimed = (sum(max(chunk.unfolded, CELL * chunk.values) for chunk in part) for part in parts)
        refuse_unfolding(path, max([*claimed, 0 if in_parts else CELL * rows * len(leaves)]), error)
        for chunk in chunks:
            _refuse_pages(stream, chunk)
        return rows, len(leaves)


@dataclass(frozen=True)
class Leaf:
    """A column of values: its type, bytes of a value of fixed length, and whether a row may have several."""

    kind: int
    length: int
    is_repeated: bool


@dataclass(frozen=True)
class Chunk:
    """The values of a column in a group of rows: where its pages are, and what they unfold to."""

    leaf: Leaf
    first: int
    stop: int
    values: int
    unfolded: int
    is_compressed: bool


def _known(found: Struct, number: int, kind: type) -> Any:
    value = found.get(number)
    if not isinstance(value, kind):
        raise ValueError(f"its footer lacks field {number}")
    return value


def _count(found: Struct, number: int) -> int:
    value = found.get(number) if isinstance(found, dict) else None
    if type(value) is not int or not 0 <= value < 2**62:
        raise ValueError(f"a header has {value!r} as field {number}")
    return value


def _leaves(schema: list[Any]) -> list[Leaf]:
    """Return the columns of values in the tree that a schema lists, parents first."""
    found: list[Leaf] = []
    open_nodes: list[tuple[int, bool]] = []  # children that are to come, and whether they repeat
    for place, element in enumerate(schema):
        if not isinstance(element, dict) or not isinstance(element.get(4), bytes):
            raise ValueError("its schema has a column without a name")
        if place and not open_nodes:
            raise ValueError("its schema has columns that belong to none")
        left, is_repeated = open_nodes.pop() if open_nodes else (0, False)
        if left > 1:
            open_nodes.append((left - 1, is_repeated))
        is_repeated = is_repeated or (place > 0 and element.get(_REPETITION) == 2)
        if _TYPE in element:
            kind, length = element[_TYPE], element.get(_LENGTH, 0)
            if kind not in range(8) or type(length) is not int or not 0 <= length < 2**31 or not place:
                raise ValueError(f"its schema has a column of type {kind!r}")
            found.append(Leaf(kind, length, is_repeated))
        elif children := _count(element, _CHILDREN):
            open_nodes.append((children, is_repeated))
        if len(open_nodes) > DEEPEST:
            raise ValueError(f"its schema is nested more than {DEEPEST} deep")
    if open_nodes or not schema:
        raise ValueError("its schema lacks columns")
    return found


def _chunks(group: Any, leaves: list[Leaf], end: int) -> Iterator[Chunk]:
    rows, columns = _count(group, 3), _known(group, 1, list)
    if len(columns) != len(leaves):
        raise ValueError(f"it has {len(leaves):,} columns, a group of its rows {len(columns):,}")
    for leaf, column in zip(leaves, columns, strict=True):
        facts = column.get(3) if isinstance(column, dict) else None
        if not isinstance(facts, dict) or facts.get(1) != leaf.kind:
            raise ValueError("a column is of another type than its schema says")
        values, size = _count(facts, 5), _count(facts, 7)
        starts = [place for place in (facts.get(9), facts.get(11)) if place]  # 0 is none
        first = min(starts, default=None) if all(type(place) is int for place in starts) else None
        if first is None or first < 4 or first + size > end or max(starts) > first + size:
            raise ValueError("the pages of a column are not in the file")
        if not leaf.is_repeated and values != rows:
            raise ValueError(f"a column claims {values:,} values for {rows:,} rows")
        codec = facts.get(4)
        yield Chunk(leaf, first, first + size, values, _count(facts, 6), codec != _UNCOMPRESSED)


def _refuse_pages(stream: Any, chunk: Chunk) -> None:
    place, values, unfolded = chunk.first, 0, 0
    while place < chunk.stop:
        stream.seek(place)
        header, length = read_struct(stream.read(min(HEADER, chunk.stop - place)))
        place += length
        size, whole = _count(header, 3), _count(header, 2)
        if size > chunk.stop - place:
            raise ValueError(f"a page claims {size:,} bytes, of which {chunk.stop - place:,} are there")
        if not chunk.is_compressed and size != whole:
            raise ValueError(f"a page claims to unfold from {size:,} to {whole:,} bytes, uncompressed")
        unfolded += whole
        values += _values_of(header, chunk.leaf, size, whole)
        place += size
    if values != chunk.values:
        raise ValueError(f"a column claims {chunk.values:,} values, and its pages {values:,}")
    if unfolded > chunk.unfolded + (chunk.stop - chunk.first):
        raise ValueError(f"a column claims to unfold to {chunk.unfolded:,} bytes, its pages to {unfolded:,}")


def _values_of(header: Struct, leaf: Leaf, size: int, whole: int) -> int:
    """Return how many values of the column a page holds: none for a dictionary."""
    kind = _count(header, 1)
    facts = header.get({_DATA: 5, _DICTIONARY: 7, _DATA_2: 8}.get(kind, 0))
    if not isinstance(facts, dict):
        raise ValueError(f"it has a page of kind {kind!r}")
    values = _count(facts, 1)
    encoding = _count(facts, 4 if kind == _DATA_2 else 2)
    if encoding not in ENCODINGS:
        raise ValueError(f"a page is in encoding {encoding!r}")
    if kind == _DICTIONARY:
        bits = 8 * leaf.length if leaf.kind == _FIXED else _BITS.get(leaf.kind, 1)
        if values * bits > 8 * whole:
            raise ValueError(f"a page claims {values:,} values in {whole:,} bytes")
        return 0
    if kind == _DATA_2:
        levels = _count(facts, 5) + _count(facts, 6)
        if levels > min(size, whole) or _count(facts, 2) > values or _count(facts, 3) > values:
            raise ValueError("a page claims more empty cells or levels than it holds")
    return values
