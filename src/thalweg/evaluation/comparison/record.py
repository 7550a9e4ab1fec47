"""What was found when two classifiers were compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.comparison.superiority import Superiority
from thalweg.measured import Measured, to_plain
from thalweg.record import html_table
from thalweg.statistics.intervals import CrossedInterval
from thalweg.statistics.paired import Difference, McNemar


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
