"""A conjecture that is tried many times: each trial agrees, disagrees, or is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import counted

AGREES, DISAGREES, OPEN = "agrees", "disagrees", "open"
SUPPORTED, REFUTED = "supported", "refuted"


@dataclass(frozen=True)
class Tried(Entry):
    """How many trials were `decided`, how many of them agree, and which `share`; `chance`: by chance."""

    decided: int
    agreeing: int
    share: Measured | None
    chance: float

    @property
    def verdict(self) -> str:
        """The rule, fixed before measuring, on Wilson's interval of the share of decided trials that agree.

        `supported` where it lies above the share that chance gives, `refuted` where it lies below one half,
        else `open`.
        """
        if self.share is None:
            return OPEN
        if self.share.low is not None and self.share.low > self.chance:
            return SUPPORTED
        return REFUTED if self.share.high is not None and self.share.high < 0.5 else OPEN

    def content(self) -> dict[str, object]:
        """Return the counts and the verdict."""
        return {**super().content(), "verdict": self.verdict}


def tried(verdicts: Sequence[str], choices: Sequence[int]) -> Tried:
    """Count trials with these `verdicts`, each of which would agree by chance once in its `choices`.

    Examples:
        >>> from thalweg.statistics.trials import AGREES, OPEN, tried
        >>> found = tried([AGREES] * 6 + [OPEN], [3] * 7)
        >>> found.agreeing, found.decided, found.verdict
        (6, 6, 'supported')
    """
    chances = [1 / count for verdict, count in zip(verdicts, choices, strict=True) if verdict != OPEN]
    decided, agreeing = len(chances), list(verdicts).count(AGREES)
    if not decided:
        return Tried(0, 0, None, 0.0)
    return Tried(decided, agreeing, counted(agreeing, decided), sum(chances) / decided)
