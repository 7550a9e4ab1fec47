"""What is published of members besides their weights: answers to the test part, and how good they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thalweg.chunks import slices
from thalweg.data.dataset import Split

if TYPE_CHECKING:
    import polars

    from thalweg.networks.population import Population

ANSWER_BYTES = 64 * 1024**2
"""What the probabilities of some members may take at a time."""


@dataclass(frozen=True, eq=False)
class Measures:
    """What some members say of the test part.

    `answers` [members, examples]: the class each chooses, `no_answer` for who diverged. `accuracy`, `cost`
    (minus the mean log probability of the right class, in nats) and `confidence` (the mean of the largest
    probability): float64 [members], NaN for who diverged. `right` int64 [examples]: how many are right.
    """

    answers: np.ndarray
    accuracy: np.ndarray
    cost: np.ndarray
    confidence: np.ndarray
    right: np.ndarray


def no_answer(classes: int) -> int:
    """Return what stands for no answer at all: the largest number of the answers' type."""
    return int(np.iinfo(answer_type(classes)).max)


def answer_type(classes: int) -> type[np.unsignedinteger]:
    """Return the smallest type that numbers so many classes, and one more."""
    return np.uint8 if classes < 2**8 else np.uint16 if classes < 2**16 else np.uint32


def measure(population: Population, split: Split) -> Measures:
    """Ask `population` about `split`, some members at a time."""
    members, examples, classes = len(population), len(split), split.classes
    answers = np.full((members, examples), no_answer(classes), answer_type(classes))
    found = np.full((3, members), np.nan)
    for some in _some(members, examples, classes):
        probabilities = population[some].probabilities(split)
        sound = ~population.diverged[some]
        chosen = probabilities.argmax(axis=-1)
        answers[some][sound] = chosen[sound]
        with np.errstate(divide="ignore"):  # no probability at all costs infinitely much
            own = np.log(np.maximum(probabilities[:, np.arange(examples), split.labels], 0.0))
        rows = (chosen == split.labels, -own, probabilities.max(axis=-1))
        for row, values in enumerate(rows):
            found[row, some] = np.where(sound, values.mean(axis=1, dtype=np.float64), np.nan)
    right = (answers == split.labels).sum(axis=0, dtype=np.int64)
    accuracy, cost, confidence = found
    return Measures(answers, accuracy, cost, confidence, right)


def _some(members: int, examples: int, classes: int) -> Iterator[slice]:
    return slices(members, ANSWER_BYTES // (4 * examples * classes))


def answers_table(answers: np.ndarray) -> polars.DataFrame:
    """Return a row an example: `example`, and the `answers` of these members [members, examples], in order.

    Members mostly agree on an example: so it takes an eighth of what a row a member does.
    """
    import polars

    by_example = np.ascontiguousarray(answers.T)
    return polars.DataFrame({"example": np.arange(len(by_example), dtype=np.int32), "answers": by_example})
