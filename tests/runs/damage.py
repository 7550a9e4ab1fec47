"""Damage to JSON files, as disks, editors and other programs do it, from a seed."""

from __future__ import annotations

import json

DEEP = "a place nested deep"
VALUES = (None, "text", "", 3, -1, 0.5, 1e308, 10**30, True, [], {}, [[1]], ["a"], {"a": 1}, DEEP)


def damaged(text: bytes, generator) -> bytes:
    """Return `text` with one thing wrong: a key or the end gone, another value, a bit flipped."""
    kind = generator.integers(10)
    place = int(generator.integers(len(text)))
    if kind == 0:
        return text[:place]
    if kind == 1:
        return text[:place] + bytes([text[place] ^ 1 << int(generator.integers(8))]) + text[place + 1 :]
    content = {"": json.loads(text)}
    container, key = content, ""
    while _keys(container[key]) and (container is content or generator.random() < 0.8):
        container, keys = container[key], _keys(container[key])
        key = keys[generator.integers(len(keys))]
    if kind == 2 and container is not content:
        del container[key]
    else:
        container[key] = VALUES[generator.integers(len(VALUES))]
    depth = int(generator.choice([40, 200, 100_000]))
    nested = b"[" * depth + b"]" * depth
    return json.dumps(content[""]).encode().replace(json.dumps(DEEP).encode(), nested)


def _keys(value):
    return list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
