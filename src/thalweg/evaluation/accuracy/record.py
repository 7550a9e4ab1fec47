"""What was found of accuracy: on both splits, and what lies between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.accuracy.one_split import Accuracy
from thalweg.measured import Measured, to_plain
from thalweg.record import html_table
from thalweg.statistics.intervals import CrossedInterval


@dataclass(frozen=True, eq=False, repr=False)
class Generalisation:
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

    def to_json(self) -> dict[str, Any]:
        """Return both accuracies, the gap, the hardest test examples and the test confusion matrices."""
        test = self.test
        return to_plain(
            {
                "train_accuracy": None if self.train is None else self.train.to_json(),
                "test_accuracy": test.to_json(),
                "generalisation_gap": self.generalisation_gap,
                "hardest": [hard.to_json(test.class_names) for hard in test.hardest],
                "class_names": test.class_names,
                "confusion": test.confusion,
                "ensemble_confusion": test.ensemble_confusion,
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays of both accuracies, led by `train_` and `test_`, and `test_hardest_pictures`."""
        pictures = self.hardest_pictures
        sides = {"train": self.train, "test": self.test}
        found = {
            f"{side}_{name}": array
            for side, accuracy in sides.items()
            if accuracy is not None
            for name, array in accuracy.arrays().items()
        }
        return found if pictures is None else found | {"test_hardest_pictures": pictures}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, the test split first."""
        first, *rest = self.test.rows()
        rows = [("How often is one network right on examples it has never seen?", first[1]), *rest]
        if self.train is not None and self.gap is not None:
            rows += [
                ("How often on the examples it learned from?", self.train.measured.percent()),
                ("How much is lost on new examples?", _points(self.gap.measured)),
            ]
        rows.append(("Which examples are hardest?", self._hardest()))
        return rows

    def _hardest(self) -> str:
        never = int((self.test.share_right == 0).sum())
        worst = self.test.hardest[0]
        label = self.test.class_names[worst.label]
        if worst.usual_mistake is None:
            return "none: every network gets every one right"
        answer = self.test.class_names[worst.usual_mistake]
        return (
            f"no network gets {never:,} of them right; number {worst.example} is a {label} read as {answer}"
        )

    def __repr__(self) -> str:
        if self.train is None:
            return f"test {self.test!r}"
        return f"test {self.test!r}; training {self.train.measured.percent()}"

    def _repr_html_(self) -> str:
        return html_table("accuracy", self.rows())


def _points(gap: Measured) -> str:
    scaled = Measured.of(100 * gap.value, gap.interval and (100 * gap.interval[0], 100 * gap.interval[1]))
    value, *interval = scaled.plain(2).split(" ", 1)
    return " ".join([value, "points", *interval])
