"""What was found of first guesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.measured import to_plain
from thalweg.record import html_table
from thalweg.statistics.intervals import CrossedInterval


@dataclass(frozen=True, eq=False, repr=False)
class Guesses:
    """How often the right class is among the `first` guesses.

    `share`: of answers, 0..1, with its intervals. `member_share` float64 [members]. `examples`: how many.
    `excluded`: members left out because their training diverged.
    """

    share: CrossedInterval
    member_share: np.ndarray
    first: int
    examples: int
    excluded: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the share, its intervals, and what it was measured on."""
        return to_plain(
            {
                "share": self.share.measured,
                "intervals": self.share.to_json(),
                "first": self.first,
                "members": len(self.member_share),
                "examples": self.examples,
                "excluded": self.excluded,
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the share of each member."""
        return {"member_share": self.member_share}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        asked = f"How often is the right class among the first {self.first} guesses?"
        return [(asked, f"{self.share.measured.percent()} {self.share.scope}")]

    def __repr__(self) -> str:
        return f"first {self.first} guesses: {self.share.measured.percent()} {self.share.scope}"

    def _repr_html_(self) -> str:
        return html_table("first guesses", self.rows())
