"""Scores of how suspicious a label is, from what members that did not train on the example say of it.

One rule everywhere: a larger score is more suspicious.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import expit

from thalweg.data.probability_rows import probability_rows, shape_hint
from thalweg.errors import StudyError
from thalweg.studies.label_audit.confusion import Confusion, learn_confusion

MEMORISATION_WEIGHT = 4.0
"""How much log odds a memorisation of 1 takes away.

Chosen among 0, 1, 2, 3, 4, 6 and 8 by average precision on MNIST training images with planted errors of seeds
101 to 103 (uniform, between alike digits, and one in a thousand); the gain is flat between 2 and 6.
"""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What a population says of every example, with the members that trained on it left out.

    `probabilities` float64 [examples, classes]: their mean. `votes` [examples, classes]: share of them that
    choose each class. `times` int [examples]: how many they are. `spread` [examples, classes]: standard
    deviation between them (ddof=1), NaN where fewer than two. `memorisation` [examples]: share of members
    that give the label when they trained on it, less the share that give it when they did not (Feldman &
    Zhang 2020, equation 1), with its interval over members from `memorisation_low` to `memorisation_high`
    (95 %), and `memorisation_error`, its standard error. `learned` [examples]: mean probability of the label
    by members that trained on it. These are None where no member trained on any of these examples, or nobody
    knows.
    """

    probabilities: np.ndarray
    votes: np.ndarray
    times: np.ndarray
    spread: np.ndarray
    memorisation: np.ndarray | None = None
    memorisation_low: np.ndarray | None = None
    memorisation_high: np.ndarray | None = None
    memorisation_error: np.ndarray | None = None
    learned: np.ndarray | None = None

    def of_labels(self, labels: np.ndarray) -> np.ndarray:
        """Return the mean probability [examples] of the given labels."""
        return self.probabilities[np.arange(len(labels)), labels]

    def of(self, chosen: np.ndarray) -> Evidence:
        """Return the evidence of some examples: bool or int [examples]."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{name: part[chosen] for name, part in parts.items() if part is not None})

    def in_columns(self, columns: np.ndarray) -> Evidence:
        """Return the same evidence with its classes in the order of these columns."""
        turned = {name: getattr(self, name)[:, columns] for name in ("probabilities", "votes", "spread")}
        return replace(self, **turned)


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
        confusion = learn_confusion(evidence.probabilities, labels)
    return confusion.log_odds_wrong(confusion.clean(evidence.probabilities), labels)


def suspicion_odds(evidence: Evidence, labels: np.ndarray, confusion: Confusion | None = None) -> np.ndarray:
    """Log odds that the label is wrong, less what memorisation speaks for it.

    Of two labels that a network would not have guessed, the wrong one is the harder to learn: a hard example
    is given its right label by members that trained on it, a wrong label even they resist. Memorisation is
    taken as a difference of probabilities, learned - not seen, which is finer than one of votes.
    """
    odds = noise_odds(evidence, labels, confusion)
    if evidence.learned is None:
        return odds
    gained = evidence.learned - evidence.of_labels(labels)
    return odds - MEMORISATION_WEIGHT * np.nan_to_num(gained)


SCORES: dict[str, Callable[[Evidence, np.ndarray], np.ndarray]] = {
    "self-confidence": self_confidence,
    "normalised-margin": normalised_margin,
    "entropy-adjusted": entropy_adjusted,
    "dissent": dissent,
    "noise-odds": noise_odds,
    "suspicion": suspicion_odds,
}
"""Every score by name; `suspicion` is the one an audit uses."""


def suspicion(evidence: Evidence, labels: np.ndarray, confusion: Confusion | None = None) -> np.ndarray:
    """Return how likely each label is wrong [examples], 0..1: what an audit ranks by."""
    return expit(suspicion_odds(evidence, labels, confusion))


def suggested(evidence: Evidence) -> np.ndarray:
    """Return the likeliest class [examples]."""
    return evidence.probabilities.argmax(axis=1)


def agreement(evidence: Evidence) -> np.ndarray:
    """Return the share of members [examples] that choose the suggested class."""
    return evidence.votes[np.arange(len(evidence.votes)), suggested(evidence)]


def given_evidence(probabilities: np.ndarray, examples: int) -> Evidence:
    """Return the evidence in a user's own out-of-sample probabilities.

    `probabilities`: [examples, classes], or [members, examples, classes] with NaN for a member that trained
    on the example. Raises `StudyError` for another shape or number of examples, values that are no
    probabilities, and an example that nobody judged.
    """
    try:
        table = np.asarray(probabilities, dtype=np.float64)
    except (TypeError, ValueError):
        raise StudyError(
            f"probabilities are a {type(probabilities).__name__} that is no table of numbers.",
            hint="give an array [examples, classes].",
        ) from None
    table = table[None] if table.ndim == 2 else table
    if table.ndim != 3 or table.shape[1] != examples or table.shape[2] < 2:
        raise StudyError(
            f"probabilities of shape {np.shape(probabilities)} for {examples:,} labels: expected "
            f"[{examples:,}, classes] or [members, {examples:,}, classes].",
            hint=shape_hint(np.shape(probabilities), examples)
            or "give one row of probabilities for each label, in the same order.",
        )
    judged = np.asarray(~np.isnan(table).any(axis=2))
    if not judged.any():
        raise StudyError("probabilities that are all NaN.", hint="give out-of-sample probabilities, 0..1.")
    filled = np.where(judged[:, :, None], table, 1 / table.shape[2])
    filled, note = probability_rows(filled, "probabilities", StudyError)
    if note is not None:
        logging.getLogger("thalweg").warning(note)
    times = judged.sum(axis=0)
    if not times.all():
        raise StudyError(
            f"example {int(times.argmin())} has NaN probabilities from every member.",
            hint="every example needs a member that did not train on it.",
        )
    return _gathered(np.where(judged[:, :, None], filled, 0.0), judged, times)


def _gathered(table: np.ndarray, judged: np.ndarray, times: np.ndarray) -> Evidence:
    votes = np.zeros(table.shape[1:])
    for answers, counted in zip(table, judged, strict=True):
        votes[np.flatnonzero(counted), answers[counted].argmax(axis=1)] += 1
    mean = table.sum(axis=0) / times[:, None]
    return Evidence(
        mean, votes / times[:, None], times, spread_of(mean, (table**2).sum(axis=0), times[:, None])
    )


def spread_of(mean: np.ndarray, squares: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the standard deviation (ddof=1) of values with this mean and sum of squares; NaN for one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.maximum(squares - times * mean**2, 0.0) / (times - 1)
    return np.where(times > 1, np.sqrt(variance), np.nan)


def _of_others(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the largest value [examples] among the classes that are not the label."""
    others = np.array(values, dtype=np.float64)
    others[np.arange(len(labels)), labels] = -np.inf
    return others.max(axis=1)
