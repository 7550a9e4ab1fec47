"""How different trained members are: do they make the same mistakes, and what do they gain by voting?

Members that differ only in their start and are right equally often may still be wrong about different
examples; only then is their vote better than they are.
"""

from __future__ import annotations

import numpy as np

from thalweg.data.dataset import Split
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import AnyClassifier, as_classifier
from thalweg.evaluation.diversity.ensemble_size import by_size
from thalweg.evaluation.diversity.record import Diversity, Pairs
from thalweg.evaluation.ensembles import ask
from thalweg.limits import SQUARED
from thalweg.measured import Measured
from thalweg.statistics.chance import over_chance
from thalweg.statistics.intervals import counted
from thalweg.statistics.pairs import (
    ANSWERS_OF_SEVERAL,
    disagreements,
    double_faults,
    needs_two,
    number,
    pseudo_values,
    ratio_of_tables,
    share,
)

MATRIX_MEMBERS = 64


def diversity(classifier: AnyClassifier, split: Split, *, seed: int = 0, level: float = 0.95) -> Diversity:
    """Measure how much members differ on `split`, and what they gain by voting together (deep ensembles).

    Args:
        classifier: as for `accuracy`, of two members or more that did not diverge.
        split: labelled examples.
        seed: of the ensembles that are drawn.
        level: confidence level of every interval, 0..1.

    Disagreement, agreement and double faults are exact over all pairs; ensembles are up to 32 of each size.
    (The measures are those of Kuncheva & Whitaker, Machine Learning 51, 2003, section 2.)

    Raises `NotApplicable` for fewer than two members, `EvaluationError` as `accuracy` does.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.diversity(population, digits.test)
        disagreement ... % [..., ...], vote of all ... points [..., ...], n = 4 x 359
    """
    asked = as_classifier(classifier)
    labels = checked_labels(split)
    answers = ask(asked, split, seed=seed)
    predicted = answers.predicted
    needs_two(predicted, asked.excluded, "how members differ", ANSWERS_OF_SEVERAL)
    right = predicted == labels
    count = right.sum(axis=0)
    alike = (predicted == predicted[0]).all(axis=0)
    never = np.flatnonzero(count == 0)
    return Diversity(
        pairs=_pairs(predicted, labels, split.classes, level),
        agree_right=_of_examples(alike & right[0], level),
        agree_wrong=_of_examples(alike & ~right[0], level),
        never_right=_of_examples(count == 0, level),
        never_right_examples=never,
        sizes=by_size(answers, labels, level),
        members_right=count,
        matrix=_matrix(predicted[:MATRIX_MEMBERS]),
        members=len(predicted),
        excluded=asked.excluded,
        never_right_called=() if split.identity is None else tuple(map(split.called, never.tolist())),
        over_chance=over_chance(right, labels, tuple(split.class_names), answers.mean, level=level),
    )


def _pairs(predicted: np.ndarray, labels: np.ndarray, classes: int, level: float) -> Pairs:
    wrong = predicted != labels
    differing = pseudo_values(disagreements(predicted, classes))
    both_wrong = pseudo_values(double_faults(wrong))
    unrelated = _if_independent(predicted, labels, classes)
    alone = wrong.astype(np.float64)
    if len(predicted) == 2:  # one pair: no spread over starts
        unrelated, alone = (table.mean(axis=0, keepdims=True) for table in (unrelated, alone))
    return Pairs(
        disagreement=share(differing, level),
        independent=float(unrelated.mean()),
        relative=ratio_of_tables(differing, unrelated, level),
        double_fault=share(both_wrong, level),
        correlation=_correlation(both_wrong, alone, level),
    )


def _if_independent(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return a table [members, examples] with the disagreement of independent answers for its mean.

    With p[c, k] the share of answers k to examples of class c, two independent answers differ with
    probability 1 − Σ_k p[c, k]². The spread of the table is that of this number (its influence function).
    """
    if classes > SQUARED:
        return _if_independent_of_many(predicted, labels, classes)
    counts = np.zeros((classes, classes))
    for answers in predicted:
        np.add.at(counts, (labels, answers), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    same = (shares**2).sum(axis=1)
    return 1 + same[labels] - 2 * shares[labels, predicted]


def _if_independent_of_many(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return the same from the pairs that occur: a table of all would be the square of the classes."""
    keys, places, counts = np.unique(
        labels.astype(np.int64) * classes + predicted, return_inverse=True, return_counts=True
    )
    of = keys // classes
    shares = counts / np.bincount(of, counts, minlength=classes)[of]
    same = np.bincount(of, shares**2, minlength=classes)
    return 1 + same[labels] - 2 * shares[places].reshape(predicted.shape)


def _correlation(both_wrong: np.ndarray, wrong: np.ndarray, level: float) -> Measured | None:
    """Return the correlation (F − e²) / (e(1 − e)) of being wrong, F double faults, e the share wrong."""
    faults, error = float(both_wrong.mean()), float(wrong.mean())
    spread = error * (1 - error)
    if spread <= 0:
        return None
    correlation = (faults - error**2) / spread
    slope = (-2 * error - correlation * (1 - 2 * error)) / spread
    return number(correlation + (both_wrong - faults) / spread + slope * (wrong - error), level)


def _of_examples(which: np.ndarray, level: float) -> Measured:
    return counted(int(which.sum()), len(which), level)


def _matrix(predicted: np.ndarray) -> np.ndarray:
    """Return the share of examples to which each two members answer differently [members, members]."""
    return np.array([(predicted != answers).mean(axis=1) for answers in predicted])
