"""What was found of batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.measured import to_plain
from thalweg.record import html_table
from thalweg.statistics.intervals import crossed


@dataclass(frozen=True, eq=False, repr=False)
class Batches:
    """`right`: size of batch -> bool [members, test examples], which member was right on which example."""

    right: Mapping[int, np.ndarray]

    def to_json(self) -> dict[str, Any]:
        """Return the accuracy of each size, and what it was measured on."""
        members, examples = next(iter(self.right.values())).shape
        accuracy = {size: crossed(table).measured for size, table in self.right.items()}
        return to_plain({"accuracy": accuracy, "members": members, "examples": examples})

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the accuracy of each member, by size."""
        return {f"accuracy {size}": table.mean(axis=1) for size, table in self.right.items()}

    def rows(self) -> list[tuple[str, str]]:
        """Return what a newcomer asks, and the answers."""
        return [
            (f"How often is one network right, trained in batches of {size}?", str(crossed(table).measured))
            for size, table in self.right.items()
        ]

    def __repr__(self) -> str:
        return "\n".join(f"{question} {answer}" for question, answer in self.rows())

    def _repr_html_(self) -> str:
        return html_table("Batches", self.rows())
