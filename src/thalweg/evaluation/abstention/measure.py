"""What a classifier is worth that may say "I do not know": passing over, answering with sets, refusing.

Three ways to be unsure: pass over the least confident examples (risk and coverage); answer with a set of
classes that holds the true one as often as promised (conformal prediction); say "this is none of them" below
a confidence that few real examples fall short of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from thalweg.data.dataset import Dataset, Split
from thalweg.data.identity import joined
from thalweg.data.noise import uniform
from thalweg.errors import EvaluationError
from thalweg.evaluation.abstention.conformal import (
    ConformalSets,
    Sets,
    adaptive_scores,
    conformal_sets,
    joined_sets,
    least_likely_scores,
    measured_sets,
)
from thalweg.evaluation.abstention.record import CURVE, Abstaining, Abstention, RegularisedSets
from thalweg.evaluation.abstention.regularised import (
    CHOSEN_ON,
    Penalty,
    chosen_penalty,
    likelihood_ranks,
    regularised_scores,
)
from thalweg.evaluation.abstention.rejection import rejection
from thalweg.evaluation.abstention.risk_coverage import (
    accuracy_at,
    aurc_of,
    excess_of,
    risk_at,
    risk_coverage,
)
from thalweg.evaluation.answers import answers
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import AnyClassifier, Classifier, as_classifier, predictions
from thalweg.wording import kind_of

LEVELS = (0.9, 0.95, 0.99)
COVERAGES = (0.9, 0.95, 0.99)
FALSE_ALARMS = (0.01, 0.05)
NOISE_IMAGES = 1_000


@dataclass(frozen=True, eq=False)
class _Setting:
    """What all members are measured with; masks are over the same examples.

    `calibrating`: set thresholds; `choosing`: of those, the ones that choose what RAPS charges and set none
    of its thresholds; `scored`: what risk and coverage are of.
    """

    labels: np.ndarray
    calibrating: np.ndarray
    choosing: np.ndarray
    scored: np.ndarray
    draws: np.ndarray | None
    levels: tuple[float, ...]
    confidence: float


def abstention(
    classifier: AnyClassifier,
    dataset_or_split: Dataset | Split,
    *,
    calibration: Split | None = None,
    levels: Sequence[float] = LEVELS,
    randomised: bool = True,
    seed: int = 0,
    level: float = 0.95,
) -> Abstention:
    """Measure what `classifier` is worth when it may abstain, answer with sets, or refuse.

    The field's words: selective prediction (risk and coverage), conformal prediction, rejection.

    Thresholds are set on a random half of the test examples and tried on the other half. The guarantee of
    conformal prediction needs the two to be exchangeable, and halves of one test set are; held-out training
    examples often are not (MNIST's test digits have other writers), and have served to select.

    Args:
        classifier: as for `accuracy`.
        dataset_or_split: labelled examples, or a data set, whose test split is taken.
        calibration: examples to set thresholds on instead of half of the test examples.
        levels: of the prediction sets, shares of sets to hold the true class.
        randomised: leave a random part of a class's own probability off the scores of APS and RAPS, as their
            authors do, for exact coverage; without, sets are larger.
        seed: of the halves, of the random part of APS, of the examples that choose for RAPS, of the noise.
        level: confidence level of every interval, 0..1. Intervals of sets are for the procedure: other
            calibration examples, as many, other test examples and, of several members, other members. Those
            of RAPS take what it charges as chosen.

    Raises `EvaluationError` as `accuracy` does, for fewer than four examples, and for a level outside 0..1.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.abstention(population, digits.test)
        AURC ... [..., ...], vote ... [..., ...], n = 4 x 359
    """
    asked = as_classifier(classifier)
    split = dataset_or_split.test if isinstance(dataset_or_split, Dataset) else dataset_or_split
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
        chosen_on=int(setting.choosing.sum()),
        randomised=randomised,
        measured_on=int((~setting.calibrating).sum()),
        excluded=asked.excluded,
        kind_of_data=kind_of(split.input_shape),
    )


@dataclass(frozen=True, eq=False)
class _Member:
    confidence: np.ndarray
    right: np.ndarray
    sets: Mapping[float, Sets]
    adaptive: Mapping[float, Sets]
    regularised: Mapping[float, Sets]
    charged: Mapping[float, Penalty]


def _setting(
    split: Split,
    calibration: Split | None,
    chance: tuple[bool, int],
    *,
    levels: Sequence[float],
    confidence: float,
) -> tuple[Split, _Setting]:
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
    labels, choosing = checked_labels(examples), np.zeros(len(examples), dtype=bool)
    choosing[generator.permutation(np.flatnonzero(calibrating))[: calibrating.sum() // CHOSEN_ON]] = True
    return examples, _Setting(labels, calibrating, choosing, scored, draws, tuple(levels), confidence)


def _together(split: Split, calibration: Split) -> Split:
    if calibration.input_shape != split.input_shape or calibration.class_names != split.class_names:
        raise EvaluationError(
            f"Calibration on {calibration!r}, measurement on {split!r}: not the same kind of examples.",
            hint="calibrate on examples of the same shape and classes, such as a held-out part.",
        )
    raw = np.concatenate([split.raw, calibration.raw])
    labels = np.concatenate([split.labels, calibration.labels])
    return replace(split, raw=raw, labels=labels, identity=joined([split.identity, calibration.identity]))


def _noise(asked: Classifier, split: Split, seed: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Return confidences on uniform noise [members, images] and the ensemble's [1, images]."""
    try:
        found = predictions(asked, uniform(split.inputs, NOISE_IMAGES, seed), classes=split.classes)
    except EvaluationError:  # such as probabilities from a file: they answer for their own examples only
        return None
    return found.confidence, found.ensemble_confidence[None]


def _member(probabilities: np.ndarray, setting: _Setting) -> _Member:
    least, adaptive = least_likely_scores(probabilities), adaptive_scores(probabilities, setting.draws)
    ranks, choosing = likelihood_ranks(probabilities), setting.choosing
    charged = {
        level: chosen_penalty(adaptive[choosing], ranks[choosing], setting.labels[choosing], level)
        for level in setting.levels
    }

    def sets(scores: np.ndarray, level: float, calibrating: np.ndarray) -> Sets:
        return conformal_sets(
            scores,
            setting.labels,
            calibrating,
            level,
            measuring=~setting.calibrating,
            confidence=setting.confidence,
        )

    return _Member(
        confidence=probabilities.max(axis=1),
        right=probabilities.argmax(axis=1) == setting.labels,
        sets={level: sets(least, level, setting.calibrating) for level in setting.levels},
        adaptive={level: sets(adaptive, level, setting.calibrating) for level in setting.levels},
        regularised={
            level: sets(regularised_scores(adaptive, ranks, cost), level, setting.calibrating & ~choosing)
            for level, cost in charged.items()
        },
        charged=charged,
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
        conformal_raps=_regularised(parts, level),
        rejection={
            rate: rejection(confidence, setting.calibrating, noise, rate=rate, level=level)
            for rate in FALSE_ALARMS
        },
        risk=risk_at(curves, CURVE).astype(np.float32),
    )


def _measured(parts: list[Mapping[float, Sets]], confidence: float) -> dict[float, ConformalSets]:
    tables = joined_sets(parts)
    return {level: measured_sets(sets, level, confidence=confidence) for level, sets in tables.items()}


def _regularised(parts: list[_Member], confidence: float) -> dict[float, RegularisedSets]:
    found = _measured([part.regularised for part in parts], confidence)

    def mean(level: float, name: str) -> float:
        return float(np.mean([getattr(part.charged[level], name) for part in parts]))

    return {
        level: RegularisedSets(**vars(sets), penalty=mean(level, "penalty"), free=mean(level, "free"))
        for level, sets in found.items()
    }
