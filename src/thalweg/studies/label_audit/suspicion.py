"""Scores of how suspicious a label is, from what members that did not train on the example say of it.

One rule everywhere: a larger score is more suspicious.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from thalweg.studies.label_audit.confusion import Confusion, learn_confusion
from thalweg.studies.label_audit.error_count import floor_of
from thalweg.studies.label_audit.evidence import Evidence

MEMORISATION_WEIGHT = 4.0
"""How much log odds a memorisation of 1 takes away.

Chosen among 0, 1, 2, 3, 4, 6 and 8 by average precision on MNIST training images with planted errors of seeds
101 to 103 (uniform, between alike digits, and one in a thousand); the gain is flat between 2 and 6.
"""


MOST_MOVED = 4.0
"""How much log odds are moved at the most, so that suspicions add up to the number that is expected."""


def self_confidence(evidence: Evidence, labels: np.ndarray) -> np.ndarray:
    """1 - probability of the label (Northcutt, Jiang & Chuang, JAIR 70, 2021)."""
    return 1 - evidence.of_labels(labels)


def normalised_margin(evidence: Evidence, labels: np.ndarray) -> np.ndarray:
    """Probability of the likeliest other class less that of the label, mapped to 0..1 (as in cleanlab)."""
    return (_of_others(evidence.probabilities, labels) - evidence.of_labels(labels) + 1) / 2


def entropy_adjusted(evidence: Evidence, labels: np.ndarray) -> np.ndarray:
    """1 - normalised entropy of the answer over -log of the label's probability: sure of another is worst.

    In the spirit of confidence-weighted entropy (Kuan & Mueller 2022), which is scaled otherwise.
    """
    probabilities = np.maximum(evidence.probabilities, 1e-12)
    entropy = -(probabilities * np.log(probabilities)).sum(axis=1) / np.log(probabilities.shape[1])
    surprise = -np.log(np.maximum(evidence.of_labels(labels), 1e-12))
    return 1 - entropy / np.maximum(surprise, 1e-12)


def dissent(evidence: Evidence, labels: np.ndarray) -> np.ndarray:
    """Share of members that choose the most chosen other class, less the share that choose the label."""
    own = evidence.votes[np.arange(len(labels)), labels]
    return _of_others(evidence.votes, labels) - own


def noise_odds(evidence: Evidence, labels: np.ndarray, confusion: Confusion | None = None) -> np.ndarray:
    """Log odds that the label is wrong, given how labels go wrong in these data; see `label_confusion`."""
    if confusion is None:
        floor = floor_of(evidence.probabilities, labels)
        confusion = learn_confusion(evidence.probabilities, labels, floor=floor.believed)
    return confusion.log_odds_wrong(confusion.clean(evidence.probabilities), labels)


def suspicion_odds(evidence: Evidence, labels: np.ndarray, confusion: Confusion | None = None) -> np.ndarray:
    """Log odds that the label is wrong, less what memorisation speaks for it.

    Of two labels that a network would not have guessed, the wrong one is the harder to learn: a hard example
    is given its right label by members that trained on it, a wrong label even they resist. Memorisation is
    taken as a difference of probabilities, learned - not seen, which is finer than one of votes.
    """
    odds = noise_odds(evidence, labels, confusion)
    if evidence.gained is None:
        return odds
    return odds - MEMORISATION_WEIGHT * np.nan_to_num(evidence.gained)


SCORES: dict[str, Callable[[Evidence, np.ndarray], np.ndarray]] = {
    "self-confidence": self_confidence,
    "normalised-margin": normalised_margin,
    "entropy-adjusted": entropy_adjusted,
    "dissent": dissent,
    "noise-odds": noise_odds,
    "suspicion": suspicion_odds,
}
"""Every score by name; `suspicion` is the one an audit uses."""


def suspicion(
    evidence: Evidence,
    labels: np.ndarray,
    confusion: Confusion | None = None,
    *,
    expected: float | None = None,
) -> np.ndarray:
    """Return how likely each label is wrong [examples], 0..1: what an audit ranks by.

    `expected`: how many labels are expected to be wrong, so that suspicions add up to about that. All log
    odds move by the same, `MOST_MOVED` at the most, which leaves their order as it is.
    """
    odds = suspicion_odds(evidence, labels, confusion)
    if expected is None:
        return expit(odds)

    def missing(moved: float) -> float:
        return expected - float(expit(odds + moved).sum())

    ends = (-MOST_MOVED, MOST_MOVED)
    if missing(ends[0]) <= 0 or missing(ends[1]) >= 0:
        return expit(odds + (ends[0] if missing(ends[0]) <= 0 else ends[1]))
    return expit(odds + brentq(missing, *ends))


def suggested(evidence: Evidence) -> np.ndarray:
    """Return the likeliest class [examples]."""
    return evidence.probabilities.argmax(axis=1)


def agreement(evidence: Evidence) -> np.ndarray:
    """Return the share of members [examples] that choose the suggested class."""
    return evidence.votes[np.arange(len(evidence.votes)), suggested(evidence)]


def _of_others(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the largest value [examples] among the classes that are not the label."""
    others = np.array(values, dtype=np.float64)
    others[np.arange(len(labels)), labels] = -np.inf
    return others.max(axis=1)
