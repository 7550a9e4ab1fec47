"""Damage to records: keys that are missing or of another type, numbers and depths without end."""

from __future__ import annotations

import copy
import json
import random
import tomllib
from typing import Any

RAW = "\x01raw\x01"
"""In a text: what stands between two of these is written as it is, without quotation marks."""

NUMBERS = ("9" * 5000, "-" + "9" * 400, "1e999", "-1e999", "NaN", "Infinity", "-Infinity", "1e-400", "-0.0")
WHOLE = (0, -1, 1, 2, 255, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63), 10**30, 1e308, -1e308, 0.5)
WORDS = (
    "",
    " ",
    "\0",
    "../x",
    "\ud800",
    "é" * 300,
    "x" * 100_000,
    "=1+1",
    "<b>",
    "\x1b[2J",
    "nan",
    "NaN",
    "inf",
)
PLAIN = (True, False, [], {}, [[]], [0], {"": 0}, [0] * 3000, ["x"], [1.5, 2.5], {"value": 1})


def json_content(content: bytes, chance: random.Random) -> bytes:
    """Change values, keys and lists of a JSON file, which stays one, or nearly."""
    found = json.loads(content)
    for _ in range(chance.choice((1, 1, 2, 4))):
        found = _changed(found, chance, none=True)
    return _raw(json.dumps(found), chance)


def json_text(content: bytes, chance: random.Random) -> bytes:
    """Change the text of a JSON file: a bracket, a quotation mark, a comma."""
    return _punctuation(content, chance, b'{}[]":,\\')


def toml_content(content: bytes, chance: random.Random) -> bytes:
    """Change values and keys of a TOML file."""
    import tomli_w

    found = tomllib.loads(content.decode())
    for _ in range(chance.choice((1, 1, 2, 4))):
        found = _changed(found, chance, none=False)
    return _raw(tomli_w.dumps(found if isinstance(found, dict) else {"x": found}), chance)


def toml_text(content: bytes, chance: random.Random) -> bytes:
    """Change the text of a TOML file."""
    return _punctuation(content, chance, b'[]{}=".\n#')


def _punctuation(content: bytes, chance: random.Random, marks: bytes) -> bytes:
    places = [place for place, byte in enumerate(content) if byte in marks]
    changed = bytearray(content)
    place = chance.choice(places)
    way = chance.randrange(4)
    if way == 0:
        del changed[place]
    elif way == 1:
        changed[place:place] = bytes([chance.choice(marks)]) * chance.choice((1, 2, 5000))
    elif way == 2:
        changed[place] = chance.choice(marks)
    else:
        other = chance.choice(places)
        changed[place:place] = changed[min(place, other) : max(place, other)]
    return bytes(changed)


def _raw(written: str, chance: random.Random) -> bytes:
    """Put numbers and depths that no writer writes in the place of the texts that stand for them."""
    for mark in (json.dumps(RAW), f'"{RAW}"', '"\\u0001raw\\u0001"'):
        while mark in written:
            deep = chance.choice((20, 33, 200, 5000, 100_000))
            left, right = chance.choice((("[", "]"), ('{"a":', "}"), ("{a=", "}")))
            nested = left * deep + "0" * (left != "[") + right * deep
            number = chance.choice(NUMBERS)
            written = written.replace(mark, chance.choice((number, nested, number.lower())), 1)
    return written.encode("utf-8", "surrogatepass")


def _changed(found: Any, chance: random.Random, *, none: bool) -> Any:
    places = list(_places(found))
    if not places:
        return _value(chance, none=none)
    holder, key = chance.choice(places)
    way = chance.randrange(8)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, dict):
        holder[chance.choice((*WORDS[:8], f"{key}x"))] = holder.pop(key)
    elif way == 2 and isinstance(holder[key], list | dict):
        holder[key] = _value(chance, none=none)
    elif way == 3 and isinstance(holder, list):
        many = chance.choice((1, 2, 100))
        # a hundred of a hundred of a hundred is a file of gigabytes, made here and read nowhere
        small = len(json.dumps(holder[key], default=str)) < 10_000
        holder.extend([holder[key]] * (many if small else 1))
    elif way == 4:
        other_holder, other = chance.choice(places)
        if _is_inside(holder[key], other_holder):
            holder[key] = None if none else 0
        else:
            holder[key] = json.loads(json.dumps(other_holder[other], default=str))
    elif way == 5 and isinstance(holder[key], int | float) and not isinstance(holder[key], bool):
        holder[key] = chance.choice((-holder[key], holder[key] + 1, holder[key] * 1000, str(holder[key])))
    else:
        holder[key] = _value(chance, none=none)
    return found


def _is_inside(outer: Any, inner: Any) -> bool:
    return outer is inner or any(holder is inner for holder, _ in _places(outer))


def _places(found: Any) -> Any:
    if isinstance(found, dict):
        for key in list(found):
            yield found, key
            yield from _places(found[key])
    elif isinstance(found, list):
        for place in range(len(found)):
            yield found, place
            yield from _places(found[place])


def _value(chance: random.Random, *, none: bool) -> Any:
    words = chance.choice(WORDS) if none else chance.choice([word for word in WORDS if "\ud800" not in word])
    whole = chance.choice(WHOLE)
    # a copy: what is put in may be changed itself, and a mutation follows from its seed alone
    plain = copy.deepcopy(chance.choice(PLAIN))
    return chance.choice((RAW, words, whole, plain, *((None,) if none else ())))
