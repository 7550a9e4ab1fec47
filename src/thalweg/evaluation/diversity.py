"""How different trained members are: do they make the same mistakes, and what do they gain by voting?

Members that differ only in their start and are right equally often may still be wrong about different
examples; only then is their vote better than they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import NotApplicable
from thalweg.evaluation.accuracy import checked_labels
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.ensemble_size import EnsembleSize, ask, by_size
from thalweg.evaluation.intervals import wilson
from thalweg.evaluation.pairs import disagreements, double_faults, number, pseudo_values, share
from thalweg.evaluation.record import Measured, as_percent, html_table, to_plain

LISTED = 100
"""Examples that no member gets right, as many as JSON holds; `arrays` holds all."""
MATRIX_MEMBERS = 64


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
class Diversity:
    """How members of a population differ, on one split; every share is 0..1.

    `pairs`: averages over pairs, intervals over starts and examples. `agree_right`, `agree_wrong`: share of
    examples that all members answer alike, rightly or wrongly; `never_right`: share that no member gets
    right, `never_right_examples` which; these depend on the number of members, and their intervals are over
    examples, for these members. `sizes`: accuracy and gain of ensembles by size. `members_right`: int64
    [examples], how many members are right. `matrix`: float64, disagreement of each pair of the first 64
    members.
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

    def to_json(self) -> dict[str, Any]:
        """Return every number; `ensemble` by size, and the first hundred examples that nobody gets right."""
        return to_plain(
            {
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
                },
                "ensemble": {size.size: size.to_json() for size in self.sizes},
                "members": self.members,
                "examples": self.examples,
                "excluded": self.excluded,
            }
        )

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
        return [
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
                f"{_points(self.gain)}, to {as_percent(self.sizes[-1].accuracy.value)}",
            ),
        ]

    def _disagreement(self) -> str:
        text = f"{self.pairs.disagreement.percent()} of examples"
        if self.pairs.relative is None:
            return text
        return f"{text}, {self.pairs.relative.percent()} of what unrelated mistakes would give"

    def __repr__(self) -> str:
        return (
            f"disagreement {self.pairs.disagreement.percent()}, vote of all {_points(self.gain)}, "
            f"n = {self.members:,} x {self.examples:,}"
        )

    def _repr_html_(self) -> str:
        return html_table("diversity", self.rows())


def diversity(classifier: Any, split: Any, *, seed: int = 0, level: float = 0.95) -> Diversity:
    """Measure how much the members of `classifier` differ on `split`, and what they gain by voting together.

    Args:
        classifier: as for `accuracy`, of two members or more that did not diverge.
        split: labelled examples.
        seed: of the ensembles that are drawn.
        level: confidence level of every interval, 0..1.

    Disagreement, agreement and double faults are exact over all pairs; ensembles are up to 32 of each size.
    (The measures are those of Kuncheva & Whitaker, Machine Learning 51, 2003, section 2.)

    Raises `NotApplicable` for fewer than two members, `EvaluationError` as `accuracy` does.
    """
    asked = as_classifier(classifier)
    labels = checked_labels(split)
    answers = ask(asked, split, seed=seed)
    predicted = answers.predicted
    _needs_two(len(predicted), asked.excluded)
    right = predicted == labels
    count = right.sum(axis=0)
    alike = (predicted == predicted[0]).all(axis=0)
    return Diversity(
        pairs=_pairs(predicted, labels, split.classes, level),
        agree_right=_of_examples(alike & right[0], level),
        agree_wrong=_of_examples(alike & ~right[0], level),
        never_right=_of_examples(count == 0, level),
        never_right_examples=np.flatnonzero(count == 0),
        sizes=by_size(answers, labels, level),
        members_right=count,
        matrix=_matrix(predicted[:MATRIX_MEMBERS]),
        members=len(predicted),
        excluded=asked.excluded,
    )


def _needs_two(members: int, excluded: tuple[int, ...]) -> None:
    if members >= 2:
        return
    left_out = f" ({len(excluded)} left out because they diverged)" if excluded else ""
    raise NotApplicable(
        f"{members} member{left_out}: how members differ needs two or more.",
        hint="pass a population of several members, or a function that returns [members, examples, classes].",
    )


def _pairs(predicted: np.ndarray, labels: np.ndarray, classes: int, level: float) -> Pairs:
    wrong = predicted != labels
    differing = pseudo_values(disagreements(predicted, classes))
    both_wrong = pseudo_values(double_faults(wrong))
    unrelated = _if_independent(predicted, labels, classes)
    alone = wrong.astype(np.float64)
    if len(predicted) == 2:  # one pair: no spread over starts
        unrelated, alone = (table.mean(axis=0, keepdims=True) for table in (unrelated, alone))
    return Pairs(
        disagreement=share(differing, level),
        independent=float(unrelated.mean()),
        relative=_ratio(differing, unrelated, level),
        double_fault=share(both_wrong, level),
        correlation=_correlation(both_wrong, alone, level),
    )


def _if_independent(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return a table [members, examples] with the disagreement of independent answers for its mean.

    With p[c, k] the share of answers k to examples of class c, two independent answers differ with
    probability 1 − Σ_k p[c, k]². The spread of the table is that of this number (its influence function).
    """
    counts = np.zeros((classes, classes))
    for answers in predicted:
        np.add.at(counts, (labels, answers), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    same = (shares**2).sum(axis=1)
    return 1 + same[labels] - 2 * shares[labels, predicted]


def _ratio(above: np.ndarray, below: np.ndarray, level: float) -> Measured | None:
    """Return mean(above) / mean(below) with an interval by linearisation (the delta method)."""
    numerator, denominator = float(above.mean()), float(below.mean())
    if denominator <= 0:
        return None
    ratio = numerator / denominator
    return number(ratio + (above - ratio * below) / denominator, level)


def _correlation(both_wrong: np.ndarray, wrong: np.ndarray, level: float) -> Measured | None:
    """Return the correlation (F − e²) / (e(1 − e)) of being wrong, F double faults, e the share wrong."""
    faults, error = float(both_wrong.mean()), float(wrong.mean())
    spread = error * (1 - error)
    if spread <= 0:
        return None
    correlation = (faults - error**2) / spread
    slope = (-2 * error - correlation * (1 - 2 * error)) / spread
    return number(correlation + (both_wrong - faults) / spread + slope * (wrong - error), level)


def _of_examples(which: np.ndarray, level: float) -> Measured:
    found = int(which.sum())
    return Measured.of(found / len(which), wilson(found, len(which), level))


def _matrix(predicted: np.ndarray) -> np.ndarray:
    """Return the share of examples to which each two members answer differently [members, members]."""
    return np.array([(predicted != answers).mean(axis=1) for answers in predicted])


def _points(gain: Measured) -> str:
    scaled = Measured.of(100 * gain.value, gain.interval and (100 * gain.interval[0], 100 * gain.interval[1]))
    value, *interval = scaled.plain(2).split(" ", 1)
    return " ".join([value, "points", *interval])
