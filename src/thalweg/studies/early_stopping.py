"""What members answer at the epoch that did best on examples held out, and after the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import TestSplit
from thalweg.measured import Measured
from thalweg.statistics.components import Variance
from thalweg.studies.learning_curves import answered_right
from thalweg.studies.outcomes import as_bits, from_bits

if TYPE_CHECKING:
    from thalweg.networks.population import Population


ROUNDING = 1 / 6
"""The variance of a difference of two epochs, each known to half of one."""


class Stopping:
    """To be passed to `train` as `watch`, with a `validation` split: looks at test answers, chooses by none.

    `epoch` int [members]: after which epoch the validation cost was lowest, the first of equals; 0 where it
    was never a number. `right` bool [members, test examples]: what was answered rightly then, and `last`
    after the last epoch.
    """

    def __init__(self, test: TestSplit, members: int):
        self.test = test
        self.epoch = np.zeros(members, int)
        self.cost = np.full(members, np.inf)
        self.right = np.zeros((members, len(test)), bool)
        self.last = self.right

    def __call__(self, epoch: int, population: Population) -> None:
        """Look at the members after an epoch."""
        if epoch == 0:
            return
        assert population.history is not None, "a training has a history"
        cost = population.history.validation_cost[:, -1]
        better = cost < self.cost
        self.last = answered_right(population, self.test)
        self.right[better] = self.last[better]
        self.cost[better], self.epoch[better] = cost[better], epoch

    def told(self, diverged: np.ndarray) -> dict[str, np.ndarray]:
        """Return what `Ended.of` reads; `diverged` [members], as of the training."""
        lost = np.asarray(diverged) | (self.epoch == 0)
        last = self.last.mean(axis=1)
        return {"epoch": self.epoch, "right": as_bits(self.right), "last": last, "diverged": lost}


@dataclass(frozen=True, eq=False)
class Ended:
    """Where members ended: `epoch` int [members] they stop at; `right` bool [members, test examples] then,
    `last` float [members] the accuracy after the last epoch; `diverged` bool [members]."""

    epoch: np.ndarray
    right: np.ndarray
    last: np.ndarray
    diverged: np.ndarray

    @staticmethod
    def of(told: Mapping[str, np.ndarray], examples: int) -> Ended:
        """Read what a `Stopping` told, of so many test examples."""
        right = from_bits(told["right"], examples)
        return Ended(told["epoch"], right, told["last"], told["diverged"].astype(bool))

    def of_members(self, members: np.ndarray) -> Ended:
        """Return the same of some members."""
        return Ended(self.epoch[members], self.right[members], self.last[members], self.diverged[members])


def epochs_apart(apart: np.ndarray, level: float = 0.95) -> Measured:
    """Return the mean difference of two epochs [members] over starts, with Student's interval.

    The spread is at least what rounding to epochs makes of two: equal differences are not known exactly.
    """
    spread = max(float(np.var(apart, ddof=1)), ROUNDING) / len(apart)
    variance = Variance(((spread, len(apart) - 1),))
    mean, reach = float(apart.mean()), variance.quantile(level) * sqrt(spread)
    return Measured(mean, mean - reach, mean + reach)
