"""Damage to safetensors: other arrays, other facts with a hash that fits, and headers that lie."""

from __future__ import annotations

import json
import random
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.fuzz.mutations import structure
from tests.fuzz.mutations.archives import other_array


def other_tensors(content: bytes, chance: random.Random) -> bytes:
    """Give an array another shape, type or name, leave one out or add one; the hash fits."""

    def change(tensors: dict[str, np.ndarray], facts: Any) -> Any:
        name = chance.choice(list(tensors))
        way = chance.randrange(4)
        if way == 0:
            del tensors[name]
        elif way == 1:
            tensors[f"{name}.more"] = tensors[name]
        elif way == 2:
            tensors[chance.choice(("", "x", "layers.0.weight"))] = tensors.pop(name)
        else:
            found = other_array(tensors[name], chance)
            tensors[name] = found if found.dtype.kind in "fiub" else np.zeros(3)
        return facts

    return _again(content, change)


def other_facts(content: bytes, chance: random.Random) -> bytes:
    """Change what the header says of the arrays; the hash fits."""

    def change(tensors: dict[str, np.ndarray], facts: Any) -> Any:
        text = structure.json_content(json.dumps(facts or {"x": 1}).encode(), chance)
        try:
            found = json.loads(text)
            json.dumps(found, allow_nan=False)
        except (ValueError, RecursionError):
            found = {"epoch": chance.choice((-1, "x", None, [1]))}
        return found if isinstance(found, dict) else {"x": found}

    return _again(content, change)


def _again(content: bytes, change: Callable[[dict[str, np.ndarray], Any], Any]) -> bytes:
    from thalweg.runs import files

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.safetensors"
        path.write_bytes(content)
        tensors, facts = files.read_tensors(path)
        facts.pop("sha256", None)
        facts = change(tensors, facts)
        path = Path(folder) / "y.safetensors"
        files.write_tensors(path, tensors, facts)
        return path.read_bytes()


def header(content: bytes, chance: random.Random) -> bytes:
    """Have the header name other shapes, types, places and lengths."""
    length = struct.unpack("<Q", content[:8])[0]
    said, rest = json.loads(content[8 : 8 + length]), content[8 + length :]
    name = chance.choice([each for each in said if each != "__metadata__"])
    way = chance.randrange(6)
    if way == 0:
        said[name]["shape"] = chance.choice(
            ([], [0], [2**40, 2**40], [-1], [2**64], "x", [1.5], None, [1] * 100)
        )
    elif way == 1:
        said[name]["dtype"] = chance.choice(
            ("F16", "BF16", "F8_E4M3", "I64", "BOOL", "X", 1, None, "F64", "U8")
        )
    elif way == 2:
        offsets = chance.choice(
            ([0, 0], [0, 2**63], [-1, 4], [8, 4], [2**64 - 8, 2**64 - 1], [0], "x", [0, len(rest)])
        )
        said[name]["data_offsets"] = offsets
    elif way == 3:
        said["__metadata__"] = chance.choice(
            ({}, {"facts": "{"}, {"facts": "[1]"}, {"facts": "[" * 9000}, {"a": "b"}, 3)
        )
    elif way == 4:
        said[chance.choice(("", "x"))] = said.pop(name)
    told = json.dumps(said).encode()
    size = chance.choice((0, 1, 2**31, 2**63, 2**64 - 1, len(told) + 1)) if way == 5 else len(told)
    return struct.pack("<Q", size) + told + rest
