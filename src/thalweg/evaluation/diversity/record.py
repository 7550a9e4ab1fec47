"""What was found of members' agreement and of their vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.diversity.ensemble_size import EnsembleSize
from thalweg.measured import Measured, as_percent
from thalweg.record import Record, named
from thalweg.statistics.chance import OverChance, guesses

CAUTIOUS = "a cautious interval: simulated, 95 % held 95 to 100 % of the time"
"""What is said of the interval of a gain (docs/coverage.md)."""
LISTED = 100
"""Examples that no member gets right, as many as JSON holds; `arrays` holds all."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """How two members compare, on average over all pairs and examples.

    `disagreement`: share of examples to which the two answer differently. `independent`: what it would be if
    every answer were drawn on its own from the answers given to its class: mistakes are as many and of the
    same kinds, but fall on any example of the class. `relative`: disagreement / independent; 1 means mistakes
    have nothing in common, 0 that they are the same; None where all answers to a class are the same.
    `double_fault`: share of examples that both get wrong. `correlation`: of being wrong, between members; 0
    means unrelated, 1 the same examples; None where nobody is ever wrong, or always.
    """

    disagreement: Measured
    independent: float
    relative: Measured | None
    double_fault: Measured
    correlation: Measured | None


@dataclass(frozen=True, eq=False, repr=False)
class Diversity(Record, answers="diversity"):
    """How members of a population differ, on one split; every share is 0..1.

    `pairs`: averages over pairs, intervals over starts and examples. `agree_right`, `agree_wrong`: share of
    examples that all members answer alike, rightly or wrongly; `never_right`: share that no member gets
    right, `never_right_examples` which, and `never_right_called` what these are called in what the user gave,
    where they are; these depend on the number of members, and their intervals are over
    examples, for these members. `sizes`: accuracy and gain of ensembles by size. `members_right`: int64
    [examples], how many members are right. `matrix`: float64, disagreement of each pair of the first 64
    members. `over_chance`: whether anything was learned; where it was not, no row concludes anything.
    """

    pairs: Pairs
    agree_right: Measured
    agree_wrong: Measured
    never_right: Measured
    never_right_examples: np.ndarray
    sizes: tuple[EnsembleSize, ...]
    members_right: np.ndarray
    matrix: np.ndarray
    members: int
    excluded: tuple[int, ...]
    never_right_called: tuple[str, ...] = ()
    over_chance: OverChance | None = None

    @property
    def examples(self) -> int:
        """Number of examples."""
        return len(self.members_right)

    @property
    def all_agree(self) -> float:
        """Share of examples that all members answer alike."""
        return self.agree_right.value + self.agree_wrong.value

    @property
    def gain(self) -> Measured:
        """Accuracy of all members voting together, minus that of one."""
        return self.sizes[-1].gain

    def content(self) -> Mapping[str, Any]:
        """Return every number; `ensemble` by size, and the first hundred examples that nobody gets right."""
        return {
            "disagreement": self.pairs.disagreement,
            "disagreement_if_independent": self.pairs.independent,
            "relative_disagreement": self.pairs.relative,
            "double_fault": self.pairs.double_fault,
            "error_correlation": self.pairs.correlation,
            "all_agree": {"value": self.all_agree, "right": self.agree_right, "wrong": self.agree_wrong},
            "never_right": {
                **self.never_right.to_json(),
                "count": len(self.never_right_examples),
                "examples": self.never_right_examples[:LISTED],
                **({"called": self.never_right_called[:LISTED]} if self.never_right_called else {}),
            },
            "ensemble": {size.size: size for size in self.sizes},
            **named(self, "members", "examples", "excluded", "over_chance"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what each example meets with, which nobody gets right, and each pair's disagreement."""
        return {
            "members_right": self.members_right,
            "never_right_examples": self.never_right_examples,
            "disagreement_matrix": self.matrix,
        }

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        never = len(self.never_right_examples)
        return guesses(self.over_chance) or [
            ("How often do two networks answer differently?", self._disagreement()),
            (
                f"How often do all {self.members:,} agree?",
                f"{as_percent(self.all_agree)} of examples; in {self.agree_wrong.percent()} all wrongly",
            ),
            (
                "How many examples does none of them get right?",
                f"{never:,} of {self.examples:,}, {self.never_right.percent()}",
            ),
            (
                f"What is gained when all {self.members:,} vote?",
                f"{self.gain.points(2)}, to {as_percent(self.sizes[-1].accuracy.value)} ({CAUTIOUS})",
            ),
        ]

    def _disagreement(self) -> str:
        text = f"{self.pairs.disagreement.percent()} of examples"
        if self.pairs.relative is None:
            return text
        return f"{text}, {self.pairs.relative.percent()} of what unrelated mistakes would give"

    def __repr__(self) -> str:
        return (
            f"disagreement {self.pairs.disagreement.percent()}, vote of all {self.gain.points(2)}, "
            f"n = {self.members:,} x {self.examples:,}"
        )
