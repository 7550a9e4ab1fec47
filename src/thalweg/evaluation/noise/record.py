"""What was found of answers to noise, one kind after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import one_of
from thalweg.evaluation.noise.scale_sweep import ScaleSweep
from thalweg.measured import Measured, as_percent
from thalweg.record import Record
from thalweg.wording import PICTURES, words_for

BINS = 50


@dataclass(frozen=True, eq=False)
class NoiseAnswers:
    """What members (or their ensemble) answer on noise.

    `mean_confidence`: mean largest probability, 0..1. `share_above`: threshold -> share of answers with a
    confidence above it. `quantiles`: level -> quantile of the confidence of all answers. `class_shares`:
    float64 [classes], share of answers that name each class. `classes_named`: mean number of different
    classes that the members name for one image; its interval is over images, for this number of members. The
    other intervals are over members and images where both can be had, else over the one that can.
    """

    mean_confidence: Measured
    share_above: Mapping[float, Measured]
    quantiles: Mapping[float, float]
    class_shares: np.ndarray
    classes_named: Measured

    @property
    def most_named(self) -> int:
        """The class named most often."""
        return int(self.class_shares.argmax())

    def content(self, class_names: tuple[str, ...]) -> Mapping[str, Any]:
        """Return mean, shares above, quantiles of the confidence and `digits_named`."""
        named = {
            **self.classes_named.to_json(),
            "most": class_names[self.most_named],
            "shares": dict(zip(class_names, self.class_shares, strict=True)),
        }
        return {
            "mean_confidence": self.mean_confidence,
            "share_above": self.share_above,
            "confidence_quantiles": self.quantiles,
            "digits_named": named,
        }


@dataclass(frozen=True, eq=False)
class NoiseKind:
    """One kind of noise: the answers of the members and of their ensemble.

    `confidence`: float32 [members, examples]; `ensemble_confidence`: float64 [examples]. A kind that has no
    chance in it (blank) has one example.
    """

    members: NoiseAnswers
    ensemble: NoiseAnswers
    confidence: np.ndarray
    ensemble_confidence: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Noise(Record, answers="noise"):
    """Confidence on noise, one entry a kind of noise, and on inputs that are turned up (`scale_sweep`).

    `kind_of_data`: `pictures` or `features`, for the words that fit.
    """

    kinds: Mapping[str, NoiseKind]
    scale_sweep: ScaleSweep | None
    class_names: tuple[str, ...]
    excluded: tuple[int, ...]
    kind_of_data: str = PICTURES

    def __getitem__(self, kind: str) -> NoiseKind:
        return self.kinds[one_of(self.kinds, kind, "kind of noise")]

    def content(self) -> Mapping[str, Any]:
        """Return one object a kind, the ensemble's answers under its `ensemble`, and `scale_sweep`."""
        kinds: dict[str, Any] = {
            name: {
                **kind.members.content(self.class_names),
                "members": kind.confidence.shape[0],
                "examples": kind.confidence.shape[1],
                "ensemble": kind.ensemble.content(self.class_names),
            }
            for name, kind in self.kinds.items()
        }
        return kinds if self.scale_sweep is None else {**kinds, "scale_sweep": self.scale_sweep}

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the confidences of every kind, their histograms, and the curves of the scale sweep.

        `<kind>_confidence` [members, examples], `<kind>_ensemble_confidence` [examples]; `<kind>_histogram`
        and `<kind>_ensemble_histogram`: number of answers in 50 bins of equal width, between `edges` [51].
        """
        arrays = {"edges": np.linspace(0.0, 1.0, BINS + 1)}
        arrays |= {} if self.scale_sweep is None else self.scale_sweep.arrays()
        for name, kind in self.kinds.items():
            arrays[f"{name}_confidence"] = kind.confidence
            arrays[f"{name}_histogram"] = _histogram(kind.confidence)
            arrays[f"{name}_ensemble_confidence"] = kind.ensemble_confidence
            arrays[f"{name}_ensemble_histogram"] = _histogram(kind.ensemble_confidence)
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, one a kind and one for inputs turned up."""
        words = words_for(self.kind_of_data)
        rows = [
            (f"How sure is a network of {words.noise.get(name, name)}?", self._answer(kind))
            for name, kind in self.kinds.items()
        ]
        if self.scale_sweep is not None:
            rows.append((words.turned_up, _turned_up(self.scale_sweep)))
        return rows

    def _answer(self, kind: NoiseKind) -> str:
        named = self.class_names[kind.members.most_named]
        share = as_percent(kind.members.class_shares[kind.members.most_named])
        parts = [
            f"{kind.members.mean_confidence.percent()} on average",
            f"above 99 % in {kind.members.share_above[0.99].percent()} of answers",
            f'"{named}" in {share}',
        ]
        if len(kind.confidence) > 1:
            parts.append(f"voting together {kind.ensemble.mean_confidence.percent()}")
        return "; ".join(parts)

    def __repr__(self) -> str:
        shares = (f"{name} {kind.members.mean_confidence.percent()}" for name, kind in self.kinds.items())
        return f"mean confidence on noise: {', '.join(shares)}"


def _histogram(confidence: np.ndarray) -> np.ndarray:
    return np.histogram(confidence, bins=BINS, range=(0.0, 1.0))[0]


def _turned_up(sweep: ScaleSweep) -> str:
    curve = sweep["uniform"]
    answer = f"{curve.mean_confidence[-1].percent()} on average at {sweep.scales[-1]:,} times"
    if curve.certain_from is None:
        return f"{answer}; half of the answers never stay above 99.9 %"
    return f"{answer}; from {curve.certain_from:g} times on, half of the answers are above 99.9 %"
