"""A setting in which an interval is tried: how to draw it, what is true there, and what was found."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from thalweg.measured import Interval
from thalweg.statistics.intervals import wilson

NOMINAL, LEAST, MOST = 0.95, 0.93, 0.97
"""What every interval promises, and between what its coverage must lie to be said to hold."""

Ends = dict[str, Interval | None]
"""The ends of one drawing by method: the package's own first, then alternatives; None: none is printed."""


@dataclass(frozen=True)
class Cell:
    """One interval in one setting.

    `interval`: what it is of, as the package calls it, with the function; `setting`: in words, short; `draw`:
    one simulated experiment; `truth`: the number that the interval is to hold, or a function that simulates
    it, which is called when the cell is tried; `repeats`: how many experiments; `named`: where a coverage
    outside 93 to 97 % is said to a user, "" where nothing is said.
    """

    interval: str
    setting: str
    draw: Callable[[np.random.Generator], Ends]
    truth: float | Callable[[], float]
    repeats: int = 1000
    named: str = ""

    @property
    def seed(self) -> int:
        """A seed that belongs to the cell: another cell added or left out changes nothing here."""
        return zlib.crc32(f"{self.interval}|{self.setting}".encode())


@dataclass(frozen=True)
class Found:
    """What one method did in one cell, with what the cell says of itself.

    `covered` of `printed` intervals held the truth; `repeats` were drawn; `width`: mean; `points`: how many
    had no width at all; `below` and `above`: how many lay wholly below or above the truth.
    """

    of: str
    setting: str
    truth: float
    named: str
    method: str
    repeats: int
    printed: int
    covered: int
    width: float
    points: int
    below: int
    above: int

    @property
    def coverage(self) -> float:
        """Share of the printed intervals that held the truth; NaN where none was printed."""
        return self.covered / self.printed if self.printed else float("nan")

    @property
    def interval(self) -> Interval:
        """Wilson's interval of the coverage."""
        return wilson(self.covered, self.printed) if self.printed else (0.0, 1.0)

    @property
    def holds(self) -> bool:
        """Whether the coverage lies within 93 to 97 %, or cannot be told from there."""
        low, high = self.interval
        return high >= LEAST and low <= MOST


def try_out(cell: Cell) -> list[Found]:
    """Draw the cell's experiments and return what each method did."""
    if callable(cell.truth):
        cell = replace(cell, truth=cell.truth())
    generator = np.random.default_rng(cell.seed)
    drawn = [cell.draw(generator) for _ in range(cell.repeats)]
    return [_found(cell, method, [ends[method] for ends in drawn]) for method in drawn[0]]


def _found(cell: Cell, method: str, ends: list[Interval | None]) -> Found:
    printed = np.array([pair for pair in ends if pair is not None], float).reshape(-1, 2)
    low, high = printed.T
    assert not callable(cell.truth)
    covered = (low <= cell.truth) & (cell.truth <= high)
    width = float(np.mean(high - low)) if len(printed) else float("nan")
    return Found(
        cell.interval,
        cell.setting,
        cell.truth,
        cell.named,
        method,
        repeats=cell.repeats,
        printed=len(printed),
        covered=int(covered.sum()),
        width=width,
        points=int((high <= low).sum()),
        below=int((high < cell.truth).sum()),
        above=int((low > cell.truth).sum()),
    )
