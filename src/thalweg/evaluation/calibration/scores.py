"""The scores of probabilities that `calibration` reports: proper scores first, calibration errors after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from thalweg.evaluation.calibration.errors import (
    ErrorCurve,
    equal_mass_bins,
    equal_width_bins,
    expected_curve,
    joined,
    measured_error,
    measured_root,
    squared_curve,
)
from thalweg.evaluation.calibration.proper_scores import brier_score, negative_log_likelihood
from thalweg.evaluation.calibration.reliability import ReliabilityDiagram, reliability
from thalweg.measured import Measured
from thalweg.record import Entry, led_by, named
from thalweg.statistics.intervals import crossed
from thalweg.statistics.resampling import Resampling


@dataclass(frozen=True)
class How:
    """How to score: number of bins, level of the intervals."""

    bins: int
    level: float


@dataclass(frozen=True, eq=False)
class ScoredAnswers:
    """What scores are made of, of some members: arrays [members, examples] and the members' error curves."""

    nll: np.ndarray
    brier: np.ndarray
    confidence: np.ndarray
    right: np.ndarray
    equal_width: ErrorCurve
    equal_mass: ErrorCurve
    squared: ErrorCurve
    classwise: ErrorCurve


@dataclass(frozen=True, eq=False)
class CalibrationScores(Entry):
    """Scores of members (their mean) or of an ensemble, each with its interval.

    `nll`: negative log-likelihood in nats, p below 1.2e-38 counted as that. `brier`: Σ over classes of
    squared errors, 0 to 2. `signed`: mean confidence − accuracy, above 0 for over-confidence. `debiased_l2`:
    root of the debiased mean squared gap in bins of equal mass. `ece_equal_mass`, `ece_equal_width`: plug-in
    expected calibration errors, biased up. These three bin the confidence of the class that is named.
    `classwise`: the mean over classes of the plug-in error of each class's probability, equal-width bins
    (Kull et al., NeurIPS 2019, section 2). `member_nll`, `member_brier`, `member_signed`: [members].
    `reliability`: the diagram, members pooled.
    """

    nll: Measured
    brier: Measured
    signed: Measured
    debiased_l2: Measured
    ece_equal_mass: Measured
    ece_equal_width: Measured
    classwise: Measured
    member_nll: np.ndarray
    member_brier: np.ndarray
    member_signed: np.ndarray
    confidence: float
    accuracy: float
    reliability: ReliabilityDiagram

    def content(self) -> Mapping[str, Any]:
        """Return every measured number as `{"value": v, "interval": [lo, hi]}`, and the diagram."""
        measured = (field.name for field in fields(self) if isinstance(getattr(self, field.name), Measured))
        return named(self, *measured, "confidence", "accuracy", "reliability")

    def arrays(self, prefix: str) -> dict[str, np.ndarray]:
        """Return the members' scores and the diagram, names led by `prefix`."""
        members = named(self, "member_nll", "member_brier", "member_signed")
        return led_by(prefix, members) | self.reliability.arrays(f"{prefix}reliability_")


def answered(probabilities: np.ndarray, labels: np.ndarray, how: How, again: Resampling) -> ScoredAnswers:
    """Return what the scores of `probabilities` [members, examples, classes] are made of."""
    confidence = probabilities.max(axis=2)
    right = probabilities.argmax(axis=2) == labels
    masses = np.stack([equal_mass_bins(member, how.bins) for member in confidence])
    return ScoredAnswers(
        nll=negative_log_likelihood(probabilities, labels).astype(np.float32),
        brier=brier_score(probabilities, labels).astype(np.float32),
        confidence=confidence.astype(np.float32),
        right=right,
        equal_width=expected_curve(equal_width_bins(confidence, how.bins), confidence, right, again),
        equal_mass=expected_curve(masses, confidence, right, again),
        squared=squared_curve(masses, confidence, right, again),
        classwise=_classwise(probabilities, labels, how, again),
    )


def scores(parts: Iterable[ScoredAnswers], how: How, again: Resampling) -> CalibrationScores:
    """Return the scores of all members, given in parts."""
    parts = list(parts)
    nll, brier, confidence, right = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("nll", "brier", "confidence", "right")
    )
    excess = confidence - right

    def error(name: str, measure: Any = measured_error) -> Measured:
        curve = joined(getattr(part, name) for part in parts)
        return measure(curve, again, level=how.level)

    return CalibrationScores(
        nll=crossed(nll, how.level, limits=(0.0, np.inf)).measured,
        brier=crossed(brier, how.level, limits=(0.0, 2.0)).measured,
        signed=crossed(excess, how.level, limits=(-1.0, 1.0)).measured,
        debiased_l2=error("squared", measured_root),
        ece_equal_mass=error("equal_mass"),
        ece_equal_width=error("equal_width"),
        classwise=error("classwise"),
        member_nll=nll.mean(axis=1, dtype=np.float64),
        member_brier=brier.mean(axis=1, dtype=np.float64),
        member_signed=excess.mean(axis=1, dtype=np.float64),
        confidence=float(confidence.mean(dtype=np.float64)),
        accuracy=float(right.mean()),
        reliability=reliability(confidence, right, bins=how.bins, level=how.level),
    )


def _classwise(probabilities: np.ndarray, labels: np.ndarray, how: How, again: Resampling) -> ErrorCurve:
    classes = probabilities.shape[2]
    place = equal_width_bins(probabilities, how.bins) + how.bins * np.arange(classes)
    came_true = np.broadcast_to(labels[:, None] == np.arange(classes), place.shape)
    return expected_curve(place, probabilities, came_true, again)
