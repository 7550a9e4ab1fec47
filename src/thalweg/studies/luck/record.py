"""The record of the study of luck: what is stored of it, and what it says in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Record
from thalweg.statistics.binary_tasks import PUBLISHED_R2
from thalweg.statistics.chance import OverChance
from thalweg.statistics.crossings import Crossing, crossing
from thalweg.studies.luck.best_rate import BestRate, best_of, best_rate
from thalweg.studies.luck.cell import LASTS, VANISHED, Cell, Place

PUBLISHED_SEEN, PUBLISHED_TRUE = 0.00149, 0.00033
"""Of a ResNet-9 on CIFAR-10 that is trained long: sd of accuracy on the test set, and on the distribution."""


@dataclass(frozen=True, eq=False, repr=False)
class Luck(Record, answers="luck", caption="Luck of the start"):
    """How unlike starts are on the distribution, at every point of the grid.

    Intervals of `cells` hold together (Bonferroni) where verdicts rest on them.
    """

    cells: tuple[Cell, ...]
    test_examples: int
    over_chance: OverChance

    def __getitem__(self, place: Place) -> Cell:
        return {cell.place: cell for cell in self.cells}[place]

    @property
    def best(self) -> Cell:
        """The point that does best on held-out training examples."""
        return best_of(self.cells)

    @property
    def best_rates(self) -> BestRate:
        """Jordan's conjecture, held against every width and length of training."""
        return best_rate(self.cells)

    def turns(self) -> dict[tuple[int, float | None], Crossing]:
        """Return, by epochs and rate, at which width the true spread falls below the test set's own luck.

        Under the rate None: at each width with its best rate on held-out examples.
        """
        series = {
            (epochs, rate): [cell for cell in self.cells if cell.place[1:] == (epochs, rate)]
            for epochs, rate in sorted({cell.place[1:] for cell in self.cells})
        }
        chosen = {(epochs, None): self.at_best_rates(epochs) for epochs in sorted({e for e, _ in series})}
        return {place: _turn(cells) for place, cells in (chosen | series).items()}

    def at_best_rates(self, epochs: int) -> list[Cell]:
        """Return the cells of one length of training, of each width that of the best rate."""
        every = [cell for cell in self.cells if cell.place[1] == epochs]
        return [
            best_of(cell for cell in every if cell.place[0] == width)
            for width in sorted({cell.place[0] for cell in every})
        ]

    def content(self) -> Mapping[str, Any]:
        """Return every point of the grid, where luck turns, the binary tasks and the best rates."""
        return {
            "test_examples": self.test_examples,
            "cells": self.cells,
            "best": self.cells.index(self.best),
            "turns": [
                {"epochs": epochs, "learning_rate": rate, **turn.content(), "said": turn.said("neurons")}
                for (epochs, rate), turn in self.turns().items()
            ],
            "best_rate": self.best_rates,
            "over_chance": self.over_chance,
            "published": {"seen_sd": PUBLISHED_SEEN, "true_sd": PUBLISHED_TRUE, "r2": PUBLISHED_R2},
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `accuracy <place>` [members], and of the best point the variances of all binary tasks."""
        found = {f"accuracy {named_place(cell.place)}": cell.accuracies for cell in self.cells}
        if (binary := self.best.binary) is not None:
            found |= {"binary predicted": binary.predicted, "binary seen": binary.seen}
        return found

    def rows(self) -> list[tuple[str, str]]:
        """Return what a newcomer asks about luck, and the answers."""
        rows = self.over_chance.rows()
        if not self.over_chance.learned:
            return rows
        rows += self._ends()
        for (epochs, rate), turn in self.turns().items():
            if rate is None:
                asked = f"{epochs} epochs: at which width does luck of the start fall below the test set's?"
                rows.append((asked, turn.said("neurons")))
        verdicts = [cell.verdict for cell in self.cells]
        lasts, gone = verdicts.count(LASTS), verdicts.count(VANISHED)
        said = f"at {lasts} of {len(verdicts)} points the start, at {gone} the test set, at the others open"
        return [*rows, ("Whose luck is larger?", said), *self._binary(), self._rates()]

    def _ends(self) -> Iterator[tuple[str, str]]:
        cells = self.at_best_rates(max(cell.place[1] for cell in self.cells))
        for cell in (cells[0], cells[-1]):
            if cell.spread is not None and cell.accuracy is not None:
                width, epochs, rate = cell.place
                yield (
                    f"{width} neurons, {epochs} epochs, rate {rate:g}: how unlike are starts?",
                    f"true sd {cell.spread.true.points(2)}, of {cell.spread.seen.points(2)} seen; "
                    f"right {cell.accuracy.percent()}",
                )

    def _binary(self) -> Iterator[tuple[str, str]]:
        binary = self.best.binary
        if binary is not None:
            r2 = "" if binary.r2 is None else f"R2 {binary.r2.plain(3)} (published {PUBLISHED_R2}), "
            law = "holds" if binary.holds else "does not hold"
            yield (
                f"{binary.tasks} binary tasks: is the variance error / 2n?",
                f"{r2}seen {binary.slope.plain()} times as large: it {law} at the best point",
            )
            every = [cell.binary for cell in self.cells if cell.binary is not None]
            held = sum(one.holds for one in every)
            yield "And at the other points?", f"it holds at {held} of {len(every)} points"

    def _rates(self) -> tuple[str, str]:
        trials, found = self.best_rates.trials, self.best_rates.tried
        said = f"{found.agreeing} of {found.decided} trials agree, by chance {100 * found.chance:.0f} %"
        said += f"; {len(trials) - found.decided} show no rate that is too large: {found.verdict}"
        return "Is the best rate the largest that does not make starts differ?", said


def named_place(place: Place) -> str:
    """Return `16-10-0.1`: width, epochs and rate."""
    return "-".join(f"{value:g}" for value in place)


def _turn(cells: list[Cell]) -> Crossing:
    known = [cell for cell in cells if cell.ratio is not None]
    curve: list[Measured] = [cell.ratio for cell in known if cell.ratio is not None]
    return crossing([cell.place[0] for cell in known], curve, 1.0)
