"""What a file claims to hold, before it is read: a small one may unfold to more than a machine has."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from thalweg import memory
from thalweg.errors import ThalwegError
from thalweg.limits import SHARE
from thalweg.sizes import size as in_words

DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, KeyError, TypeError),
    *(NotImplementedError, RuntimeError, SyntaxError, MemoryError, OverflowError, struct.error),
    *(tokenize.TokenError, IndexError, AttributeError),
)
"""What reading a damaged .npz or .npy raises; the later rows: headers, features of ZIP nothing here has."""

GZIP_MAGIC = b"\x1f\x8b"


def refuse_unfolding(path: Path, claimed: int, error: type[ThalwegError]) -> None:
    """Raise `error` where the `claimed` bytes of what the file holds would not fit into memory.

    Nothing is refused where it is not known how much memory there is, or `THALWEG_MEMORY` is off.

    Examples:
        >>> from pathlib import Path
        >>> from thalweg.errors import DataError
        >>> from thalweg.unfolding import refuse_unfolding
        >>> refuse_unfolding(Path("digits.npz"), 1_000_000, DataError)
    """
    left = memory.available()
    if left is not None and claimed > SHARE * left:
        raise error(
            f"{path}: what it holds takes {in_words(claimed)} of memory, of which {in_words(left)} are left.",
            hint="take fewer or smaller examples. THALWEG_MEMORY says how much may be used, or off.",
        )


def unzipped(data: bytes, path: Path, error: type[ThalwegError]) -> bytes:
    """Return what `data`, the content of `path`, unfold to where they are gzip; else themselves.

    Raises `error` once that is more than fits into memory, and `OSError`, `EOFError` or `zlib.error` for
    damaged data.
    """
    if not data.startswith(GZIP_MAGIC):
        return data
    left = memory.available()
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        if left is None:
            return stream.read()
        most = int(SHARE * left)
        content = stream.read(most + 1)
    if len(content) > most:
        refuse_unfolding(path, len(content), error)
    return content


def refuse_archive(
    path: Path, stream: BinaryIO, error: type[ThalwegError], names: Iterable[str] = ()
) -> None:
    """Raise `error` where arrays of the .npz in `stream` would not fit, or claim more than is stored of them.

    `names`: of the arrays that are to be read, all where none is given. Only their headers are read. Raises
    `ValueError` and what `zipfile` raises for what is no such archive.
    """
    wanted = {f"{name}.npy" for name in names}
    with zipfile.ZipFile(stream) as archive:
        entries = [entry for entry in archive.infolist() if not wanted or entry.filename in wanted]
        refuse_unfolding(path, sum(entry.file_size for entry in entries), error)
        for entry in entries:
            if entry.filename.endswith(".npy"):
                _refuse_claim(archive, entry)
    stream.seek(0)


def shape_in(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[tuple[int, ...], int]:
    """Return the shape of an array in an archive, and the bytes of one of its numbers, from its header."""
    import numpy as np

    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    with archive.open(entry) as stream:
        version = np.lib.format.read_magic(stream)
        if version not in readers:
            raise ValueError(f"{entry.filename} is of version {version}, which nothing here was written in")
        shape, _, dtype = readers[version](stream)
    return shape, 0 if dtype.hasobject else dtype.itemsize


def _refuse_claim(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    shape, each = shape_in(archive, entry)
    claimed = max(1, each)  # values of no size are counted, too: a list of them would be made
    for extent in shape:
        claimed *= extent
    if claimed > entry.file_size:
        sizes = " x ".join(f"{extent:,}" for extent in shape)
        raise ValueError(f"{entry.filename} claims {sizes} values and holds {entry.file_size:,} bytes")
