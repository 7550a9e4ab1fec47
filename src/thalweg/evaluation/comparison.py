"""Is one better than the other, or was it luck? Two classifiers on the same examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import EvaluationError
from thalweg.evaluation.accuracy import checked_labels
from thalweg.evaluation.classifier import predictions
from thalweg.evaluation.intervals import CrossedInterval, crossed
from thalweg.evaluation.paired import Difference, McNemar, mcnemar, paired_difference
from thalweg.evaluation.record import Measured, html_table, to_plain
from thalweg.evaluation.superiority import Superiority, superiority


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Two classifiers on the same examples: first − second throughout.

    `accuracies`: mean accuracy of each. `difference`: of the two means, with intervals over starts, examples
    and both. `probability_better`: that a random member of the first is more often right on these examples
    than a random member of the second, None unless both have several members. `mcnemar`: exact test of two
    single networks, None for populations. `ensemble_difference` and `ensemble_mcnemar`: of the two mean
    probabilities, None for two single networks. `excluded`: diverged members left out of each.
    """

    names: tuple[str, str]
    members: tuple[int, int]
    examples: int
    accuracies: tuple[CrossedInterval, CrossedInterval]
    difference: Difference
    probability_better: Superiority | None
    mcnemar: McNemar | None
    ensemble_difference: Difference | None
    ensemble_mcnemar: McNemar | None
    excluded: tuple[tuple[int, ...], tuple[int, ...]]
    member_accuracies: tuple[np.ndarray, np.ndarray]
    level: float

    @property
    def shown(self) -> bool:
        """Whether a difference of the networks is shown at the level: beyond luck of starts and examples."""
        if self.mcnemar is not None:
            return self.mcnemar.p_value < 1 - self.level
        return self.difference.excludes_zero

    @property
    def verdict(self) -> str:
        """One sentence: which is better and by how much, or that no difference is shown."""
        return f"{self._sentence(self.difference, self.shown)}, {self.difference.scope}"

    @property
    def ensemble_verdict(self) -> str | None:
        """The same sentence for the two ensembles, over examples; None for two single networks."""
        if self.ensemble_difference is None or self.ensemble_mcnemar is None:
            return None
        shown = self.ensemble_mcnemar.p_value < 1 - self.level
        return f"{self._sentence(self.ensemble_difference, shown)}, over examples"

    def to_json(self) -> dict[str, Any]:
        """Return all numbers, the two accuracies by name, and the verdict."""
        first, second = self.names
        ensemble = {
            "difference": None if self.ensemble_difference is None else self.ensemble_difference.to_json(),
            "mcnemar": None if self.ensemble_mcnemar is None else self.ensemble_mcnemar.to_json(),
            "verdict": self.ensemble_verdict,
        }
        better = self.probability_better
        return to_plain(
            {
                "names": self.names,
                "members": self.members,
                "examples": self.examples,
                "excluded": [len(own) for own in self.excluded],
                "accuracy": {
                    first: self.accuracies[0].measured.to_json(),
                    second: self.accuracies[1].measured.to_json(),
                },
                "difference": self.difference.to_json(),
                "probability_better": None if better is None else better.to_json(),
                "mcnemar": None if self.mcnemar is None else self.mcnemar.to_json(),
                "ensemble": ensemble,
                "difference_shown": self.shown,
                "verdict": self.verdict,
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the accuracy of every member of each, `first_` and `second_member_accuracy`."""
        first, second = self.member_accuracies
        return {"first_member_accuracy": first, "second_member_accuracy": second}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, the verdict first."""
        rows = [("Is one better?", self.verdict)]
        for name, mean in zip(self.names, self.accuracies, strict=True):
            rows.append((f"How often is {name} right?", f"{mean.measured.percent()} {mean.scope}"))
        if self.mcnemar is not None:
            rows.append(("Could that be luck of the examples?", str(self.mcnemar)))
        if self.probability_better is not None:
            rows += [
                (f"How likely is a network of {self.names[0]} the better one?", str(self.probability_better)),
                ("How many pairs of networks can be told apart?", self.probability_better.told_apart),
            ]
        if self.ensemble_verdict is not None:
            answer = f"{self.ensemble_verdict}; {self.ensemble_mcnemar}"
            rows.append(("And when each votes together?", answer))
        return rows

    def _sentence(self, difference: Difference, shown: bool) -> str:
        if not shown:
            return f"no difference shown: {_points(difference.measured)}"
        better = self.names[0] if difference.measured.value > 0 else self.names[1]
        return f"{better} is better by {_points(_turned(difference.measured))}"

    def __repr__(self) -> str:
        return f"{self.names[0]} against {self.names[1]}: {self.verdict}"

    def _repr_html_(self) -> str:
        return html_table(f"{self.names[0]} against {self.names[1]}", self.rows())


def compare(
    first: Any,
    second: Any,
    split: Any,
    *,
    names: Sequence[str] = ("first", "second"),
    level: float = 0.95,
) -> Comparison:
    """Compare the accuracy of two classifiers or populations on the same examples of `split`.

    Args:
        first: as for `accuracy`; its members are taken to be trained independently of the other's.
        second: the other one, with as many members or not.
        split: labelled examples, the same for both.
        names: what to call them, two different names.
        level: confidence level of every interval, and 1 − the false alarms of the verdict, 0..1.

    Measured (tests/evaluation): where there is no difference, one is called better in about 5 % of cases, in
    fewer by the exact test of two single networks.

    Raises `EvaluationError` as `accuracy` does, and for names that are not two different ones.
    """
    labels, called = checked_labels(split), _checked(names)
    answers = [predictions(one, split) for one in (first, second)]
    right = [own.predicted == labels for own in answers]
    together = [(own.ensemble_predicted == labels)[None] for own in answers]
    members = (len(right[0]), len(right[1]))
    single, several = members == (1, 1), min(members) > 1
    return Comparison(
        names=called,
        members=members,
        examples=len(labels),
        accuracies=(crossed(right[0], level), crossed(right[1], level)),
        difference=paired_difference(*right, level=level),
        probability_better=superiority(*right, level=level) if several else None,
        mcnemar=mcnemar(right[0][0], right[1][0]) if single else None,
        ensemble_difference=None if single else paired_difference(*together, level=level),
        ensemble_mcnemar=None if single else mcnemar(together[0][0], together[1][0]),
        excluded=(answers[0].excluded, answers[1].excluded),
        member_accuracies=(right[0].mean(axis=1), right[1].mean(axis=1)),
        level=level,
    )


def _checked(names: Sequence[str]) -> tuple[str, str]:
    if isinstance(names, str) or len(names) != 2 or names[0] == names[1]:
        raise EvaluationError(
            f"names={names!r}: expected two different names.", hint='use names=("plain", "augmented").'
        )
    return str(names[0]), str(names[1])


def _turned(measured: Measured) -> Measured:
    """Return a difference with the better one first."""
    if measured.value >= 0 or measured.low is None or measured.high is None:
        return Measured(abs(measured.value), measured.low, measured.high)
    return Measured(-measured.value, -measured.high, -measured.low)


def _points(measured: Measured) -> str:
    if measured.low is None or measured.high is None:
        return f"{100 * measured.value:.2f} points"
    scaled = Measured(100 * measured.value, 100 * measured.low, 100 * measured.high)
    value, interval = scaled.plain(2).split(" ", 1)
    return f"{value} points {interval}"
