"""How often members are right, and how sure that number is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.accuracy.confusion import (
    HardExample,
    confusion_counts,
    hardest_examples,
    mean_confusion,
)
from thalweg.evaluation.classifier import Predictions, checked_labels, predictions
from thalweg.measured import Measured, as_percent, to_plain
from thalweg.record import html_table
from thalweg.statistics.intervals import CrossedInterval, crossed, wilson


@dataclass(frozen=True, eq=False, repr=False)
class Accuracy:
    """Share of examples of one split that are named rightly, 0..1.

    `mean`: over members, with intervals over starts, over examples and over both. `member_accuracy`: float64
    [members]. `ensemble`: of the members' mean probability, with Wilson's interval. `confusion` and
    `ensemble_confusion`: [classes, classes] counts, rows the true class, columns the answer; `confusion` is
    the mean over members. `share_right`: float64 [examples], share of members that are right. `hardest`:
    the examples that the fewest members get right. `excluded`: members left out because they diverged.
    """

    mean: CrossedInterval
    member_accuracy: np.ndarray
    ensemble: Measured
    confusion: np.ndarray
    ensemble_confusion: np.ndarray
    share_right: np.ndarray
    hardest: tuple[HardExample, ...]
    excluded: tuple[int, ...]
    class_names: tuple[str, ...]

    @property
    def members(self) -> int:
        """Number of members measured."""
        return len(self.member_accuracy)

    @property
    def examples(self) -> int:
        """Number of examples."""
        return len(self.share_right)

    @property
    def measured(self) -> Measured:
        """Mean accuracy with its widest interval: over starts and examples where both can be had."""
        return self.mean.measured

    def to_json(self) -> dict[str, Any]:
        """Return mean, sd, min, max, ensemble and intervals as plain numbers 0..1, None where undefined."""
        return to_plain(
            {
                "mean": self.mean.mean,
                "sd": self.mean.sd,
                "min": self.member_accuracy.min(),
                "max": self.member_accuracy.max(),
                "ensemble": self.ensemble.value,
                "ensemble_interval": self.ensemble.interval,
                "members": self.members,
                "examples": self.examples,
                "excluded": self.excluded,
                "interval": self.mean.to_json(),
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return per-member accuracies, the share right of every example, and both confusion matrices."""
        return {
            "member_accuracy": self.member_accuracy,
            "share_right": self.share_right,
            "confusion": self.confusion,
            "ensemble_confusion": self.ensemble_confusion,
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = [("How often is one network right?", _with_scope(self.mean))]
        if self.members > 1:
            rows += [
                ("How much of that is luck of the start?", self._spread()),
                (f"How often is the vote of all {self.members:,} right?", self.ensemble.percent()),
            ]
        rows.append(("Which class is mistaken most often?", self._worst_class()))
        if self.excluded:
            rows.append(("Were any networks left out?", f"{len(self.excluded)} diverged in training"))
        return rows

    def _spread(self) -> str:
        low, high = 100 * self.member_accuracy.min(), 100 * self.member_accuracy.max()
        return f"networks range from {low:.1f} % to {high:.1f} %, sd {100 * (self.mean.sd or 0):.2f} points"

    def _worst_class(self) -> str:
        totals = self.confusion.sum(axis=1)
        wrong = np.where(totals > 0, 1 - self.confusion.diagonal() / np.maximum(totals, 1), 0.0)
        worst = int(wrong.argmax())
        if wrong[worst] == 0:
            return "none: no network made a mistake"
        others = self.confusion[worst].copy()
        others[worst] = -1
        name, other = self.class_names[worst], self.class_names[int(others.argmax())]
        return f"{name}, wrong {as_percent(wrong[worst])} of the time, most often taken for {other}"

    def __repr__(self) -> str:
        return f"{_with_scope(self.mean, gap='  ')}, n = {self.members:,} x {self.examples:,}"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.rows())


def accuracy(classifier: Any, split: Any, *, level: float = 0.95) -> Accuracy:
    """Measure how often `classifier` names the class of the examples of `split`.

    Args:
        classifier: anything with `probabilities(inputs)`, or a callable, returning [examples, classes] or
            [members, examples, classes]; members marked in its `diverged` are left out and reported.
        split: labelled examples.
        level: confidence level of every interval, 0..1.

    Returns:
        the record; accuracies are shares 0..1.

    Raises `EvaluationError` for what is not a classifier, answers that are not probabilities of the split's
    classes, labels out of range, and where every member diverged.
    """
    return accuracy_of(predictions(classifier, split), split, level=level)


def accuracy_of(answers: Predictions, split: Any, *, level: float = 0.95) -> Accuracy:
    """Score `answers`, the predictions made for `split`; for where they are needed for something else too."""
    labels = checked_labels(split)
    right = answers.predicted == labels
    ensemble_right = int((answers.ensemble_predicted == labels).sum())
    return Accuracy(
        mean=crossed(right, level),
        member_accuracy=right.mean(axis=1),
        ensemble=Measured.of(ensemble_right / len(labels), wilson(ensemble_right, len(labels), level)),
        confusion=mean_confusion(labels, answers.predicted, answers.classes),
        ensemble_confusion=confusion_counts(labels, answers.ensemble_predicted, answers.classes),
        share_right=right.mean(axis=0),
        hardest=hardest_examples(labels, answers),
        excluded=answers.excluded,
        class_names=tuple(split.class_names),
    )


def _with_scope(mean: CrossedInterval, *, gap: str = " ") -> str:
    return f"{as_percent(mean.mean, mean.widest, gap=gap)} {mean.scope}"
