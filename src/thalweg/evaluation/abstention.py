"""What a classifier is worth that may say "I do not know": passing over, answering with sets, refusing.

Three ways to be unsure: pass over the least confident examples (risk and coverage); answer with a set of
classes that holds the true one as often as promised (conformal prediction); say "this is none of them" below
a confidence that few real examples fall short of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thalweg.data.noise import uniform
from thalweg.errors import EvaluationError
from thalweg.evaluation.accuracy import checked_labels
from thalweg.evaluation.answers import answers
from thalweg.evaluation.classifier import as_classifier, predictions
from thalweg.evaluation.conformal import (
    ConformalSets,
    Sets,
    adaptive_scores,
    against_calibration,
    conformal_sets,
    joined_sets,
    least_likely_scores,
    measured_sets,
    threshold,
)
from thalweg.evaluation.intervals import crossed
from thalweg.evaluation.record import Measured, as_percent, html_table, to_plain
from thalweg.evaluation.risk_coverage import (
    accuracy_at,
    aurc_of,
    excess_of,
    risk_at,
    risk_coverage,
)

LEVELS = (0.9, 0.95, 0.99)
COVERAGES = (0.9, 0.95, 0.99)
FALSE_ALARMS = (0.01, 0.05)
NOISE_IMAGES = 1_000
CURVE = np.arange(1, 101) / 100


@dataclass(frozen=True, eq=False)
class Rejection:
    """Saying "this is none of them" below a confidence that a chosen share of real examples falls short of.

    `threshold`: the confidence, mean over members. `false_alarms`: share of new real examples refused; its
    interval also counts the examples that set the threshold. `noise_rejected`: share of uniform noise
    refused, None for a classifier that cannot be asked about it.
    """

    threshold: float
    false_alarms: Measured
    noise_rejected: Measured | None

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as pure JSON types."""
        return to_plain(vars(self))


@dataclass(frozen=True, eq=False)
class Abstaining:
    """The numbers of members (their mean) or of an ensemble.

    `aurc`: area under the risk-coverage curve, `excess_aurc`: what of it is owed to the order of the
    examples. `accuracy_at_coverage`: coverage -> accuracy on what is kept. `conformal` (LAC) and
    `conformal_aps`: level -> sets. `rejection`: rate of false alarms -> what is refused. `risk`: [members,
    coverages] at coverages 0.01, 0.02, ... 1.
    """

    aurc: Measured
    excess_aurc: Measured
    accuracy_at_coverage: Mapping[float, Measured]
    conformal: Mapping[float, ConformalSets]
    conformal_aps: Mapping[float, ConformalSets]
    rejection: Mapping[float, Rejection]
    risk: np.ndarray

    def to_json(self) -> dict[str, Any]:
        """Return all numbers; levels, coverages and rates are keys."""
        nested = {
            name: {key: entry.to_json() for key, entry in getattr(self, name).items()}
            for name in ("conformal", "conformal_aps", "rejection", "accuracy_at_coverage")
        }
        return to_plain({"aurc": self.aurc, "excess_aurc": self.excess_aurc, **nested})


@dataclass(frozen=True, eq=False, repr=False)
class Abstention:
    """What passing over, prediction sets and refusing are worth: for the members and for their ensemble.

    `calibrated_on` and `measured_on`: examples that set thresholds, and others that they were tried on.
    """

    members: Abstaining
    ensemble: Abstaining
    examples: int
    calibrated_on: int
    measured_on: int
    excluded: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of members measured."""
        return len(self.members.risk)

    def to_json(self) -> dict[str, Any]:
        """Return the members' numbers, and the ensemble's under `ensemble`."""
        sizes = {"examples": self.examples, "calibrated_on": self.calibrated_on}
        return to_plain(
            {
                **self.members.to_json(),
                "members": self.count,
                **sizes,
                "measured_on": self.measured_on,
                "excluded": self.excluded,
                "ensemble": self.ensemble.to_json(),
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `coverage` [100], `risk` [members, 100] and `ensemble_risk` [100]."""
        return {"coverage": CURVE, "risk": self.members.risk, "ensemble_risk": self.ensemble.risk[0]}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        found = self.members
        rows = [
            ("If one network may pass on the hardest tenth, how often is it right?", self._passing(found)),
            ("How many classes must it name to hold the true one?", _sets(found.conformal)),
            ('Can it say "this is none of them"?', _refusing(found.rejection)),
        ]
        if self.count > 1:
            rows.insert(1, (f"And the vote of all {self.count:,}?", self._passing(self.ensemble)))
        if self.excluded:
            rows.append(("Were any networks left out?", f"{len(self.excluded)} diverged in training"))
        return rows

    def _passing(self, found: Abstaining) -> str:
        coverage, kept = next(iter(found.accuracy_at_coverage.items()))
        everything = as_percent(1 - float(found.risk[:, -1].mean()))
        return f"{kept.percent()} on the {as_percent(coverage)} it is surest of, {everything} on all"

    def __repr__(self) -> str:
        return (
            f"AURC {self.members.aurc.plain(5)}, vote {self.ensemble.aurc.plain(5)}, "
            f"n = {self.count:,} x {self.examples:,}"
        )

    def _repr_html_(self) -> str:
        return html_table("abstention", self.rows())


