"""What was found of calibration, before and after temperature scaling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.calibration.scores import CalibrationScores
from thalweg.measured import Measured, as_percent
from thalweg.record import Entry, Record, named, those_left_out
from thalweg.statistics.chance import OverChance, guesses

SEVERAL = (
    "of several networks this interval is a rough one: nominally 95 %, it held 88 to 100 % in simulations"
)
"""What is said of intervals of calibration errors of more than one member (docs/coverage.md)."""


@dataclass(frozen=True, eq=False)
class TemperatureScaled(Entry):
    """The scores after temperature scaling: a temperature for each member, another for their ensemble.

    `temperatures`: float64 [members]; above 1 for members that were too sure. `mean_temperature` and
    `ensemble_temperature` have intervals over the held-out examples (and over starts, for several members);
    None where the examples do not determine a temperature. The ensemble is scaled after its members'
    unscaled probabilities are averaged. The scores' intervals take the temperatures as given.
    `fitted_on`: number of held-out examples.
    """

    temperatures: np.ndarray
    mean_temperature: Measured
    ensemble_temperature: Measured
    members: CalibrationScores
    ensemble: CalibrationScores
    fitted_on: int

    def content(self) -> Mapping[str, Any]:
        """Return the members' scores, the temperatures, and the ensemble's scores under `ensemble`."""
        return {
            **self.members.content(),
            "temperatures": self.temperatures,
            "mean_temperature": self.mean_temperature,
            "fitted_on": self.fitted_on,
            "ensemble": {**self.ensemble.content(), "temperature": self.ensemble_temperature},
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the scores' arrays, their names led by `scaled_`, and the temperatures."""
        arrays = {**self.members.arrays("scaled_"), **self.ensemble.arrays("scaled_ensemble_")}
        return {"temperatures": self.temperatures, **arrays}


@dataclass(frozen=True, eq=False, repr=False)
class Calibration(Record, answers="calibration"):
    """How far the confidence of a classifier can be believed.

    `members`: mean scores over members. `ensemble`: scores of their mean probability. `temperature`: both
    after temperature scaling, None without held-out examples to fit on. `excluded`: members left out because
    they diverged. `classes`: between how many was chosen; calibration errors bin the probability of the class
    that is named (the top label), of two classes too, where some libraries bin that of the second.
    `over_chance`: whether anything was learned; where it was not, no row concludes anything.
    """

    members: CalibrationScores
    ensemble: CalibrationScores
    temperature: TemperatureScaled | None
    bins: int
    examples: int
    excluded: tuple[int, ...]
    classes: int = 0
    over_chance: OverChance | None = None

    @property
    def count(self) -> int:
        """Number of members measured."""
        return len(self.members.member_nll)

    def content(self) -> Mapping[str, Any]:
        """Return the members' scores, the ensemble's under `ensemble`, and `temperature` or None."""
        return {
            **self.members.content(),
            "members": self.count,
            **named(self, "examples", "classes", "bins", "excluded", "ensemble", "temperature"),
            "over_chance": self.over_chance,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return members' scores and reliability diagrams, also of the ensemble and after scaling."""
        arrays = {**self.members.arrays(""), **self.ensemble.arrays("ensemble_")}
        return arrays if self.temperature is None else {**arrays, **self.temperature.arrays()}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        if nothing := guesses(self.over_chance):
            return nothing + those_left_out(len(self.excluded))
        rows = [
            ("Does one network deserve its confidence?", _verdict(self.members)),
            ("How good are its probabilities (0 is perfect)?", _proper(self.members)),
            ("How far are they from what then happens?", self._errors(self.members)),
        ]
        if self.count > 1:
            rows += [
                (f"And the vote of all {self.count:,}?", _verdict(self.ensemble)),
                ("How good are the vote's probabilities?", _proper(self.ensemble)),
            ]
        rows.append(("Does one temperature mend it?", self._mended()))
        return rows + those_left_out(len(self.excluded))

    def _errors(self, found: CalibrationScores) -> str:
        plain = as_percent(found.ece_equal_mass.value)
        binned = ", of the class named, whichever of the two" if self.classes == 2 else ""
        text = (
            f"{found.debiased_l2.percent()} (root mean square, chance taken off); {plain} on average "
            f"(ECE, {self.bins} bins of equal mass{binned})"
        )
        return f"{text}; {SEVERAL}" if self.count > 1 else text

    def _mended(self) -> str:
        found = self.temperature
        if found is None:
            return "not tried: it takes held-out training examples (set hold_out = 0.1 in the recipe)"
        after = f"{self.members.nll.plain(3)} before, {found.members.nll.plain(3)} after"
        return f"at temperature {found.mean_temperature.plain(2)}, NLL {after}"

    def __repr__(self) -> str:
        scores = self.members
        return (
            f"NLL {scores.nll.plain(4)}, Brier {scores.brier.plain(4)}, "
            f"over-confidence {_signed(scores)}, n = {self.count:,} x {self.examples:,}"
        )


def _verdict(found: CalibrationScores) -> str:
    low, high = found.signed.interval or (0.0, 0.0)
    word = "too sure" if low > 0 else "not sure enough" if high < 0 else "too close to tell apart"
    sure, right = as_percent(found.confidence), as_percent(found.accuracy)
    return f"{sure} sure on average and right {right} of the time: {word} ({_signed(found)})"


def _proper(found: CalibrationScores) -> str:
    return f"NLL {found.nll.plain(3)}, Brier {found.brier.plain(4)}"


def _signed(found: CalibrationScores) -> str:
    return f"{'+' if found.signed.value > 0 else ''}{found.signed.points(2)}"
