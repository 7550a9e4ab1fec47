"""Damage to ZIP archives of arrays: their headers, entries, arrays, and what arrays say they are."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from typing import Any

import numpy as np

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
FIELDS = {
    LOCAL: ((4, 2), (6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)),
    CENTRAL: ((4, 2), (6, 2), (8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (42, 4)),
    END: ((8, 2), (10, 2), (12, 4), (16, 4), (20, 2)),
}
"""Fields of the headers, place and width: version, flags, compression, sum, sizes, lengths, offsets."""

LARGE = (0, 1, 8, 9, 12, 14, 93, 99, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFE, 1 << 20)
SHAPES = (
    "()",
    "(0,)",
    "(1,)",
    "(-1,)",
    "(10**6, 10**6)",
    "(9223372036854775807,)",
    "(3, 99999999999)",
    "(2.5,)",
    "(True,)",
    "None",
    "(1,)*40",
    "(" * 500 + ")" * 500,
    "(" + "1," * 70 + ")",
    "('a',)",
)
KINDS = (
    "'<f8'",
    "'>i2'",
    "'|O'",
    "'<U1000000'",
    "'|V8'",
    "'<M8[s]'",
    "'|b1'",
    "'<c16'",
    "'<f16'",
    "'nonsense'",
    "[('a', '<f4'), ('b', '<i2')]",
    "''",
    "None",
    "'<U0'",
    "'|S0'",
    "'<m8'",
    "'<f2'",
    "'|S99999999999'",
)


def headers(content: bytes, chance: random.Random) -> bytes:
    """Change fields of the archive's headers: encrypted, an unknown compression, sizes that are claimed."""
    changed = bytearray(content)
    mark = chance.choice((LOCAL, CENTRAL, CENTRAL, END))
    starts = [found.start() for found in re.finditer(re.escape(mark), content)]
    for start in starts if chance.random() < 0.4 else [chance.choice(starts)]:
        place, width = chance.choice(FIELDS[mark])
        number = chance.choice((*LARGE, chance.getrandbits(8 * width))) & (2 ** (8 * width) - 1)
        struct.pack_into("<H" if width == 2 else "<I", changed, start + place, number)
    return bytes(changed)


def entries(content: bytes, chance: random.Random) -> bytes:
    """Rename, repeat, empty, add or leave out entries of the archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    place = chance.randrange(len(held))
    name, data = held[place]
    way = chance.randrange(6)
    if way == 0:
        held[place] = (
            chance.choice(("", "x.npy", "../x.npy", name[:-4], f"{name}.npy", "é\0.npy", "a" * 9000)),
            data,
        )
    elif way == 1:
        held.append((name, chance.choice((data, data[: len(data) // 2], held[0][1]))))
    elif way == 2:
        held[place] = (name, b"")
    elif way == 3:
        del held[place]
    elif way == 4:
        held.append(("more.npy", bytes(2_000_000)))
    else:
        held[place] = (name, held[chance.randrange(len(held))][1])
    return _archive(held, chance)


def arrays(content: bytes, chance: random.Random) -> bytes:
    """Give an array another type, shape or values; the archive is valid."""
    with np.load(io.BytesIO(content)) as found:
        held: dict[str, Any] = dict(found)
    name = chance.choice(list(held))
    held[name] = other_array(held[name], chance)
    return _archive([(f"{each}.npy", _npy(array)) for each, array in held.items()], chance)


def _npy(array: np.ndarray) -> bytes:
    written = io.BytesIO()
    np.save(written, array, allow_pickle=False)
    return written.getvalue()


def other_array(array: np.ndarray, chance: random.Random) -> np.ndarray:
    """Return an array with another type, shape or values."""
    way = chance.randrange(8)
    if way == 0:
        kind = chance.choice(("f2", "f4", "f8", "i1", "i8", "u1", "u8", "?", "U3", "S2", "c16", "M8[s]"))
        with np.errstate(all="ignore"):
            try:
                return array.astype(kind)
            except (TypeError, ValueError):
                return np.zeros(array.shape, kind)
    if way == 1:
        return array.reshape(-1)
    if way == 2:
        return array[None]
    if way == 3:
        return array[: chance.randrange(3)] if array.ndim else np.zeros(3)
    if way == 4:
        return np.repeat(np.atleast_1d(array), chance.choice((2, 50)), 0)
    if way == 5:
        return array.T
    if way == 6 and array.size and array.dtype.kind in "fiu":
        with np.errstate(all="ignore"):
            changed = np.array(array)
            value = chance.choice((np.nan, np.inf, -1, 0, 1e30, 255, 2**62))
            changed.reshape(-1)[chance.randrange(array.size)] = (
                value if array.dtype.kind == "f" else np.array(0 if value != value else 7).astype(array.dtype)
            )
        return changed
    return chance.choice(
        (np.float64(1.0), np.zeros(0), np.zeros((0, 5)), np.full(array.shape, -1), np.array("x"))
    )


def array_headers(content: bytes, chance: random.Random) -> bytes:
    """Have an array of the archive say that it is something else."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    place = chance.randrange(len(held))
    held[place] = (held[place][0], npy(held[place][1], chance))
    return _archive(held, chance)


def npy(content: bytes, chance: random.Random) -> bytes:
    """Write another header, or another version of it, before an array."""
    length = struct.unpack("<H", content[8:10])[0]
    said, rest = content[10 : 10 + length].decode("latin-1"), content[10 + length :]
    way = chance.randrange(5)
    if way == 0:
        said = re.sub(r"'shape': \([^)]*\)", lambda _: f"'shape': {chance.choice(SHAPES)}", said)
    elif way == 1:
        said = re.sub(r"'descr': '[^']*'", lambda _: f"'descr': {chance.choice(KINDS)}", said)
    elif way == 2:
        said = said.replace("False", chance.choice(("True", "1", "None", "'no'")))
    elif way == 3:
        said = chance.choice(
            ("{}", "[]", "", "1", "{'shape': 1}", said * 3, "(" * 20_000, said.replace("'", ""))
        )
    head = bytes([chance.choice((1, 2, 3, 9, 0)), 0]) if way == 4 else content[6:8]
    told = said.encode("latin-1")
    width = "<H" if head[0] == 1 else "<I"
    return content[:6] + head + struct.pack(width, min(len(told), 65535)) + told + rest


def _archive(held: list[tuple[str, bytes]], chance: random.Random) -> bytes:
    import warnings

    written = io.BytesIO()
    how = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    with warnings.catch_warnings(), zipfile.ZipFile(written, "w", how) as archive:
        warnings.simplefilter("ignore")  # a name that is there twice
        for name, data in held:
            archive.writestr(zipfile.ZipInfo(name), data, how)  # of no time: the same in any process
    return written.getvalue()