@dataclass(frozen=True, eq=False)
class _Setting:
    """What all members are measured with; `calibrating` and `scored` are masks over the same examples."""

    labels: np.ndarray
    calibrating: np.ndarray
    scored: np.ndarray
    draws: np.ndarray | None
    levels: tuple[float, ...]
    confidence: float


def abstention(
    classifier: Any,
    dataset_or_split: Any,
    *,
    calibration: Any = None,
    levels: Sequence[float] = LEVELS,
    randomised: bool = True,
    seed: int = 0,
    level: float = 0.95,
) -> Abstention:
    """Measure what `classifier` is worth when it may abstain, answer with sets, or refuse.

    Thresholds are set on a random half of the test examples and tried on the other half. The guarantee of
    conformal prediction needs the two to be exchangeable, and halves of one test set are; held-out training
    examples often are not (MNIST's test digits have other writers), and have served to select.

    Args:
        classifier: as for `accuracy`.
        dataset_or_split: labelled examples, or a data set, whose test split is taken.
        calibration: examples to set thresholds on instead of half of the test examples.
        levels: of the prediction sets, shares of sets to hold the true class.
        randomised: break ties of APS at random, for exact coverage; without, its sets are larger.
        seed: of the halves, of the random part of APS and of the noise.
        level: confidence level of every interval, 0..1.

    Raises `EvaluationError` as `accuracy` does, for fewer than four examples, and for a level outside 0..1.
    """
    asked = as_classifier(classifier)
    split = getattr(dataset_or_split, "test", dataset_or_split)
    examples, setting = _setting(split, calibration, (randomised, seed), levels=levels, confidence=level)
    noise = _noise(asked, split, seed)
    parts, total = [], np.zeros((len(examples), split.classes))
    for group in answers(asked, examples):
        total += group.probabilities.sum(axis=0, dtype=np.float64)
        parts += [_member(table, setting) for table in group.probabilities]
    ensemble = [_member(total / len(parts), setting)]
    member_noise, ensemble_noise = (None, None) if noise is None else noise
    return Abstention(
        members=_abstaining(parts, setting, member_noise),
        ensemble=_abstaining(ensemble, setting, ensemble_noise),
        examples=len(split),
        calibrated_on=int(setting.calibrating.sum()),
        measured_on=int((~setting.calibrating).sum()),
        excluded=asked.excluded,
    )


@dataclass(frozen=True, eq=False)
class _Member:
    confidence: np.ndarray
    right: np.ndarray
    sets: Mapping[float, Sets]
    adaptive: Mapping[float, Sets]


