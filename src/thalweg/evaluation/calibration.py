"""Whether confidence is deserved: of the answers given with 90 % confidence, are 90 % right?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.evaluation.accuracy import checked_labels
from thalweg.evaluation.answers import answers
from thalweg.evaluation.calibration_error import Resampling
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.intervals import crossed
from thalweg.evaluation.record import Measured, as_percent, html_table, to_plain
from thalweg.evaluation.scores import Answered, How, Scores, answered, scores
from thalweg.evaluation.temperature import FittedTemperature, fit_temperature, scaled

BINS = 15
FITTED_ON_AT_MOST = 10_000
"""Held-out examples that temperatures are fitted on; ten thousand settle one number to a per cent."""


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
    members: Scores
    ensemble: Scores
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

    members: Scores
    ensemble: Scores
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


def calibration(
    classifier: Any,
    split: Any,
    *,
    validation: Any = None,
    bins: int = BINS,
    seed: int = 0,
    level: float = 0.95,
) -> Calibration:
    """Measure how far the confidence of `classifier` on the examples of `split` can be believed.

    Args:
        classifier: as for `accuracy`.
        split: labelled examples.
        validation: held-out examples of the training part, for temperature scaling (Guo et al., ICML 2017);
            None leaves it out. Never the examples of `split`.
        bins: bins of every calibration error.
        seed: of the resampling that makes the intervals of calibration errors.
        level: confidence level of every interval, 0..1.

    Measured coverage of 95 % intervals (tests/evaluation): 93 to 97 % for NLL, Brier and the signed error,
    less for NLL where a handful of errors makes most of it; 93 to 98 % for calibration errors with 20 and
    more examples a bin, up to 99 % where the error is 0 (only one end can miss), 90 % for a few members that
    differ widely.

    Raises `EvaluationError` as `accuracy` does, for fewer than two examples and for less than one bin.
    """
    labels = checked_labels(split)
    _check(bins, len(labels))
    asked, how = as_classifier(classifier), How(bins, seed, level)
    again = Resampling.of(len(labels), seed=seed)
    fitted = None if validation is None else _fitted(asked, validation)
    plain, after, total, members = [], [], np.zeros((len(labels), split.classes)), 0
    for group in answers(asked, split):
        members = group.members.stop
        total += group.probabilities.sum(axis=0, dtype=np.float64)
        plain.append(answered(group.probabilities, labels, how, again))
        if fitted is not None:
            colder = scaled(group.probabilities, fitted.members.temperatures[group.members])
            after.append(answered(colder, labels, how, again))
    ensemble = total[None] / members
    return Calibration(
        members=scores(plain, how, again),
        ensemble=scores([answered(ensemble, labels, how, again)], how, again),
        temperature=None if fitted is None else _after(fitted, after, (ensemble, labels), (how, again)),
        bins=bins,
        examples=len(labels),
        excluded=asked.excluded,
    )


@dataclass(frozen=True, eq=False)
class _Fitted:
    members: FittedTemperature
    ensemble: FittedTemperature
    examples: int


def _fitted(asked: Any, validation: Any) -> _Fitted:
    held = validation
    if len(held) > FITTED_ON_AT_MOST:
        held = held.take(np.linspace(0, len(held) - 1, FITTED_ON_AT_MOST).astype(int))
    labels = checked_labels(held)
    fits, total = [], np.zeros((len(held), held.classes))
    for group in answers(asked, held):
        fits.append(fit_temperature(group.probabilities, labels))
        total += group.probabilities.sum(axis=0, dtype=np.float64)
    names = ("temperatures", "influence", "at_limit")
    members = FittedTemperature(*(np.concatenate([getattr(fit, name) for fit in fits]) for name in names))
    ensemble = fit_temperature(total[None] / len(members.temperatures), labels)
    return _Fitted(members, ensemble, len(labels))


def _after(
    fitted: _Fitted,
    parts: list[Answered],
    ensemble: tuple[np.ndarray, np.ndarray],
    manner: tuple[How, Resampling],
) -> TemperatureScaled:
    (probabilities, labels), (how, again) = ensemble, manner
    colder = scaled(probabilities, fitted.ensemble.temperatures)
    return TemperatureScaled(
        temperatures=fitted.members.temperatures,
        mean_temperature=_measured_temperature(fitted.members, how.level),
        ensemble_temperature=_measured_temperature(fitted.ensemble, how.level),
        members=scores(parts, how, again),
        ensemble=scores([answered(colder, labels, how, again)], how, again),
        fitted_on=fitted.examples,
    )


def _measured_temperature(fit: FittedTemperature, level: float) -> Measured:
    if fit.at_limit.any():
        return Measured(float(fit.temperatures.mean()))
    table = fit.temperatures[:, None] + fit.influence
    return Measured.of(float(fit.temperatures.mean()), crossed(table, level, limits=(0.0, np.inf)).widest)


def _check(bins: int, examples: int) -> None:
    if bins < 1:
        raise EvaluationError(f"bins={bins}: expected at least one bin.", hint="use bins=15.")
    if examples < 2:
        raise EvaluationError(
            f"Calibration on {examples} example: a frequency takes at least two.",
            hint="measure on a few hundred examples or more.",
        )


def _verdict(found: Scores) -> str:
    low, high = found.signed.interval or (0.0, 0.0)
    word = "too sure" if low > 0 else "not sure enough" if high < 0 else "too close to tell apart"
    sure, right = as_percent(found.confidence), as_percent(found.accuracy)
    return f"{sure} sure on average and right {right} of the time: {word} ({_points(found.signed)})"


def _proper(found: Scores) -> str:
    return f"NLL {found.nll.plain(3)}, Brier {found.brier.plain(4)}"


def _errors(found: Scores) -> str:
    plain = as_percent(found.ece_equal_mass.value)
    return f"{found.debiased_l2.percent()} (root mean square, chance taken off); {plain} on average (ECE)"


def _points(signed: Measured) -> str:
    ends = None if signed.interval is None else tuple(100 * end for end in signed.interval)
    value, *interval = Measured.of(100 * signed.value, ends).plain(2).split(" ", 1)  # type: ignore[arg-type]
    return " ".join([f"{'+' if signed.value > 0 else ''}{value}", "points", *interval])
