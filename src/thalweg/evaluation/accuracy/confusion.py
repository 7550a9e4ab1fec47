"""Which class is taken for which, and which examples hardly any member gets right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from thalweg.data.identity import Identity
from thalweg.evaluation.classifier import Predictions
from thalweg.limits import SQUARED
from thalweg.record import Entry

HARDEST = 50


@dataclass(frozen=True)
class HardExample:
    """An example that few members get right.

    `example`: its place in the split. `label`: its class. `share_right`: share of members that name it.
    `usual_mistake`: the wrong class named most often, None where no member is wrong; `mistake_share`: the
    share of members that name that one. `called`: what the example is called in what the user gave (see
    `data.identity.Identity.entry`), empty where its place is all.
    """

    example: int
    label: int
    share_right: float
    usual_mistake: int | None
    mistake_share: float
    called: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self, class_names: tuple[str, ...]) -> dict[str, Any]:
        """Return it as pure JSON types, with class names in place of class numbers."""
        mistake = None if self.usual_mistake is None else class_names[self.usual_mistake]
        return {
            "example": self.example,
            **self.called,
            "label": class_names[self.label],
            "share_right": self.share_right,
            "usual_mistake": mistake,
            "mistake_share": self.mistake_share,
        }


def confusion_counts(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Count answers: int64 [classes, classes], rows the true class, columns the answer."""
    pairs = labels.astype(np.int64) * classes + predicted
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def mean_confusion(labels: np.ndarray, predicted: np.ndarray, classes: int) -> np.ndarray:
    """Return the confusion counts of `predicted` [members, examples], averaged over members (float64)."""
    total = np.zeros((classes, classes), dtype=np.int64)
    for answers in predicted:
        total += confusion_counts(labels, answers, classes)
    return total / len(predicted)


@dataclass(frozen=True, eq=False)
class ConfusedPairs(Entry):
    """Which class is taken for which, pair by pair: of many classes hardly any two ever are.

    Those that occur, in the order of their `labels`, then of their `answers`, both int64 [pairs]; `counts`
    float64 [pairs]: how often, on the mean over members. `classes`: how many there are.
    """

    classes: int
    labels: np.ndarray
    answers: np.ndarray
    counts: np.ndarray

    def array(self) -> np.ndarray:
        """Return label, answer and count of every pair, float64 [pairs, 3]."""
        return np.stack((self.labels, self.answers, self.counts), axis=1).astype(np.float64)

    @staticmethod
    def of(confusion: np.ndarray | ConfusedPairs) -> ConfusedPairs:
        """Return the pairs of a table [classes, classes] of counts, rows the true class."""
        if isinstance(confusion, ConfusedPairs):
            return confusion
        labels, answers = np.nonzero(confusion)
        return ConfusedPairs(
            len(confusion), labels, answers, np.asarray(confusion[labels, answers], np.float64)
        )

    @property
    def totals(self) -> np.ndarray:
        """How many examples each class has, float64 [classes]."""
        return np.bincount(self.labels, self.counts, minlength=self.classes)

    @property
    def mistakes(self) -> ConfusedPairs:
        """The pairs of two classes."""
        wrong = self.labels != self.answers
        return ConfusedPairs(self.classes, self.labels[wrong], self.answers[wrong], self.counts[wrong])


def mean_pairs(labels: np.ndarray, predicted: np.ndarray, classes: int) -> ConfusedPairs:
    """Return the pairs of label and answer of `predicted` [members, examples], averaged over members.

    What they take grows with the examples, not with the square of the classes.

    Examples:
        >>> from thalweg.evaluation.accuracy.confusion import mean_pairs
        >>> mean_pairs(np.array([0, 4_999]), np.array([[0, 3], [0, 4_999]]), classes=5_000).array().tolist()
        [[0.0, 0.0, 1.0], [4999.0, 3.0, 0.5], [4999.0, 4999.0, 0.5]]
    """
    keys, counts = np.zeros(0, np.int64), np.zeros(0)
    for answers in predicted:
        both = np.concatenate((keys, labels.astype(np.int64) * classes + answers))
        keys, places = np.unique(both, return_inverse=True)
        counts = np.bincount(places, np.concatenate((counts, np.ones(len(labels)))))
    return ConfusedPairs(classes, keys // classes, keys % classes, counts / len(predicted))


def confusion_of(
    labels: np.ndarray, predicted: np.ndarray, vote: np.ndarray, classes: int
) -> tuple[np.ndarray | ConfusedPairs, np.ndarray | ConfusedPairs]:
    """Return which class is taken for which by members [members, examples], on their mean, and by their vote.

    Tables [classes, classes] up to `SQUARED` classes, of more the pairs that occur.
    """
    if classes > SQUARED:
        return mean_pairs(labels, predicted, classes), mean_pairs(labels, vote[None], classes)
    return mean_confusion(labels, predicted, classes), confusion_counts(labels, vote, classes)


def hardest_examples(
    labels: np.ndarray,
    predictions: Predictions,
    *,
    count: int = HARDEST,
    identity: Identity | None = None,
) -> tuple[HardExample, ...]:
    """Return the `count` examples that the fewest members get right, hardest first.

    Among examples that equally many get right, the one whose true class has the smaller mean probability
    is harder. `identity`: what the examples are called.
    """
    share_right = (predictions.predicted == labels).mean(axis=0)
    true_probability = predictions.ensemble[np.arange(len(labels)), labels]
    order = np.lexsort((true_probability, share_right))[:count]
    hardest = [_hard_example(int(example), labels, predictions) for example in order]
    if identity is None:
        return tuple(hardest)
    return tuple(replace(hard, called=identity.entry(hard.example)) for hard in hardest)


def _hard_example(example: int, labels: np.ndarray, predictions: Predictions) -> HardExample:
    label = int(labels[example])
    answers = predictions.predicted[:, example]
    counts = np.bincount(answers, minlength=predictions.classes).astype(np.float64)
    # Half a probability never outweighs an answer: it only orders classes that equally many members name.
    ranked = counts + predictions.ensemble[example] / 2
    ranked[label] = -1.0
    mistake = int(ranked.argmax())
    return HardExample(
        example=example,
        label=label,
        share_right=float(counts[label] / len(answers)),
        usual_mistake=mistake if counts[mistake] > 0 else None,
        mistake_share=float(counts[mistake] / len(answers)),
    )
