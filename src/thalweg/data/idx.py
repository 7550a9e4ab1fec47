"""IDX, the file format of MNIST: a magic number, the sizes, the values (LeCun's page on MNIST)."""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from thalweg.data.stored import Stamp, Stored, StoredFile, cannot_stay, stays, stored
from thalweg.errors import DataError
from thalweg.unfolding import GZIP_MAGIC, refuse_unfolding, unzipped

TYPES = {
    0x08: np.dtype(">u1"),
    0x09: np.dtype(">i1"),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}


def read_bytes(path: Path) -> bytes:
    """Return the content of `path`, decompressed if it is gzip, whatever it is called."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None
    try:
        return unzipped(data, path, DataError)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from None


def read_idx(path: Path, *, dimensions: tuple[int, ...]) -> np.ndarray:
    """Return the array in the IDX file `path` (.gz or not); see `parse_idx`.

    Of a compressed file no more is unfolded than its header says, and a byte.
    """
    try:
        with path.open("rb") as stream:
            is_compressed = stream.read(2) == GZIP_MAGIC
            stream.seek(0)
            with gzip.open(stream) if is_compressed else stream as content:
                data = _announced(cast(BinaryIO, content), path, dimensions)
        return parse_idx(data, path, dimensions=dimensions)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, error) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def stored_idx(path: Path, in_memory: bool | None, *, dimensions: tuple[int, ...]) -> np.ndarray | None:
    """Return the array in the IDX file `path` as it stays there, None where it is to be read (`load`).

    Raises `DataError` for what cannot stay, and as `parse_idx` does.
    """
    with path.open("rb") as stream:
        head = stream.read(4 + 4 * max(dimensions))
        stamp = Stamp.of(os.fstat(stream.fileno()))
    if head.startswith(GZIP_MAGIC):
        if in_memory is False:
            raise cannot_stay(f"{path.name}, which is compressed")
        return None
    if not stays(stamp.size, in_memory):
        return None
    dtype, axes = _magic(head, path, dimensions)
    header = 4 + 4 * axes
    if len(head) < header:
        raise _wrong_length(path, len(head), f"a header of {header} bytes")
    shape = struct.unpack(f">{axes}I", head[4:header])
    expected = header + dtype.itemsize * math.prod(shape)
    if stamp.size != expected:
        raise _wrong_length(path, stamp.size, f"{expected:,} bytes for {' x '.join(map(str, shape))} values")
    file = StoredFile(path.resolve(), header, dtype, shape, stamp)
    return stored(Stored(file, dtype=dtype.newbyteorder("=")))


def _announced(stream: BinaryIO, path: Path, dimensions: tuple[int, ...]) -> bytes:
    """Return the header and as many bytes as it announces, and one more where there is one."""
    head = stream.read(4 + 4 * max(dimensions))
    if len(head) < 4:
        return head
    dtype, axes = _magic(head, path, dimensions)
    header = 4 + 4 * axes
    if len(head) < header:
        return head
    announced = header + dtype.itemsize * math.prod(struct.unpack(f">{axes}I", head[4:header]))
    if isinstance(stream, gzip.GzipFile):
        refuse_unfolding(path, announced, DataError)
    else:  # more than there is cannot come, whatever is announced
        announced = min(announced, path.stat().st_size)
    return head + stream.read(max(0, announced + 1 - len(head)))


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(f"{path} is a damaged gzip file ({error}).", hint="fetch or compress the file anew.")


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(f"{path} cannot be read: {error.strerror}.", hint="check the file's rights.")


def parse_idx(data: bytes, path: Path, *, dimensions: tuple[int, ...]) -> np.ndarray:
    """Return the array that the IDX bytes `data` hold; `path` is for messages only.

    `dimensions` are the numbers of axes that will do. Raises `DataError` for a wrong magic number and for a
    file that is shorter or longer than its header says.
    """
    dtype, axes = _magic(data, path, dimensions)
    header = 4 + 4 * axes
    if len(data) < header:
        raise _wrong_length(path, len(data), f"a header of {header} bytes")
    shape = struct.unpack(f">{axes}I", data[4:header])
    expected = header + dtype.itemsize * int(np.prod(shape, dtype=object))
    if len(data) != expected:
        sizes = " x ".join(f"{size:,}" for size in shape)
        raise _wrong_length(path, len(data), f"{expected:,} bytes for {sizes} values")
    values = np.frombuffer(data, dtype, offset=header).reshape(shape)
    return values.astype(dtype.newbyteorder("="), copy=False)


def _magic(data: bytes, path: Path, dimensions: tuple[int, ...]) -> tuple[np.dtype, int]:
    """Return the type of the values and the number of axes from the first four bytes."""
    if len(data) < 4:
        raise _wrong_length(path, len(data), "an IDX header")
    zeros, code, axes = data[:2], data[2], data[3]
    if zeros != b"\0\0" or code not in TYPES or axes not in dimensions:
        expected = " or ".join(f"0x{0x08:06x}{count:02x}" for count in dimensions)
        raise DataError(
            f"{path} begins with the magic number 0x{data[:4].hex()}: expected {expected} (IDX).",
            hint="images have three axes, labels one; were the two exchanged, or is this another format?",
        )
    return TYPES[code], axes


def _wrong_length(path: Path, found: int, expected: str) -> DataError:
    return DataError(
        f"{path} holds {found:,} bytes uncompressed: expected {expected}.",
        hint="the file is truncated or has bytes too many; fetch it anew.",
    )
