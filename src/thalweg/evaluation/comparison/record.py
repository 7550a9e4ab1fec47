"""What was found when two classifiers were compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.comparison.superiority import Superiority
from thalweg.record import Record, named
from thalweg.statistics.chance import OverChance
from thalweg.statistics.intervals import CrossedInterval
from thalweg.statistics.paired import Difference, McNemar


@dataclass(frozen=True, eq=False, repr=False)
class Comparison(Record, answers="comparison", caption="{0.names[0]} against {0.names[1]}"):
    """Two classifiers on the same examples: first − second throughout.

    `accuracies`: mean accuracy of each. `difference`: of the two means, with intervals over starts, examples
    and both. `probability_better`: that a random member of the first is more often right on these examples
    than a random member of the second, None unless both have several members. `mcnemar`: exact test of two
    single networks, None for populations. `ensemble_difference` and `ensemble_mcnemar`: of the two mean
    probabilities, None for two single networks. `excluded`: diverged members left out of each.
    `over_chance`: whether each learned anything.
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
    over_chance: tuple[OverChance, OverChance]

    @property
    def learned(self) -> bool:
        """Whether either learned anything that can be told from guessing: else nothing is to be compared."""
        return any(own.learned for own in self.over_chance)

    @property
    def shown(self) -> bool:
        """Whether a difference of the networks is shown at the level: beyond luck of starts and examples."""
        if self.mcnemar is not None:
            return self.mcnemar.p_value < 1 - self.level
        return self.difference.excludes_zero

    @property
    def verdict(self) -> str:
        """One sentence: which is better and by how much, or that no difference is shown.

        Where neither learned anything, that is the sentence: two guessers are alike, and it means nothing.
        """
        if not self.learned:
            better = max(self.over_chance, key=lambda own: own.accuracy.value)
            return f"neither learned anything that can be told from guessing: {better.compared}"
        return f"{self._sentence(self.difference, self.shown)}, {self.difference.scope}"

    @property
    def ensemble_verdict(self) -> str | None:
        """The same sentence for the two ensembles, over examples; None for two single networks."""
        if self.ensemble_difference is None or self.ensemble_mcnemar is None or not self.learned:
            return None
        shown = self.ensemble_mcnemar.p_value < 1 - self.level
        return f"{self._sentence(self.ensemble_difference, shown)}, over examples"

    def content(self) -> Mapping[str, Any]:
        """Return all numbers, the two accuracies by name, and the verdict."""
        return {
            **named(self, "names", "members", "examples"),
            "excluded": [len(own) for own in self.excluded],
            "accuracy": {name: own.measured for name, own in zip(self.names, self.accuracies, strict=True)},
            **named(self, "difference", "probability_better", "mcnemar"),
            "caveat": self.difference.over.caveat,
            "ensemble": {
                "difference": self.ensemble_difference,
                "mcnemar": self.ensemble_mcnemar,
                "verdict": self.ensemble_verdict,
            },
            "difference_shown": self.shown and self.learned,
            "over_chance": dict(zip(self.names, self.over_chance, strict=True)),
            "verdict": self.verdict,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the accuracy of every member of each, `first_` and `second_member_accuracy`."""
        first, second = self.member_accuracies
        return {"first_member_accuracy": first, "second_member_accuracy": second}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, the verdict first."""
        rows = [("Is one better?", self.verdict)]
        for name, mean in zip(self.names, self.accuracies, strict=True):
            rows.append((f"How often is {name} right?", f"{mean.measured.percent()} {mean.scope}"))
        if not self.learned:
            return [*rows, *self.over_chance[0].rows()[1:]]
        if self.difference.over.caveat:
            rows.append(("How far can that be trusted?", self.difference.over.caveat))
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
            return f"no difference shown: {difference.measured.points(2)}"
        first = difference.measured.value > 0
        lead = difference.measured if first else -difference.measured
        return f"{self.names[0 if first else 1]} is better by {lead.points(2)}"

    def __repr__(self) -> str:
        return f"{self.names[0]} against {self.names[1]}: {self.verdict}"
