"""The record of the study of double descent: what is stored of it, and what it says in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry, Record, named
from thalweg.statistics.chance import OverChance
from thalweg.statistics.peaks import OPEN, Peak


@dataclass(frozen=True, eq=False)
class Point(Entry):
    """One width. `enough`: parameters as a share of examples times classes.

    Means over members, of training after its last epoch; `test_cost` and `test_error` with intervals over
    starts and examples, which hold together with those of all widths of all curves.
    """

    width: int
    parameters: int
    enough: float
    train_cost: float
    train_error: float
    test_cost: Measured
    test_error: Measured


@dataclass(frozen=True, eq=False)
class Height(Entry):
    """The highest point within the window, if there are points on either side of it.

    `test_set`: share of the variance of the height that a new test set alone would bring; the rest is owed to
    new starts.
    """

    peak: Peak
    test_set: float | None

    @property
    def verdict(self) -> str:
        """The rule, fixed before measuring.

        `peak` where the interval of the height, which holds together with those of all pairs of widths of all
        curves, lies above 0; `no peak` where it does not reach above 0; else `open`.
        """
        return self.peak.verdict

    def content(self) -> Mapping[str, Any]:
        """Return the peak, the share of the test set, and the verdict."""
        return {**self.peak.content(), "test_set": self.test_set, "verdict": self.verdict}


@dataclass(frozen=True, eq=False)
class Curve(Entry):
    """All widths, with one share of wrong labels. `reused`: whether weights went from width to width.

    `of_cost` and `of_error`: the peak of the test cost, by which the verdict is made, and of the test error.
    """

    noise: float
    reused: bool
    members: int
    diverged: int
    points: tuple[Point, ...]
    of_cost: Height | None
    of_error: Height | None

    @property
    def verdict(self) -> str:
        """Of the test cost; open where no width stands in the window with others on either side."""
        return OPEN if self.of_cost is None else self.of_cost.verdict

    def content(self) -> Mapping[str, Any]:
        """Return every number and the verdict."""
        return {
            **named(self, "noise", "reused", "members", "diverged", "points", "of_cost", "of_error"),
            "verdict": self.verdict,
        }


@dataclass(frozen=True, eq=False)
class OverEpochs(Entry):
    """The same over the epochs of one width: test error after each of `epochs`, over starts.

    `error`: with intervals over starts that hold together; `height`: the peak of it, over starts.
    """

    noise: float
    width: int
    epochs: tuple[int, ...]
    error: tuple[Measured, ...]
    height: Peak | None

    @property
    def verdict(self) -> str:
        """As of a curve over widths."""
        return OPEN if self.height is None else self.height.verdict

    def content(self) -> Mapping[str, Any]:
        """Return every number and the verdict."""
        return {**super().content(), "verdict": self.verdict}


@dataclass(frozen=True, eq=False, repr=False)
class DoubleDescent(Record, answers="double-descent", caption="Double descent"):
    """Curves of test cost over widths, with and without weight reuse, and of test error over epochs.

    `just_enough`: examples times classes, the number of parameters at which a peak is expected. `cost`: what
    is measured.
    """

    curves: tuple[Curve, ...]
    epochs: tuple[OverEpochs, ...]
    examples: int
    test_examples: int
    just_enough: int
    cost: str
    over_chance: OverChance

    def curve(self, noise: float, *, reused: bool) -> Curve:
        """Return the curve of one share of wrong labels."""
        return next(one for one in self.curves if (one.noise, one.reused) == (noise, reused))

    def content(self) -> Mapping[str, Any]:
        """Return every curve."""
        return {
            **named(self, "examples", "test_examples", "just_enough", "cost", "curves", "over_chance"),
            "over_epochs": self.epochs,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the widths."""
        return {"widths": np.array([point.width for point in self.curves[0].points])}

    def rows(self) -> list[tuple[str, str]]:
        """Return what a newcomer asks about the peak, and the answers."""
        rows = self.over_chance.rows()
        if not self.over_chance.learned:
            return rows
        for curve in self.curves:
            asked = f"{named_curve(curve.noise, curve.reused)}: is there a peak in test cost?"
            rows.append((asked, f"{curve.verdict}{_height(curve, curve.of_cost)}"))
        for one in self.epochs:
            asked = f"{100 * one.noise:g} % wrong labels, {one.width} neurons: a peak over epochs?"
            said = "" if one.height is None else f": height {one.height.height.points(2)} of test error"
            rows.append((asked, f"{one.verdict}{said}"))
        over = f"starts and examples, {self.curves[0].members} x {self.test_examples:,}, all widths together"
        return [*rows, ("what the intervals are over", over)]


def named_curve(noise: float, reused: bool) -> str:
    """Return `20 % wrong labels, weights reused`."""
    return f"{100 * noise:g} % wrong labels, weights {'reused' if reused else 'fresh'}"


def _height(curve: Curve, height: Height | None) -> str:
    if height is None:
        return ": no width is just large enough, with others on either side"
    found = height.peak
    owed = (
        "" if height.test_set is None else f", {100 * height.test_set:.0f} % of its variance the test set's"
    )
    at = curve.points[found.at]
    return f": height {found.height.significant(2)} at {at.width} neurons ({at.enough:.2g} of enough){owed}"