def _setting(
    split: Any, calibration: Any, chance: tuple[bool, int], *, levels: Sequence[float], confidence: float
) -> tuple[Any, _Setting]:
    """Return the examples to ask about and how to use them."""
    randomised, seed = chance
    generator = np.random.default_rng([seed, 1])
    if len(split) < 4:
        raise EvaluationError(
            f"{len(split)} examples: one half cannot set a threshold for the other.",
            hint="measure on a few hundred examples or more.",
        )
    if calibration is None:
        examples, scored = split, np.ones(len(split), dtype=bool)
        calibrating = np.zeros(len(split), dtype=bool)
        calibrating[generator.permutation(len(split))[: len(split) // 2]] = True
    else:
        examples = _together(split, calibration)
        calibrating = np.arange(len(examples)) >= len(split)
        scored = ~calibrating
    draws = generator.random(len(examples)) if randomised else None
    labels = checked_labels(examples)
    return examples, _Setting(labels, calibrating, scored, draws, tuple(levels), confidence)


def _together(split: Any, calibration: Any) -> Any:
    if calibration.input_shape != split.input_shape or calibration.class_names != split.class_names:
        raise EvaluationError(
            f"Calibration on {calibration!r}, measurement on {split!r}: not the same kind of examples.",
            hint="calibrate on examples of the same shape and classes, such as a held-out part.",
        )
    raw = np.concatenate([split.raw, calibration.raw])
    return replace(split, raw=raw, labels=np.concatenate([split.labels, calibration.labels]))


def _noise(asked: Any, split: Any, seed: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Return confidences on uniform noise [members, images] and the ensemble's [1, images]."""
    try:
        found = predictions(asked, uniform(split.inputs, NOISE_IMAGES, seed), classes=split.classes)
    except EvaluationError:  # such as probabilities from a file: they answer for their own examples only
        return None
    return found.confidence, found.ensemble_confidence[None]


def _member(probabilities: np.ndarray, setting: _Setting) -> _Member:
    least, adaptive = least_likely_scores(probabilities), adaptive_scores(probabilities, setting.draws)
    labels, calibrating = setting.labels, setting.calibrating
    return _Member(
        confidence=probabilities.max(axis=1),
        right=probabilities.argmax(axis=1) == labels,
        sets={level: conformal_sets(least, labels, calibrating, level) for level in setting.levels},
        adaptive={level: conformal_sets(adaptive, labels, calibrating, level) for level in setting.levels},
    )


def _abstaining(parts: list[_Member], setting: _Setting, noise: np.ndarray | None) -> Abstaining:
    level = setting.confidence
    right = np.stack([part.right[setting.scored] for part in parts])
    curves = [
        risk_coverage(part.confidence[setting.scored], hit) for part, hit in zip(parts, right, strict=True)
    ]
    confidence = np.stack([part.confidence for part in parts])
    return Abstaining(
        aurc=aurc_of(curves, level=level),
        excess_aurc=excess_of(curves, level=level),
        accuracy_at_coverage={kept: accuracy_at(curves, right, kept, level=level) for kept in COVERAGES},
        conformal=_measured([part.sets for part in parts], level),
        conformal_aps=_measured([part.adaptive for part in parts], level),
        rejection={rate: _rejection(confidence, setting, noise, rate=rate) for rate in FALSE_ALARMS},
        risk=risk_at(curves, CURVE).astype(np.float32),
    )


def _measured(parts: list[Mapping[float, Sets]], confidence: float) -> dict[float, ConformalSets]:
    tables = joined_sets(parts)
    return {level: measured_sets(sets, level, confidence=confidence) for level, sets in tables.items()}


def _rejection(
    confidence: np.ndarray, setting: _Setting, noise: np.ndarray | None, *, rate: float
) -> Rejection:
    calibrating = setting.calibrating
    # Refused is what is less sure than all but a share `rate`: a conformal threshold on −confidence.
    limits = -np.array([threshold(-own[calibrating], 1 - rate) for own in confidence])
    refused = confidence < limits[:, None]
    alarms = against_calibration(refused[:, ~calibrating], refused[:, calibrating], setting.confidence)
    rejected = None if noise is None else crossed(noise < limits[:, None], setting.confidence).measured
    return Rejection(float(np.maximum(limits, 0).mean()), alarms, rejected)


def _sets(conformal: Mapping[float, ConformalSets]) -> str:
    parts = [
        f"{found.mean_set_size.plain(2)} on average to hold it {as_percent(level)} of the time "
        f"(measured {found.coverage.percent()})"
        for level, found in conformal.items()
    ]
    return "; ".join(parts)


def _refusing(rejection: Mapping[float, Rejection]) -> str:
    parts = []
    for rate, found in rejection.items():
        alarms = f"refusing {as_percent(rate)} of real examples (measured {found.false_alarms.percent()})"
        noise = found.noise_rejected
        parts.append(alarms if noise is None else f"{alarms}, {noise.percent()} of television static")
    return "; ".join(parts)
