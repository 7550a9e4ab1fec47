"""Thrift's compact protocol, read to lists that can be changed and written again: Parquet's headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)


@dataclass
class Field:
    """A field of a struct: its number, its type, and its value (a list of fields for a struct)."""

    number: int
    kind: int
    value: Any


@dataclass
class Items:
    """A list: the type of its values, and those; `claimed` is how many it says there are."""

    kind: int
    values: list[Any]
    claimed: int | None = None


class Reader:
    """Reads structs from bytes, from `place` on."""

    def __init__(self, content: bytes, place: int = 0):
        self.content = content
        self.place = place

    def byte(self) -> int:
        """Return the next byte."""
        self.place += 1
        return self.content[self.place - 1]

    def varint(self) -> int:
        """Return the next number without sign."""
        found = shift = 0
        while True:
            byte = self.byte()
            found |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return found

    def struct(self) -> list[Field]:
        """Return the fields of the next struct."""
        fields, last = [], 0
        while head := self.byte():
            kind = head & 15
            number = last + (head >> 4) if head >> 4 else _signed(self.varint())
            fields.append(Field(number, kind, self.value(kind)))
            last = number
        return fields

    def value(self, kind: int) -> Any:
        """Return the next value of a type."""
        if kind in (TRUE, FALSE):
            return kind == TRUE
        if kind == BYTE:
            return self.byte()
        if kind in (I16, I32, I64):
            return _signed(self.varint())
        if kind == DOUBLE:
            self.place += 8
            return self.content[self.place - 8 : self.place]
        if kind == BINARY:
            length = self.varint()
            self.place += length
            return self.content[self.place - length : self.place]
        if kind in (LIST, SET):
            head = self.byte()
            count = head >> 4 if head >> 4 < 15 else self.varint()
            inner = head & 15
            return Items(inner, [self.byte() if inner in (1, 2) else self.value(inner) for _ in range(count)])
        if kind == STRUCT:
            return self.struct()
        raise ValueError(f"type {kind}")


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _unsigned(number: int) -> int:
    return number << 1 if number >= 0 else ((-number - 1) << 1) | 1


def _varint(number: int) -> bytes:
    written = bytearray()
    while number >= 0x80:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def written(fields: list[Field]) -> bytes:
    """Return a struct as bytes."""
    out, last = bytearray(), 0
    for field in fields:
        step = field.number - last
        kind = field.kind
        if kind in (TRUE, FALSE):
            kind = TRUE if field.value else FALSE
        out += (
            bytes([step << 4 | kind]) if 0 < step < 16 else bytes([kind]) + _varint(_unsigned(field.number))
        )
        out += b"" if field.kind in (TRUE, FALSE) else _value(field.kind, field.value)
        last = field.number
    return bytes(out) + b"\0"


def _value(kind: int, value: Any) -> bytes:
    if kind == BYTE or kind in (TRUE, FALSE):
        return bytes([int(value) & 255])
    if kind in (I16, I32, I64):
        return _varint(_unsigned(value))
    if kind == DOUBLE:
        return value
    if kind == BINARY:
        return _varint(len(value)) + value
    if kind == STRUCT:
        return written(value)
    count = len(value.values) if value.claimed is None else value.claimed
    head = bytes([count << 4 | value.kind]) if count < 15 else bytes([0xF0 | value.kind]) + _varint(count)
    return head + b"".join(_value(value.kind, each) for each in value.values)
