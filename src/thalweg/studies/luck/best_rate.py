"""Is the best learning rate the largest one that does not make runs differ?

Jordan 2023 (arXiv 2304.01910, as quoted by others) conjectures that the best rate is the
largest that does not yet make runs differ on the distribution. Each width and length of training is one trial
of that: its best rate is the one with the highest mean accuracy on held-out training examples, never on the
test set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thalweg.record import Entry, named
from thalweg.statistics.trials import AGREES, DISAGREES, OPEN, Tried, tried
from thalweg.studies.luck.cell import Cell


@dataclass(frozen=True)
class Trial(Entry):
    """One width and length of training. `best`: the best rate on validation. `calm`: the largest rate up to
    which no spread stands out; None where it stands out at none, and a larger one may be calm as well.

    A spread stands out, by the rule fixed before measuring, where a member diverged, or where its interval
    (which holds together with all others) lies above that of the smallest true spread of all rates, and the
    rate is larger than that one's.
    """

    width: int
    epochs: int
    best: float
    calm: float | None
    rates: int

    @property
    def verdict(self) -> str:
        """Whether the best rate is the largest calm one; open where no rate is too large."""
        return OPEN if self.calm is None else AGREES if self.best == self.calm else DISAGREES

    def content(self) -> Mapping[str, Any]:
        """Return the rates and the verdict."""
        return {**named(self, "width", "epochs", "best", "calm"), "verdict": self.verdict}


@dataclass(frozen=True)
class BestRate(Entry):
    """The conjecture over all `trials`, by the rule of `statistics.trials`."""

    trials: tuple[Trial, ...]

    @property
    def tried(self) -> Tried:
        """How many trials agree, and the verdict."""
        return tried([trial.verdict for trial in self.trials], [trial.rates for trial in self.trials])

    def content(self) -> Mapping[str, Any]:
        """Return the counts, the verdict and every trial."""
        return {**self.tried.content(), "trials": self.trials}


def best_rate(cells: Iterable[Cell]) -> BestRate:
    """Hold the conjecture against every width and length of training."""
    series: dict[tuple[int, int], list[Cell]] = {}
    for cell in cells:
        series.setdefault(cell.place[:2], []).append(cell)
    return BestRate(tuple(_trial(every) for every in series.values()))


def best_of(cells: Iterable[Cell]) -> Cell:
    """Return the cell with the highest validation accuracy of those of which anything is known."""
    return max(cells, key=lambda cell: (cell.spread is not None, cell.validation))


def _trial(cells: Sequence[Cell]) -> Trial:
    rising = sorted(cells, key=lambda cell: cell.place[2])
    best = best_of(rising)
    sound = [cell for cell in rising if cell.ratio is not None and not cell.diverged]
    calm = None
    if sound:
        least = min(sound, key=lambda cell: _true(cell)[0])
        after = rising[rising.index(least) :]
        wild = next((place for place, cell in enumerate(after) if _stands_out(cell, least)), None)
        calm = None if wild is None else after[wild - 1].place[2]
    return Trial(*best.place[:2], best.place[2], calm, len(rising))


def _stands_out(cell: Cell, least: Cell) -> bool:
    if cell is least:
        return False
    return bool(cell.diverged) or cell.ratio is None or _true(cell)[1] > _true(least)[2]


def _true(cell: Cell) -> tuple[float, float, float]:
    """Return the true sd and the ends of its interval that holds together with all others."""
    assert cell.ratio is not None
    assert cell.spread is not None
    value, low, high = cell.ratio.value, cell.ratio.low, cell.ratio.high
    ends = value, value if low is None else low, value if high is None else high
    return tuple(cell.spread.noise * end for end in ends)  # type: ignore[return-value]
