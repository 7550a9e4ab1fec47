"""When a ticket has won, and because of what: the rules, written before anything was measured.

A *winning ticket* reaches, trained alone, an accuracy comparable to the whole network's in at most as many
steps (Frankle & Carbin 2019, section 1). Comparable is within `MARGIN`, and an epoch is the grain of time:

- it wins where the difference of accuracy to the whole network is surely above -`MARGIN` and it surely stops
  at most `GRAIN` epochs later; it does not where one of the two is surely otherwise; else it is open.
- it wins *because of its start* where, with the same weights left, it is surely more accurate or surely stops
  sooner than from a new start, and surely neither less accurate nor later; it does not where both
  differences are surely within `MARGIN` and `GRAIN`, or one is surely on the wrong side; else it is open.
- *because of which weights are left*: the same, beside other weights of the same start.

Sure is what all intervals of the study hold at 95 % together (Bonferroni). Of stopping, an interval speaks of
members that come to their lowest validation cost before training ends; where more than a tenth do not, it
decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import crossed
from thalweg.statistics.verdicts import NO, OPEN, YES, above, both, within
from thalweg.studies.early_stopping import Ended, epochs_apart

MARGIN, GRAIN = 0.002, 1.0
"""Accuracies within .2 points are comparable: two networks that differ in 20 of 10,000 test images."""

MOST_UNFINISHED = 0.1


@dataclass(frozen=True)
class Comparison(Entry):
    """A ticket less what it is compared with, paired over starts, all intervals of the study together 95 %.

    `accuracy`: over starts and examples. `epochs`: of the epoch it stops at, over starts; `finished`: whether
    that can be compared.
    """

    accuracy: Measured
    epochs: Measured
    finished: bool

    @property
    def wins(self) -> str:
        """Whether a ticket wins, where this is its comparison with the whole network."""
        return both(above(self.accuracy, -MARGIN), above(-self.epochs, -GRAIN) if self.finished else OPEN)

    @property
    def because(self) -> str:
        """Whether what differs here is why a ticket does better."""
        better, worse = above(self.accuracy, 0.0), above(-self.accuracy, 0.0)
        sooner, later = (above(-self.epochs, 0.0), above(self.epochs, 0.0)) if self.finished else (OPEN, OPEN)
        if YES in (worse, later):
            return OPEN if YES in (better, sooner) else NO
        if YES in (better, sooner):
            return YES
        alike = within(self.accuracy, MARGIN) and self.finished and within(self.epochs, GRAIN)
        return NO if alike else OPEN


def compared(one: Ended, other: Ended, *, last: int, level: float) -> Comparison:
    """Compare two arms of the same members.

    `last`: the last epoch of training, in which nobody is known to have stopped.
    """
    apart = one.right.astype(np.float64) - other.right
    unfinished = max(float((each == last).mean()) for each in (one.epoch, other.epoch))
    return Comparison(
        crossed(apart, level, limits=(-1.0, 1.0)).measured,
        epochs_apart(one.epoch - other.epoch, level),
        unfinished <= MOST_UNFINISHED,
    )
