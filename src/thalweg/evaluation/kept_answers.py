"""Answers that several evaluations ask for: given once, and kept while they are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

BYTES = 256 * 1024**2
"""What kept answers may take; where those of a split would be more, it is asked about every time."""


class KeptAnswers:
    """What the classifier `source` answered on some `splits` (the very objects) when it was first asked.

    What is kept is a copy that nobody can change: a function may fill the same array at every call.
    """

    def __init__(self, source: Any, splits: Sequence[Any], *, most: int = BYTES):
        self.source = source
        self._splits, self._left = splits, most
        self._tables: dict[int, np.ndarray] = {}

    def of(self, examples: Any) -> np.ndarray | None:
        """Return [members, examples, classes] where all of these examples were answered."""
        return self._tables.get(self._place(examples))

    def room(self, examples: Any, shape: tuple[int, int, int], kind: np.dtype) -> np.ndarray | None:
        """Return an array for the answers on these examples; None where they are not to be kept."""
        place, size = self._place(examples), int(np.prod(shape)) * kind.itemsize
        if place < 0 or place in self._tables or size > self._left:
            return None
        return np.empty(shape, kind)

    def keep(self, examples: Any, table: np.ndarray) -> None:
        """Keep the answers on all of these examples, in the array that `room` gave."""
        table.flags.writeable = False
        self._left -= table.nbytes
        self._tables[self._place(examples)] = table

    def _place(self, examples: Any) -> int:
        return next((place for place, split in enumerate(self._splits) if split is examples), -1)
