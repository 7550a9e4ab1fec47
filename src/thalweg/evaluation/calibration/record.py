"""What was found of calibration, before and after temperature scaling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.calibration.scores import CalibrationScores
from thalweg.measured import Measured, as_percent, to_plain
from thalweg.record import html_table


@dataclass(frozen=True, eq=False)
class TemperatureScaled:
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

    def to_json(self) -> dict[str, Any]:
        """Return the members' scores, the temperatures, and the ensemble's scores under `ensemble`."""
        return to_plain(
            {
                **self.members.to_json(),
                "temperatures": self.temperatures,
                "mean_temperature": self.mean_temperature,
                "fitted_on": self.fitted_on,
                "ensemble": {**self.ensemble.to_json(), "temperature": self.ensemble_temperature},
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the scores' arrays, their names led by `scaled_`, and the temperatures."""
        arrays = {**self.members.arrays("scaled_"), **self.ensemble.arrays("scaled_ensemble_")}
        return {"temperatures": self.temperatures, **arrays}


@dataclass(frozen=True, eq=False, repr=False)
class Calibration:
    """How far the confidence of a classifier can be believed.

    `members`: mean scores over members. `ensemble`: scores of their mean probability. `temperature`: both
    after temperature scaling, None without held-out examples to fit on. `excluded`: members left out because
    they diverged.
    """

    members: CalibrationScores
    ensemble: CalibrationScores
    temperature: TemperatureScaled | None
    bins: int
    examples: int
    excluded: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of members measured."""
        return len(self.members.member_nll)

    def to_json(self) -> dict[str, Any]:
        """Return the members' scores, the ensemble's under `ensemble`, and `temperature` or None."""
        return to_plain(
            {
                **self.members.to_json(),
                "members": self.count,
                "examples": self.examples,
                "bins": self.bins,
                "excluded": self.excluded,
                "ensemble": self.ensemble.to_json(),
                "temperature": None if self.temperature is None else self.temperature.to_json(),
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return members' scores and reliability diagrams, also of the ensemble and after scaling."""
        arrays = {**self.members.arrays(""), **self.ensemble.arrays("ensemble_")}
        return arrays if self.temperature is None else {**arrays, **self.temperature.arrays()}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = [
            ("Does one network deserve its confidence?", _verdict(self.members)),
            ("How good are its probabilities (0 is perfect)?", _proper(self.members)),
            ("How far are they from what then happens?", _errors(self.members)),
        ]
        if self.count > 1:
            rows += [
                (f"And the vote of all {self.count:,}?", _verdict(self.ensemble)),
                ("How good are the vote's probabilities?", _proper(self.ensemble)),
            ]
        rows.append(("Does one temperature mend it?", self._mended()))
        if self.excluded:
            rows.append(("Were any networks left out?", f"{len(self.excluded)} diverged in training"))
        return rows

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
            f"over-confidence {_points(scores.signed)}, n = {self.count:,} x {self.examples:,}"
        )

    def _repr_html_(self) -> str:
        return html_table("calibration", self.rows())


def _verdict(found: CalibrationScores) -> str:
    low, high = found.signed.interval or (0.0, 0.0)
    word = "too sure" if low > 0 else "not sure enough" if high < 0 else "too close to tell apart"
    sure, right = as_percent(found.confidence), as_percent(found.accuracy)
    return f"{sure} sure on average and right {right} of the time: {word} ({_points(found.signed)})"


def _proper(found: CalibrationScores) -> str:
    return f"NLL {found.nll.plain(3)}, Brier {found.brier.plain(4)}"


def _errors(found: CalibrationScores) -> str:
    plain = as_percent(found.ece_equal_mass.value)
    return f"{found.debiased_l2.percent()} (root mean square, chance taken off); {plain} on average (ECE)"


def _points(signed: Measured) -> str:
    ends = None if signed.interval is None else tuple(100 * end for end in signed.interval)
    value, *interval = Measured.of(100 * signed.value, ends).plain(2).split(" ", 1)  # type: ignore[arg-type]
    return " ".join([f"{'+' if signed.value > 0 else ''}{value}", "points", *interval])
