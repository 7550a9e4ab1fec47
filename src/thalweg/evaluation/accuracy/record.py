"""What was found of accuracy: on one split; on both, and what lies between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.evaluation.accuracy.confusion import ConfusedPairs, HardExample
from thalweg.measured import Measured, as_percent
from thalweg.record import Record, led_by, named, those_left_out
from thalweg.statistics.chance import OverChance
from thalweg.statistics.intervals import CrossedInterval, wilson

NAMED = 8
"""Classes that a sentence names; the rest are counted."""


@dataclass(frozen=True, eq=False, repr=False)
class Accuracy(Record, answers="accuracy", caption="{!r}"):
    """Share of examples of one split that are named rightly, 0..1.

    `mean`: over members, with intervals over starts, over examples and over both. `member_accuracy`: float64
    [members]. `ensemble`: of the members' mean probability, with Wilson's interval. `confusion` and
    `ensemble_confusion`: [classes, classes] counts, rows the true class, columns the answer; `confusion` is
    the mean over members; of more than `limits.SQUARED` classes the `ConfusedPairs` that occur.
    `share_right`: float64 [examples], share of members that are right. `hardest`: the examples that the
    fewest members get right. `excluded`: members left out because they diverged.
    `over_chance`: whether that is more than guessing; where it is not, no row concludes anything from it.
    `level`: of every interval. `learned_from`: whether the examples were those that are trained on.
    """

    mean: CrossedInterval
    member_accuracy: np.ndarray
    ensemble: Measured
    confusion: np.ndarray | ConfusedPairs
    ensemble_confusion: np.ndarray | ConfusedPairs
    share_right: np.ndarray
    hardest: tuple[HardExample, ...]
    excluded: tuple[int, ...]
    class_names: tuple[str, ...]
    over_chance: OverChance
    level: float = 0.95
    learned_from: bool = False

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

    @property
    def never_right(self) -> Measured:
        """Share of examples that no member gets right, with its interval over examples (Wilson's)."""
        never = int((self.share_right == 0).sum())
        return Measured.of(never / self.examples, wilson(never, self.examples, self.level))

    @property
    def commonest_mistake(self) -> Measured | None:
        """Largest share of a class that is taken for one other, over the examples of that class.

        The interval is Wilson's; None where nothing is mistaken.
        """
        pairs = ConfusedPairs.of(self.confusion)
        wrong, totals = pairs.mistakes, pairs.totals
        if not len(wrong.labels):
            return None
        shares = wrong.counts / np.maximum(totals, 1)[wrong.labels]
        commonest = int(shares.argmax())
        share, examples = float(shares[commonest]), round(float(totals[wrong.labels[commonest]]))
        return Measured.of(share, wilson(share * examples, examples, self.level))

    def content(self) -> Mapping[str, Any]:
        """Return mean, sd, min, max, ensemble and intervals as plain numbers 0..1, None where undefined."""
        return {
            "mean": self.mean.mean,
            "sd": self.mean.sd,
            "min": self.member_accuracy.min(),
            "max": self.member_accuracy.max(),
            "ensemble": self.ensemble.value,
            "ensemble_interval": self.ensemble.interval,
            "members": self.members,
            "examples": self.examples,
            "excluded": self.excluded,
            "interval": self.mean,
            "caveat": self.mean.caveat,
            "over_chance": self.over_chance,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return per-member accuracies, the share right of every example, and both confusion matrices.

        Of more than `limits.SQUARED` classes label, answer and count of the pairs, `confusion_pairs` and
        `ensemble_confusion_pairs` float64 [pairs, 3].
        """
        found = named(self, "member_accuracy", "share_right")
        for name, confusion in named(self, "confusion", "ensemble_confusion").items():
            is_whole = isinstance(confusion, np.ndarray)
            found[name if is_whole else f"{name}_pairs"] = confusion if is_whole else confusion.array()
        return found

    def as_drawn(self) -> AccuracyAndGap:
        """Return the same as that of data without a training part, whose figures speak of new examples.

        Raises `EvaluationError` for examples that were learned from.
        """
        if self.learned_from:
            raise EvaluationError(
                "This accuracy is of examples that were learned from, and says nothing of new ones alone.",
                hint="draw it beside that of new ones: accuracy(classifier, dataset), of the whole data set.",
            )
        return AccuracyAndGap(None, self, None)

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        return [*self.over_chance.rows(), *self._rows("How often is one network right?")]

    def _rows(self, asked: str) -> list[tuple[str, str]]:
        rows = [(asked, _with_scope(self.mean))]
        if self.mean.caveat:
            rows.append(("How far can that interval be trusted?", self.mean.caveat))
        if self.members > 1 and self.over_chance.learned:
            rows.append(("How much of that is luck of the start?", self._spread()))
        if self.members > 1:
            rows.append((f"How often is the vote of all {self.members:,} right?", self.ensemble.percent()))
        if self.over_chance.learned:
            rows.append(("Which class is mistaken most often?", self._worst_class()))
        return rows + those_left_out(len(self.excluded))

    def _spread(self) -> str:
        low, high = 100 * self.member_accuracy.min(), 100 * self.member_accuracy.max()
        return f"networks range from {low:.1f} % to {high:.1f} %, sd {100 * (self.mean.sd or 0):.2f} points"

    def _worst_class(self) -> str:
        pairs = ConfusedPairs.of(self.confusion)
        totals, right, mistakes = pairs.totals, np.zeros(pairs.classes), pairs.mistakes
        is_right = pairs.labels == pairs.answers
        right[pairs.labels[is_right]] = pairs.counts[is_right]
        wrong = np.where(totals > 0, 1 - right / np.maximum(totals, 1), 0.0)
        worst = int(wrong.argmax())
        if wrong[worst] == 0:
            return "none: no network made a mistake"
        of_worst = mistakes.labels == worst
        counts, answers = mistakes.counts[of_worst], mistakes.answers[of_worst]
        name = self.class_names[worst]
        taken = self._named(answers[counts == counts.max()])
        tied = np.flatnonzero(wrong == wrong[worst])
        tied = tied[tied != worst]
        also = f"; {self._named(tied)} as often" if len(tied) else ""
        return f"{name}, wrong {as_percent(wrong[worst])} of the time, most often taken for {taken}{also}"

    def _named(self, classes: np.ndarray) -> str:
        names = [self.class_names[place] for place in classes[:NAMED]]
        more = len(classes) - len(names)
        return " and ".join([*names, *([f"{more:,} more"] if more else [])])

    def __repr__(self) -> str:
        said = f"{_with_scope(self.mean, gap='  ')}, n = {self.members:,} x {self.examples:,}"
        return f"{said} ({self.mean.caveat})" if self.mean.caveat else said


@dataclass(frozen=True, eq=False, repr=False)
class AccuracyAndGap(Record, answers="accuracy"):
    """Accuracy on the examples learned from and on new ones, and the gap between them.

    `train` and `gap` are None for data without a training part. `gap` is train mean − test mean: members are
    paired, the two sets of examples are taken as independent. `hardest_pictures`: uint8 [hardest, *input
    shape], the pictures of `test.hardest` as they are in the data, None where examples are no pictures.
    """

    train: Accuracy | None
    test: Accuracy
    gap: CrossedInterval | None
    hardest_pictures: np.ndarray | None = None

    @property
    def generalisation_gap(self) -> Measured | None:
        """The gap with its widest interval, over starts and examples where both can be had."""
        return None if self.gap is None else self.gap.measured

    def content(self) -> Mapping[str, Any]:
        """Return both accuracies, the gap, the hardest test examples and the test confusion matrices."""
        test = self.test
        return {
            "train_accuracy": self.train,
            "test_accuracy": test,
            "generalisation_gap": self.generalisation_gap,
            "hardest": [hard.to_json(test.class_names) for hard in test.hardest],
            "class_names": test.class_names,
            **named(test, "confusion", "ensemble_confusion", "commonest_mistake", "never_right"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of both accuracies, led by `train_` and `test_`, and `test_hardest_pictures`."""
        found = {} if self.train is None else led_by("train_", self.train.arrays())
        found |= led_by("test_", self.test.arrays())
        pictures = self.hardest_pictures
        return found if pictures is None else found | {"test_hardest_pictures": pictures}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, the test split first."""
        rows = self.test.over_chance.rows()
        rows += self.test._rows("How often is one network right on examples it has never seen?")
        if self.train is not None and self.gap is not None:
            rows += [
                ("How often on the examples it learned from?", self.train.measured.percent()),
                ("How much is lost on new examples?", self.gap.measured.points(2)),
            ]
        if self.test.over_chance.learned:
            rows.append(("Which examples are hardest?", self._hardest()))
        return rows

    def _hardest(self) -> str:
        never = int((self.test.share_right == 0).sum())
        worst = self.test.hardest[0]
        label = self.test.class_names[worst.label]
        if worst.usual_mistake is None:
            return "none: every network gets every one right"
        answer = self.test.class_names[worst.usual_mistake]
        called = worst.called.get("called", f"number {worst.example}")
        return f"no network gets {never:,} of them right; {called} is a {label} read as {answer}"

    def __repr__(self) -> str:
        if self.train is None:
            return f"test {self.test!r}"
        return f"test {self.test!r}; training {self.train.measured.percent()}"


def _with_scope(mean: CrossedInterval, *, gap: str = " ") -> str:
    return f"{mean.measured.percent(gap=gap)} {mean.scope}"
