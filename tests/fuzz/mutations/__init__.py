"""How files are damaged: by what their format invites, or blindly. Every one follows from a seed."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.mutations import archives, blind, models, parquet, structure, tensors, text

Mutation = Callable[[bytes, random.Random], bytes]

STRUCTURED: dict[str, tuple[Mutation, ...]] = {
    ".json": (structure.json_content, structure.json_content, structure.json_text),
    ".toml": (structure.toml_content, structure.toml_text),
    ".csv": (text.cells,),
    ".tsv": (text.cells,),
    ".txt": (text.cells,),
    ".npz": (archives.headers, archives.entries, archives.arrays, archives.array_headers),
    ".npy": (archives.npy,),
    ".safetensors": (tensors.other_tensors, tensors.other_facts, tensors.header),
    ".onnx": (models.said, models.said, models.graph),
    ".parquet": (parquet.footer, parquet.footer, parquet.page_header, parquet.page),
}
"""What a format invites, by the ending of a file; blind damage is done to all."""


def mutated(path: Path, chance: random.Random) -> bytes:
    """Return the content of a file, damaged once or a few times."""
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b" and chance.random() < 0.7:
        ending = Path(path.name.removesuffix(".gz")).suffix
        return gzip.compress(_damaged(gzip.decompress(content), ending, chance), 1, mtime=0)
    return _damaged(content, path.suffix, chance)


def _damaged(content: bytes, ending: str, chance: random.Random) -> bytes:
    ways = STRUCTURED.get(ending, ())
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        way = chance.choice(ways) if ways and chance.random() < 0.75 else blind.damage
        try:
            content = way(content, chance)
        except Exception:  # damaged before: no structure is left that could be
            content = blind.damage(content, chance)
    return content
