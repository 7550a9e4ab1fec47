"""Whole answers of some members at a time: for what needs each member's probabilities on every example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from thalweg.data.dataset import Split
from thalweg.evaluation.classifier import AnyClassifier, Classifier, as_classifier, blocks

BYTES_AT_ONCE = 64 * 1024**2
"""float32 probabilities held at once where a classifier can be sliced; scoring takes a few times as much."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Checked probabilities [members, examples, classes] of some members on all examples.

    `members` says which, counted among the members that are measured.
    """

    members: slice
    probabilities: np.ndarray


def answers(classifier: AnyClassifier, split: Split) -> Iterator[Answers]:
    """Yield the probabilities of all measured members on all examples of `split`, some members at a time.

    At most 64 MB at once, but never less than one member. A classifier that cannot be sliced answers for
    all its members at once. Diverged members are left out. Raises `EvaluationError` as `blocks` does.
    """
    asked = as_classifier(classifier)
    placed = 0
    for group in _groups(asked, 4 * len(split) * split.classes):
        table = _gathered(group, split)
        yield Answers(slice(placed, placed + len(table)), table)
        placed += len(table)


def _groups(asked: Classifier, bytes_per_member: int) -> Iterator[Classifier]:
    step = max(1, BYTES_AT_ONCE // bytes_per_member)
    if asked.known_members is None or step >= asked.known_members:
        yield asked
        return
    for first in range(0, asked.known_members, step):
        part = slice(first, min(first + step, asked.known_members))
        diverged = None if asked.diverged is None else asked.diverged[part]
        if diverged is None or not diverged.all():
            yield replace(
                asked, source=asked.source[part], known_members=part.stop - first, diverged=diverged
            )


def _gathered(group: Classifier, split: Split) -> np.ndarray:
    table = np.empty((0, 0, 0))
    for block in blocks(group, split, classes=split.classes):
        if not table.size:
            shape = (block.population, len(split), split.classes)
            table = np.empty(shape, dtype=block.probabilities.dtype)
        table[block.members, block.examples] = block.probabilities
    return table
