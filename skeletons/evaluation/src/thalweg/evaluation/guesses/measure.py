"""How often the right class is among the first guesses of a member."""

from __future__ import annotations

from typing import Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import as_classifier, blocks
from thalweg.evaluation.guesses.record import Guesses
from thalweg.statistics.intervals import crossed


def guesses(classifier: Any, split: Any, *, first: int = 2, level: float = 0.95) -> Guesses:
    """Measure how often the right class is among the `first` most probable ones of a member.

    Args:
        classifier: anything with `probabilities(inputs)`, or a callable, returning [examples, classes] or
            [members, examples, classes]; members marked in its `diverged` are left out and reported.
        split: labelled examples.
        first: how many guesses a member has, fewer than there are classes.
        level: confidence level of every interval, 0..1.

    Raises `EvaluationError` for a `first` out of range and for what is not a classifier.
    """
    if not 1 <= first < split.classes:
        raise EvaluationError(
            f"first={first}: expected 1 to {split.classes - 1} guesses of {split.classes} classes.",
            hint="with as many guesses as classes every answer is right.",
        )
    labels, asked = checked_labels(split), as_classifier(classifier)
    among = np.empty((0, len(split)), dtype=bool)
    for block in blocks(asked, split, classes=split.classes):
        if not among.size:
            among = np.empty((block.population, len(split)), dtype=bool)
        own = np.take_along_axis(block.probabilities, labels[None, block.examples, None], axis=2)
        among[block.members, block.examples] = (block.probabilities > own).sum(axis=2) < first
    return Guesses(crossed(among, level), among.mean(axis=1), first, len(split), asked.excluded)
