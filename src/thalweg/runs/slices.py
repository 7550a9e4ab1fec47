"""Weights on disk, some members at a time: the file is mapped, and only what is asked for is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.runs.files import broken_tensors, on_this_machine, reading

if TYPE_CHECKING:
    import numpy as np


class Slices:
    """Named arrays in a safetensors file, each leading with members. Open one with `slices_of`."""

    def __init__(self, path: Path, file: Any):
        self.path = path
        self._file = file
        self.shapes = {name: tuple(file.get_slice(name).get_shape()) for name in sorted(file.keys())}

    @property
    def members(self) -> int:
        """Number of members, as the first array says; 0 of a file without arrays."""
        return next((shape[0] for shape in self.shapes.values() if shape), 0)

    def take(self, first: int, stop: int) -> dict[str, np.ndarray]:
        """Return the arrays of members [first, stop), a copy of theirs alone."""
        return {name: self._file.get_slice(name)[first:stop] for name in self.shapes}


@contextmanager
def slices_of(path: Path) -> Iterator[Slices]:
    """Open a safetensors file to be read by members. Raises `RunError` when it is missing or damaged."""
    from safetensors import safe_open

    with (
        reading(path, *broken_tensors()),
        on_this_machine(path) as local,
        safe_open(local, framework="numpy") as file,
    ):
        yield Slices(path, file)
