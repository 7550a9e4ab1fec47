"""Which of several is best, or was it luck? Three or more classifiers on the same examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import AnyClassifier, predictions
from thalweg.evaluation.comparison.ranking import Ranking
from thalweg.listening import begin_part
from thalweg.statistics.chance import over_chance
from thalweg.statistics.intervals import crossed
from thalweg.statistics.paired import Difference, mcnemar, paired_difference


def compare_many(classifiers: Mapping[str, AnyClassifier], split: Split, *, level: float = 0.95) -> Ranking:
    """Compare the accuracy of several classifiers or populations, every two on the same examples of `split`.

    Of twenty pairs that are alike, one looks different at 95 %. Here all intervals of pairs hold together at
    `level` (Bonferroni: each at 1 − (1 − level) / pairs), and with them an interval of every rank (Mogstad,
    Romano, Shaikh and Wilhelm, Review of Economic Studies 91, 2024).

    Args:
        classifiers: name -> classifier or population, as for `accuracy`; two or more, trained independently.
        split: labelled examples, the same for all.
        level: at which all intervals hold together, 0..1.

    Raises `EvaluationError` as `compare` does, and for fewer than two.

    Examples:
        >>> import thalweg as tw
        >>> three = {"a": population[:2], "b": population[2], "c": population[3]}
        >>> tw.evaluation.compare_many(three, digits.test).ranks
        ((..., ...), (..., ...), (..., ...))
    """
    labels = checked_labels(split)
    if not isinstance(classifiers, Mapping) or len(classifiers) < 2:
        raise EvaluationError(
            f"{type(classifiers).__name__} of {len(classifiers)}: expected two classifiers or more, by name.",
            hint='use compare_many({"plain": one, "augmented": other, "wide": third}, split).',
        )
    pairs = list(combinations(range(len(classifiers)), 2))
    parts, names = len(classifiers) + len(pairs), list(map(str, classifiers))
    answers = []
    for place, one in enumerate(classifiers.values()):
        begin_part(f"what {names[place]} answers", place, parts)
        answers.append(predictions(one, split))
    right = [own.predicted == labels for own in answers]
    pair_level = 1 - (1 - level) / len(pairs)
    differences = {}
    for place, (i, j) in enumerate(pairs, start=len(classifiers)):
        begin_part(f"{names[i]} against {names[j]}", place, parts)
        differences[i, j] = paired_difference(right[i], right[j], level=pair_level)
    return Ranking(
        names=tuple(names),
        members=tuple(map(len, right)),
        examples=len(labels),
        accuracies=tuple(crossed(own, level) for own in right),
        differences=differences,
        shown={pair: _is_shown(right, pair, found, pair_level) for pair, found in differences.items()},
        over_chance=tuple(
            over_chance(own, labels, split.class_names, asked.ensemble, level=level)
            for own, asked in zip(right, answers, strict=True)
        ),
        level=level,
        pair_level=pair_level,
    )


def _is_shown(right: Sequence[np.ndarray], pair: tuple[int, int], found: Difference, level: float) -> bool:
    """Return whether a pair is told apart: two single networks by McNemar's exact test, as `compare` does."""
    one, other = (right[place] for place in pair)
    if len(one) == len(other) == 1:
        return mcnemar(one[0], other[0]).p_value < 1 - level
    return found.excludes_zero
