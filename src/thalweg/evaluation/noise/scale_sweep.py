"""How sure networks grow of inputs that are turned up: x -> a x, far beyond anything that was learned from.

A ReLU network is linear far away, so almost every direction ends in full confidence in something (Hein,
Andriushchenko & Bitterwolf, CVPR 2019, theorem 3.1); a network of sigmoid neurons comes to rest instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.classifier import Classifier, Predictions, predictions
from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import crossed

SCALES = (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 6, 8, 16, 32, 64, 128, 256, 1_000, 10_000)
SURE, CERTAIN = 0.99, 0.999
EXAMPLES = 500
BAND = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class ScaleCurve(Entry):
    """Confidence on the same inputs at every scale.

    `mean_confidence` and `share_sure` (share of answers surer than 0.99): one `Measured` a scale, with
    intervals over members and examples. `member_confidence`: float64 [members, scales], each member's mean.
    `median_confidence`: float64 [scales], over members and examples. `ensemble_confidence`: float64 [scales],
    mean confidence of the members' mean probability. `certain_from`: the smallest scale tried from which on
    the median is above 0.999; None if it never is.
    """

    mean_confidence: tuple[Measured, ...]
    share_sure: tuple[Measured, ...]
    member_confidence: np.ndarray
    median_confidence: np.ndarray
    ensemble_confidence: np.ndarray
    certain_from: float | None

    @property
    def band(self) -> np.ndarray:
        """float64 [2, scales]: where the middle 90 % of the members' means lie."""
        return np.quantile(self.member_confidence, BAND, axis=0)

    def content(self) -> Mapping[str, Any]:
        """Return every curve as a list with one entry a scale."""
        return {
            "mean_confidence": self.mean_confidence,
            "share_above": {str(SURE): self.share_sure},
            "member_band": self.band.T,
            "median_confidence": self.median_confidence,
            "ensemble_confidence": self.ensemble_confidence,
            "certain_from": self.certain_from,
        }


@dataclass(frozen=True, eq=False)
class ScaleSweep(Entry):
    """One `ScaleCurve` a source of inputs ("test": real examples, "uniform": noise), over `scales`."""

    scales: tuple[float, ...]
    curves: Mapping[str, ScaleCurve]

    def __getitem__(self, source: str) -> ScaleCurve:
        return self.curves[source]

    def content(self) -> Mapping[str, Any]:
        """Return `scales` and one object a source."""
        return {"scales": self.scales, **self.curves}

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `scale_sweep_scales` [scales] and `scale_sweep_<source>_confidence` [members, scales]."""
        curves = {
            f"scale_sweep_{name}_confidence": each.member_confidence for name, each in self.curves.items()
        }
        return {"scale_sweep_scales": np.array(self.scales, dtype=np.float64), **curves}


def scale_sweep(
    asked: Classifier,
    sources: Mapping[str, np.ndarray],
    *,
    classes: int,
    scales: tuple[float, ...] = SCALES,
    level: float = 0.95,
) -> ScaleSweep:
    """Ask about the inputs [examples, ...] of every source, multiplied by each of `scales` in turn.

    Raises `EvaluationError` for a classifier that `accuracy` would refuse.
    """
    curves = {
        name: _curve(
            lambda scale, inputs=inputs: predictions(asked, inputs * np.float32(scale), classes=classes),
            scales,
            level,
        )
        for name, inputs in sources.items()
    }
    return ScaleSweep(tuple(scales), curves)


def _curve(answer: Callable[[float], Predictions], scales: tuple[float, ...], level: float) -> ScaleCurve:
    means, sure, members, medians, ensemble = [], [], [], [], []
    for scale in scales:
        answers = answer(scale)
        confidence = answers.confidence
        means.append(crossed(confidence, level, limits=(0.0, 1.0)).measured)
        sure.append(crossed(confidence > SURE, level).measured)
        members.append(confidence.mean(axis=1, dtype=np.float64))
        medians.append(float(np.median(confidence)))
        ensemble.append(float(answers.ensemble_confidence.mean()))
    return ScaleCurve(
        mean_confidence=tuple(means),
        share_sure=tuple(sure),
        member_confidence=np.stack(members, axis=1),
        median_confidence=np.array(medians),
        ensemble_confidence=np.array(ensemble),
        certain_from=_certain_from(scales, medians),
    )


def _certain_from(scales: tuple[float, ...], medians: list[float]) -> float | None:
    above = [median > CERTAIN for median in medians]
    return next((float(scale) for place, scale in enumerate(scales) if all(above[place:])), None)
