"""What the starts came to at one point of the grid: one width, one length of training, one learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry, named
from thalweg.statistics.binary_tasks import BinaryTasks, binary_tasks
from thalweg.statistics.intervals import crossed
from thalweg.statistics.true_spread import TrueSpread, true_spread
from thalweg.statistics.verdicts import NO, OPEN, YES, above

LEAST_SOUND = 5
LASTS, VANISHED, DIVERGED = "lasts", "vanished", "diverged"

Place = tuple[int, int, float]
"""Width, epochs, learning rate."""


@dataclass(frozen=True, eq=False)
class Cell(Entry, aside=("accuracies",)):
    """Starts at one point. Accuracies 0..1; members that diverged are left out and counted.

    `accuracy` over starts and examples; `validation`: mean accuracy on held-out training examples. `spread`:
    seen, true and the test set's own, with 95 % intervals. `ratio`: the true sd as a multiple of what it
    would be seen to be if all starts were equal, the test set's own luck; its interval, and that of the
    slope in `binary`, holds together with those of all other points. `accuracies` [members] on the test set.
    Without numbers where fewer than five members are sound.
    """

    place: Place
    parameters: int
    members: int
    diverged: int
    accuracy: Measured | None
    validation: float
    spread: TrueSpread | None
    ratio: Measured | None
    binary: BinaryTasks | None
    accuracies: np.ndarray

    @property
    def verdict(self) -> str:
        """The rule, fixed before measuring.

        Luck of the start `lasts` where the interval of `ratio` lies above 1, and has `vanished` where it lies
        below: the true spread is then smaller than what the test set alone makes of equal networks. Else it
        is `open`.
        """
        if self.ratio is None:
            return DIVERGED if self.spread is None else OPEN
        return {YES: LASTS, NO: VANISHED, OPEN: OPEN}[above(self.ratio, 1.0)]

    def content(self) -> Mapping[str, Any]:
        """Return every number but those of single members."""
        width, epochs, rate = self.place
        return {
            "width": width,
            "epochs": epochs,
            "learning_rate": rate,
            **named(self, "parameters", "members", "diverged", "accuracy", "validation"),
            **named(self, "spread", "ratio", "verdict", "binary"),
        }


def cell_of(
    place: Place,
    found: Mapping[str, np.ndarray],
    labels: np.ndarray,
    groups: np.ndarray,
    *,
    parameters: int,
    level: float,
) -> Cell:
    """Return what members came to: `predicted` [members, examples], `validation` and `diverged` [members].

    `groups`: the binary tasks. `level`: of intervals that are to hold together.
    """
    sound = ~found["diverged"]
    predicted, members = found["predicted"][sound], int(sound.sum())
    lost = len(sound) - members
    right = predicted == labels
    accuracies = right.mean(axis=1) if members else np.empty(0)
    validation = float(found["validation"][sound].mean()) if members else 0.0
    if members < LEAST_SOUND:
        return Cell(place, parameters, members, lost, None, validation, None, None, None, accuracies)
    spread = true_spread(right)
    ratio = true_spread(right, level).true.times(1 / spread.noise) if spread.noise > 0 else None
    binary = binary_tasks(predicted, labels, groups, level)
    accuracy = crossed(right).measured
    return Cell(place, parameters, members, lost, accuracy, validation, spread, ratio, binary, accuracies)
