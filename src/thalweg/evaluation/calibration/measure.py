"""Whether confidence is deserved: of the answers given with 90 % confidence, are 90 % right?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.answers import answers
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.calibration.record import Calibration, TemperatureScaled
from thalweg.evaluation.calibration.scores import How, ScoredAnswers, answered, scores
from thalweg.evaluation.calibration.temperature import FittedTemperature, fit_temperature, scaled
from thalweg.evaluation.classifier import AnyClassifier, Classifier, as_classifier
from thalweg.measured import Measured
from thalweg.statistics.chance import over_chance
from thalweg.statistics.intervals import crossed
from thalweg.statistics.resampling import Resampling

BINS = 15
FITTED_ON_AT_MOST = 10_000
"""Held-out examples that temperatures are fitted on; ten thousand settle one number to a per cent."""


def calibration(
    classifier: AnyClassifier,
    split: Split,
    *,
    validation: Split | None = None,
    bins: int = BINS,
    seed: int = 0,
    level: float = 0.95,
) -> Calibration:
    """Measure how far the confidence of `classifier` can be believed: calibration (ECE), NLL and Brier score.

    Args:
        classifier: as for `accuracy`.
        split: labelled examples.
        validation: held-out examples of the training part, for temperature scaling (Guo et al., ICML 2017);
            None leaves it out. Never the examples of `split`.
        bins: bins of every calibration error.
        seed: of the resampling that makes the intervals of calibration errors.
        level: confidence level of every interval, 0..1.

    Calibration errors bin the confidence of the class that is named (the top label), as Guo et al. do; of two
    classes too, where some libraries (torchmetrics' binary error, scikit-learn's curve) bin the probability
    of the second class and find other numbers. `classwise` is over every class's own probability.

    Measured coverage of 95 % intervals (docs/coverage.md): 93 to 97 % for NLL, Brier and the signed error,
    less for NLL where a handful of errors makes most of it; 91 to 98 % for calibration errors of one network
    or a vote; 88 to 100 % for the mean error of several members, least where they differ in calibration, most
    where the error is 0 (only one end can miss), which `rows` says.

    Raises `EvaluationError` as `accuracy` does, for fewer than two examples and for less than one bin.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.calibration(population, digits.test)
        NLL ... [..., ...], Brier ... [..., ...], over-confidence ... points [..., ...], n = 4 x 359
    """
    labels = checked_labels(split)
    _check(bins, len(labels))
    asked, how = as_classifier(classifier), How(bins, level)
    again = Resampling.of(len(labels), seed=seed)
    fitted = None if validation is None else _fitted(asked, validation)
    plain, after, right, members = [], [], [], 0
    total = np.zeros((len(labels), split.classes))
    for group in answers(asked, split):
        members = group.members.stop
        total += group.probabilities.sum(axis=0, dtype=np.float64)
        right.append(group.probabilities.argmax(axis=2) == labels)
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
        classes=split.classes,
        over_chance=over_chance(np.concatenate(right), labels, split.class_names, ensemble[0], level=level),
    )


@dataclass(frozen=True, eq=False)
class _Fitted:
    members: FittedTemperature
    ensemble: FittedTemperature
    examples: int


def _fitted(asked: Classifier, validation: Split) -> _Fitted:
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
    parts: list[ScoredAnswers],
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
    return replace(crossed(table, level, limits=(0.0, np.inf)).measured, value=float(fit.temperatures.mean()))


def _check(bins: int, examples: int) -> None:
    if bins < 1:
        raise EvaluationError(f"bins={bins}: expected at least one bin.", hint="use bins=15.")
    if examples < 2:
        raise EvaluationError(
            f"Calibration on {examples} example: a frequency takes at least two.",
            hint="measure on a few hundred examples or more.",
        )
