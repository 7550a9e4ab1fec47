"""Damage to Parquet: what the footer claims, what headers of pages claim, and what is in pages."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from typing import Any

from tests.fuzz.mutations import blind, thrift
from tests.fuzz.mutations.thrift import BINARY, BYTE, FALSE, I16, I32, I64, LIST, STRUCT, TRUE, Field, Items

LARGE = (0, 1, -1, 2, 7, 255, 65_536, 2**20, 2**31 - 1, -(2**31), 2**40, 2**62, 2**63 - 1, -(2**63), 10**9)
NAMES = (b"", b"label", b"\xff\xfe", b"\0", b"x" * 100_000, b"image")


def footer(content: bytes, chance: random.Random) -> bytes:
    """Change what the footer says: rows, types, encodings, sizes, offsets, names, depth."""
    start, fields = _footer(content)
    for _ in range(chance.choice((1, 1, 2, 3))):
        _change(fields, chance)
    told = thrift.written(fields)
    length = chance.choice((0, 2**31, 2**32 - 1, len(content))) if chance.random() < 0.03 else len(told)
    return content[:start] + told + struct.pack("<I", length) + b"PAR1"


def page_header(content: bytes, chance: random.Random) -> bytes:
    """Change what the header of a page says: its kind, sizes, values, encodings."""
    place, fields, end = chance.choice(list(_pages(content)))
    for _ in range(chance.choice((1, 1, 2))):
        _change(fields, chance)
    told = thrift.written(fields)
    if len(told) > end - place:  # what follows keeps its place, and the header reaches into the page
        return content[:place] + told + content[place + len(told) :]
    return (
        content[:place] + told + content[place + len(told) : end][: end - place - len(told)] + content[end:]
    )


def page(content: bytes, chance: random.Random) -> bytes:
    """Change bytes in a page; sizes and places stay."""
    _, fields, end = chance.choice(list(_pages(content)))
    size = next(field.value for field in fields if field.number == 3)
    held = content[end : end + size]
    damaged = blind.damage(held, chance)[:size]
    return content[:end] + damaged + held[len(damaged) :] + content[end + size :]


def _footer(content: bytes) -> tuple[int, list[Field]]:
    (length,) = struct.unpack("<I", content[-8:-4])
    start = len(content) - 8 - length
    return start, thrift.Reader(content, start).struct()


def _pages(content: bytes) -> Iterator[tuple[int, list[Field], int]]:
    """Yield where the header of every page begins, its fields, and where it ends."""
    for chunk in _chunks(content):
        facts = {field.number: field.value for field in chunk}
        place = min(each for each in (facts.get(9), facts.get(11)) if each)
        stop = place + facts[7]
        while place < stop:
            reader = thrift.Reader(content, place)
            fields = reader.struct()
            yield place, fields, reader.place
            size = next(field.value for field in fields if field.number == 3)
            if size < 0:  # damaged before: the next page would be this one
                raise ValueError(f"a page of {size} bytes")
            place = reader.place + size


def _chunks(content: bytes) -> Iterator[list[Field]]:
    """Yield what the footer says of every column of every group of rows."""
    groups = next(field.value for field in _footer(content)[1] if field.number == 4)
    for group in groups.values:
        for column in next(field.value for field in group if field.number == 1).values:
            yield next(field.value for field in column if field.number == 3)


def _change(fields: list[Field], chance: random.Random) -> None:
    places = list(_places(fields))
    holder, place = chance.choice(places)
    field = holder[place]
    way = chance.randrange(10)
    if way == 0:
        del holder[place]
    elif way == 1:
        holder.insert(place, field)
    elif field.kind in (I16, I32, I64):
        field.value = chance.choice(
            (*LARGE, field.value + 1, field.value - 1, field.value * 2, field.value + 8, chance.randrange(16))
        )
        limit = {I16: 2**15, I32: 2**31, I64: 2**63}[field.kind]
        field.value = max(-limit, min(limit - 1, field.value))
    elif field.kind in (TRUE, FALSE):
        field.value = not field.value
    elif field.kind == BYTE:
        field.value = chance.randrange(256)
    elif field.kind == BINARY:
        field.value = chance.choice((*NAMES, blind.damage(field.value, chance)))
    elif field.kind == LIST:
        _change_list(field.value, chance)
    elif field.kind == STRUCT and way < 5:
        field.value = [] if way < 3 else _nested(field.value, chance.choice((3, 40, 300)))
    elif field.kind == STRUCT and field.value:
        _change(field.value, chance)


def _nested(value: Any, depth: int) -> list[Field]:
    for _ in range(depth):
        value = [Field(1, STRUCT, value)]
    return value


def _change_list(items: Items, chance: random.Random) -> None:
    way = chance.randrange(6)
    if way == 0:
        items.claimed = chance.choice((0, 1, 2**20, 2**31 - 1, 2**31, 2**32, len(items.values) + 1))
    elif way == 1 and items.values:
        del items.values[chance.randrange(len(items.values))]
    elif way == 2 and items.values:
        items.values.append(chance.choice(items.values))
    elif way == 3 and items.values:
        items.values *= chance.choice((2, 100))
    elif way == 4:
        chance.shuffle(items.values)
    elif items.kind in (I32, I64) and items.values:
        items.values[chance.randrange(len(items.values))] = chance.choice((*range(10), 2**31 - 1, -1))


def _places(fields: list[Field]) -> Iterator[tuple[list[Field], int]]:
    for place, field in enumerate(fields):
        yield fields, place
        if field.kind == STRUCT:
            yield from _places(field.value)
        elif field.kind == LIST and field.value.kind == STRUCT:
            for each in field.value.values:
                yield from _places(each)
