"""Reliability diagrams: in each bin of confidence, how often the answer was right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.evaluation.calibration.errors import equal_mass_bins
from thalweg.record import Entry, led_by
from thalweg.statistics.intervals import wilson


@dataclass(frozen=True, eq=False)
class ReliabilityDiagram(Entry):
    """A reliability diagram with bins of equal mass, each array [bins], bins in the order of confidence.

    `confidence`: mean confidence of the answers in the bin. `accuracy`: share of them that are right, with
    Wilson's interval from `low` to `high`. `count`: answers in the bin, of all members pooled. An interval
    counts the answers of several members to one example as far as they are different examples (Kish's
    effective number), so a hundred members do not make a hundred times the evidence.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    low: np.ndarray
    high: np.ndarray
    count: np.ndarray

    def arrays(self, prefix: str) -> dict[str, np.ndarray]:
        """Return the arrays, their names led by `prefix`."""
        return led_by(prefix, vars(self))


def reliability(
    confidence: np.ndarray, right: np.ndarray, *, bins: int, level: float = 0.95
) -> ReliabilityDiagram:
    """Return the reliability diagram of `confidence` and `right` [members, examples], members pooled."""
    place = equal_mass_bins(confidence.ravel(), bins).reshape(confidence.shape)
    used = int(place.max()) + 1
    count, promised, kept = (
        np.bincount(place.ravel(), weights=weights, minlength=used)
        for weights in (None, confidence.ravel(), right.ravel())
    )
    accuracy = kept / count
    effective = _effective(place, used)
    ends = [wilson(share * size, size, level) for share, size in zip(accuracy, effective, strict=True)]
    low, high = np.array(ends).T
    return ReliabilityDiagram(promised / count, accuracy, low, high, count.astype(np.int64))


def _effective(place: np.ndarray, bins: int) -> np.ndarray:
    """Return (Σ m)² / Σ m² [bins], m the number of members that put an example into the bin."""
    examples = place.shape[1]
    cell = place.astype(np.int64) + bins * np.arange(examples)
    together = np.bincount(cell.ravel(), minlength=bins * examples).reshape(examples, bins).astype(np.float64)
    return together.sum(axis=0) ** 2 / (together**2).sum(axis=0)
