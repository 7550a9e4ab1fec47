"""The record of the study of grokking: what is stored of it, and what it says in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry, Record, named
from thalweg.statistics.chance import OverChance
from thalweg.statistics.intervals import shares_over_starts, wilson
from thalweg.statistics.verdicts import NO, OPEN, YES, above
from thalweg.studies.grokking.delay import DELAYED, KINDS, Delays, Rule

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

MOSTLY, SELDOM = "mostly", "seldom"


@dataclass(frozen=True, eq=False)
class Cell(Entry):
    """Starts of one scale and weight decay. Accuracies [members, looks]; diverged members left out.

    `share`: of delayed members, with Wilson's interval over starts that holds together with those of all
    other cells. `level`: of that interval.
    """

    scale: float
    weight_decay: float
    train: np.ndarray
    test: np.ndarray
    test_examples: int
    diverged: int
    delays: Delays
    level: float

    @property
    def name(self) -> str:
        """Scale and weight decay, `8-0.01`."""
        return f"{self.scale:g}-{self.weight_decay:g}"

    @property
    def share(self) -> Measured:
        """Of members that are delayed."""
        members = len(self.train)
        if not members:
            return Measured(float("nan"))
        count = self.delays.count(DELAYED)
        return Measured(count / members, *wilson(count, members, self.level))

    @property
    def verdict(self) -> str:
        """The rule, fixed before measuring: `mostly` or `seldom` where the interval leaves out one half."""
        return {YES: MOSTLY, NO: SELDOM, OPEN: OPEN}[above(self.share, 0.5)]

    @property
    def accuracy(self) -> Measured:
        """Test accuracy after the last step, with its interval over starts."""
        last = self.test[:, -1]
        if not len(last):
            return Measured(float("nan"))
        return Measured.of(float(last.mean()), shares_over_starts(last, self.test_examples))

    def quantiles(self) -> dict[str, float]:
        """Return quantiles of the delay of members that learned; infinite where so many never generalised."""
        known = self.delays.ratio[~np.isnan(self.delays.ratio)]
        if not len(known):
            return {}
        # of what is infinite there is no value between: the next that was seen
        found = np.quantile(known, QUANTILES, method="higher")
        return {f"{share:g}": float(value) for share, value in zip(QUANTILES, found, strict=True)}

    def content(self) -> Mapping[str, Any]:
        """Return every number but those of single members."""
        learned = self.delays.learned[np.isfinite(self.delays.learned)]
        return {
            **named(self, "scale", "weight_decay", "diverged", "share", "verdict", "accuracy"),
            "members": len(self.train),
            "kinds": {kind: self.delays.count(kind) for kind in KINDS},
            "delay": self.quantiles(),
            "learned_after": float(np.median(learned)) if len(learned) else None,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Grokking(Record, answers="grokking", caption="Grokking"):
    """How often, and how late, members of every scale and weight decay generalise."""

    cells: tuple[Cell, ...]
    steps: np.ndarray
    rule: Rule
    examples: int
    test_examples: int
    over_chance: OverChance

    def __getitem__(self, place: tuple[float, float]) -> Cell:
        return {(cell.scale, cell.weight_decay): cell for cell in self.cells}[place]

    @property
    def latest(self) -> Cell:
        """The cell with the largest share of delayed members."""
        return max(self.cells, key=lambda cell: np.nan_to_num(cell.share.value, nan=-1.0))

    def content(self) -> Mapping[str, Any]:
        """Return every cell and the rule."""
        return {
            **named(self, "examples", "test_examples", "cells", "over_chance"),
            "steps": int(self.steps[-1]),
            "rule": vars(self.rule),
            "latest": self.cells.index(self.latest),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the steps of the looks; accuracies [members, looks] and delays [members] of every cell."""
        found = {"steps": self.steps}
        for cell in self.cells:
            found[f"train {cell.name}"] = cell.train.astype(np.float32)
            found[f"test {cell.name}"] = cell.test.astype(np.float32)
            found[f"delay {cell.name}"] = np.nan_to_num(cell.delays.ratio, nan=-1.0, posinf=-1.0)
        return found

    def rows(self) -> list[tuple[str, str]]:
        """Return what a newcomer asks about grokking, and the answers."""
        rows = self.over_chance.rows()
        if not self.over_chance.learned:
            return rows
        rows += [
            (f"Start times {cell.scale:g}, weight decay {cell.weight_decay:g}: delayed?", _said(cell))
            for cell in self.cells
        ]
        said = (
            f"{100 * self.rule.generalised:g} % of new examples right after {self.rule.factor:g} times as "
            f"many steps as {100 * self.rule.learned:g} % of those learned, or more"
        )
        return [*rows, ("What counts as delayed?", said)]


def _said(cell: Cell) -> str:
    kinds = ", ".join(f"{cell.delays.count(kind)} {kind}" for kind in KINDS[1:] if cell.delays.count(kind))
    middle = cell.quantiles().get("0.5", np.inf)
    late = f"; understood after {middle:.3g} times as many steps (median)" if np.isfinite(middle) else ""
    return f"{cell.share.percent()} of {len(cell.train)}{f' ({kinds})' if kinds else ''}{late}"
