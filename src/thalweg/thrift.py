"""Thrift's compact protocol, in which Parquet writes its headers: read with every claim held to the bytes.

The specification: github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md.
"""

from __future__ import annotations

from typing import Any

from thalweg.limits import DEEPEST

Struct = dict[int, Any]
"""A struct: what its fields hold, by their number. Text is bytes, a list a list."""

_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_LONGEST = 10
"""Bytes of a number of 64 bits."""


def read_struct(content: bytes | memoryview, place: int = 0) -> tuple[Struct, int]:
    """Return the struct that begins at `place`, and the place behind it.

    Raises `ValueError` for bytes that are none: an unknown type, a length beyond the end, too many levels.

    Examples:
        >>> from thalweg.thrift import read_struct
        >>> read_struct(bytes([0x15, 0x02, 0x00]))
        ({1: 1}, 3)
    """
    reader = _Reader(content, place)
    try:
        return reader.struct(0), reader.place
    except IndexError:
        raise ValueError("a header ends too early") from None


class _Reader:
    def __init__(self, content: bytes | memoryview, place: int):
        self.content = content
        self.place = place

    def struct(self, depth: int) -> Struct:
        if depth > DEEPEST:
            raise ValueError(f"a header is nested more than {DEEPEST} deep")
        found: Struct = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._signed()
            if number in found:
                raise ValueError(f"a header has field {number} twice")
            found[number] = self._value(head & 15, depth)
        return found

    def _byte(self) -> int:
        found = self.content[self.place]
        self.place += 1
        return found

    def _varint(self) -> int:
        found = 0
        for step in range(_LONGEST):
            byte = self._byte()
            found |= (byte & 0x7F) << (7 * step)
            if byte < 0x80:
                return found
        raise ValueError("a header has a number without end")

    def _signed(self) -> int:
        found = self._varint()
        return (found >> 1) ^ -(found & 1)

    def _bytes(self, length: int) -> bytes:
        found = bytes(self.content[self.place : self.place + length])
        if len(found) != length:
            raise ValueError(f"a header claims a text of {length:,} bytes")
        self.place += length
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (_I32, _I64, _I16):
            return self._signed()
        if kind == _BINARY:
            return self._bytes(self._varint())
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in (_LIST, _SET):
            return self._list(depth + 1)
        if kind == _BYTE:
            return self._byte()
        if kind == _DOUBLE:
            return self._bytes(8)
        raise ValueError(f"a header has a value of type {kind}, which nothing here has")

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        count = head >> 4 if head >> 4 < 15 else self._varint()
        if count > len(self.content) - self.place:
            raise ValueError(f"a header claims a list of {count:,} values")
        kind = head & 15
        if kind in (_TRUE, _FALSE):
            return [self._byte() == 1 for _ in range(count)]
        return [self._value(kind, depth) for _ in range(count)]
