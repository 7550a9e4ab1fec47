"""How accuracy and confidence change as pictures are changed more and more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.data.dataset import Split
from thalweg.data.transforms import Transform
from thalweg.evaluation.classifier import Classifier
from thalweg.evaluation.shift.changed import AnswersOnChanged, answered
from thalweg.measured import Measured
from thalweg.record import Entry, named
from thalweg.statistics.intervals import counted, crossed

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Point:
    """Accuracy and mean confidence, 0..1, at one level: of the members on average, and of their ensemble.

    The members' intervals are over starts and examples where both can be had; the ensemble's over examples.
    """

    accuracy: Measured
    confidence: Measured
    ensemble_accuracy: Measured
    ensemble_confidence: Measured


@dataclass(frozen=True, eq=False)
class Curve(Entry):
    """Accuracy and mean confidence against the level of one transform.

    `levels`: in `unit`s, rising; at `identity` pictures are as they were. `points`: one a level.
    `member_accuracy`, `member_confidence`: float64 [levels, members].
    """

    levels: tuple[float, ...]
    unit: str
    identity: float
    points: tuple[Point, ...]
    member_accuracy: np.ndarray
    member_confidence: np.ndarray

    def __getitem__(self, level: float) -> Point:
        return self.points[self.levels.index(level)]

    def content(self) -> Mapping[str, Any]:
        """Return levels, one measured number a level for each of the four curves, and member quantiles."""
        return {
            **named(self, "levels", "unit", "identity"),
            **{
                name: [getattr(point, name) for point in self.points]
                for name in ("accuracy", "confidence", "ensemble_accuracy", "ensemble_confidence")
            },
            "member_quantiles": {
                "accuracy": _quantiles(self.member_accuracy),
                "confidence": _quantiles(self.member_confidence),
            },
        }


def response_curve(
    asked: Classifier, split: Split, transform: Transform, *, clean: AnswersOnChanged, seed: int, level: float
) -> Curve:
    """Ask about the pictures of `split` at every level of `transform`.

    `clean`: the answers on the pictures as they are, which serve for the identity level. `seed`: of what the
    transform draws. `level`: of the intervals, 0..1.
    """
    points, accuracies, confidences = [], [], []
    for amount in transform.levels:
        answers = clean
        if amount != transform.identity:
            answers = answered(asked, split, _by(transform, amount), seed)
        points.append(_point(answers, level))
        accuracies.append(answers.right.mean(axis=1))
        confidences.append(answers.confidence.mean(axis=1, dtype=np.float64))
    return Curve(
        transform.levels,
        transform.unit,
        transform.identity,
        tuple(points),
        np.stack(accuracies),
        np.stack(confidences),
    )


def _by(transform: Transform, amount: float):
    return lambda pictures, seed: transform(pictures, amount, seed)


def _point(answers: AnswersOnChanged, level: float) -> Point:
    ensemble_confidence = answers.ensemble_confidence[None, :]
    return Point(
        accuracy=crossed(answers.right, level).measured,
        confidence=crossed(answers.confidence, level, limits=(0.0, 1.0)).measured,
        ensemble_accuracy=counted(int(answers.ensemble_right.sum()), answers.examples, level),
        ensemble_confidence=crossed(ensemble_confidence, level, limits=(0.0, 1.0)).measured,
    )


def _quantiles(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return quantile -> value at each level, over the members of `values` [levels, members]."""
    return {str(share): np.quantile(values, share, axis=1) for share in QUANTILES}
