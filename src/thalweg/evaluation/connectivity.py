"""What lies on the straight line between two members: a hill, or nothing at all?

The barrier of a line is its highest cost minus the mean cost of its two ends (Git Re-Basin: Ainsworth, Hayase
& Srinivasa 2023, arXiv 2209.04836, section 2), measured as the members are and after the units of one
were put in the order that resembles the other most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.evaluation.alignment import METHODS, Aligner, check_rearrangeable, known_method
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.member_pairs import all_pairs, needs_two, over_pairs, ratio
from thalweg.evaluation.record import Measured, html_table, to_plain
from thalweg.evaluation.weights import population_behind, positive, question, some_members

if TYPE_CHECKING:
    from thalweg.networks.mixtures import Question
    from thalweg.networks.population import Population

UNALIGNED = "unaligned"
MEMBERS, EXAMPLES, POINTS, STARTS = 8, 5_000, 25, 5
MATCHED_ON = 1_000  # examples on which units are compared when matched by activations
WORDS = {
    UNALIGNED: "as they are",
    "weights": "after matching units by weights",
    "activations": "after matching units by what they do",
}


@dataclass(frozen=True, eq=False)
class Lines:
    """The straight lines between the members of every pair, measured in the same way.

    `barrier`, `error_barrier`: highest cost (share answered wrongly) of a line minus the mean of its ends,
    mean over pairs. `midpoint`: cost half way minus the mean of the ends; below zero where the middle is
    better than they are. `remaining`: barrier divided by that of the unaligned lines, None for these and
    where there was no barrier. `cost`, `error`: float64 [pairs, points].
    """

    barrier: Measured
    error_barrier: Measured
    midpoint: Measured
    remaining: Measured | None
    cost: np.ndarray
    error: np.ndarray

    @property
    def barriers(self) -> np.ndarray:
        """Barrier of the cost of each pair, float64 [pairs]."""
        return barriers(self.cost)

    def to_json(self) -> dict[str, Any]:
        """Return the means over pairs, and the mean curves."""
        return to_plain(
            {
                "barrier": self.barrier,
                "error_barrier": self.error_barrier,
                "midpoint": self.midpoint,
                "remaining": self.remaining,
                "cost": self.cost.mean(axis=0),
                "error": self.error.mean(axis=0),
            }
        )


@dataclass(frozen=True, eq=False, repr=False)
class Connectivity:
    """Lines between all pairs of some members, by how their units were matched.

    `lines`: `unaligned` and one entry a method. `shares` [points]: how far along the line, 0..1, from the
    first of a pair to the second. `pairs` int64 [pairs, 2] and `members`: counted in the classifier as it was
    given. Intervals are over new members, on these examples.
    """

    lines: Mapping[str, Lines]
    shares: np.ndarray
    pairs: np.ndarray
    members: np.ndarray
    examples: np.ndarray
    cost: str
    l2: float
    signs: bool
    excluded: tuple[int, ...]

    def __getitem__(self, method: str) -> Lines:
        return self.lines[known_method(method, tuple(self.lines))]

    def to_json(self) -> dict[str, Any]:
        """Return one object a way of matching, and how it was measured."""
        return to_plain(
            {
                **{name: lines.to_json() for name, lines in self.lines.items()},
                "shares": self.shares,
                "members": self.members,
                "pairs": len(self.pairs),
                "examples": len(self.examples),
                "cost": self.cost,
                "l2": self.l2,
                "signs": self.signs,
                "excluded": self.excluded,
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the curves of every pair."""
        arrays = {"shares": self.shares, "pairs": self.pairs, "measured_examples": self.examples}
        for name, lines in self.lines.items():
            arrays[f"{name}_cost"] = lines.cost
            arrays[f"{name}_error"] = lines.error
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, one a way of matching."""
        return [
            (f"How high is the hill between two networks, {WORDS[name]}?", _answer(lines))
            for name, lines in self.lines.items()
        ]

    def __repr__(self) -> str:
        found = (f"{name} {lines.barrier.plain(4)}" for name, lines in self.lines.items())
        return f"barrier of the {self.cost} cost: {', '.join(found)}, {len(self.pairs):,} pairs"

    def _repr_html_(self) -> str:
        return html_table("connectivity", self.rows())


def connectivity(
    classifier: Any,
    split: Any,
    *,
    cost: str,
    l2: float = 0.0,
    methods: Iterable[str] | None = None,
    members: int | Sequence[int] = MEMBERS,
    signs: bool = True,
    points: int = POINTS,
    examples: int = EXAMPLES,
    starts: int = STARTS,
    seed: int = 0,
    level: float = 0.95,
) -> Connectivity:
    """Measure the cost along the straight line between all pairs of some members, before and after matching.

    Args:
        classifier: a population of two members or more.
        split: labelled examples to measure the cost on.
        cost, l2: what the members were trained with.
        methods: how units are matched, `weights` and `activations`; by default `weights`, and nothing where
            units cannot be matched (convolutional networks). The unaligned lines are always measured.
        members: how many (drawn by `seed`), or which; all pairs among them are measured.
        signs: let a unit change its sign where the activation allows it (tanh, sigmoid).
        points: places on each line, ends included.
        examples: examples to measure on, at most; drawn by `seed`.
        starts: starts of the search by weights.
        seed: of what is drawn.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for a classifier without weights, for fewer than two members, and for methods that
    networks of this kind do not allow; `EvaluationError` for a member that does not exist or diverged and
    for arguments out of range.
    """
    asked = as_classifier(classifier)
    population = population_behind(asked)
    chosen = some_members(population, members, seed)
    needs_two(chosen, asked.excluded)
    wanted = _methods(methods, population)
    asking, measured_on = question(asked, population, split, cost=cost, l2=l2, examples=examples, seed=seed)
    shares = np.linspace(0.0, 1.0, positive("points", points, 3))
    some = population[chosen]
    found = {UNALIGNED: _unaligned(some, shares, asking)}
    signed = False
    if wanted:
        aligner = Aligner(some, asking.inputs[:MATCHED_ON], signs, positive("starts", starts), seed)
        signed = aligner.signed
        found |= {method: _aligned(aligner, method, some, shares, asking) for method in wanted}
    before = barriers(found[UNALIGNED][0])
    return Connectivity(
        lines={
            name: _lines(*curves, None if name == UNALIGNED else before, len(chosen), level)
            for name, curves in found.items()
        },
        shares=shares,
        pairs=chosen[all_pairs(len(chosen))],
        members=chosen,
        examples=measured_on,
        cost=cost,
        l2=float(l2),
        signs=signed,
        excluded=asked.excluded,
    )


def barriers(curves: np.ndarray) -> np.ndarray:
    """Return the highest point of each curve [curves, points] minus the mean of its two ends."""
    return curves.max(axis=1) - (curves[:, 0] + curves[:, -1]) / 2


def _methods(methods: Iterable[str] | None, population: Population) -> list[str]:
    from thalweg.networks.permutation import is_rearrangeable

    if methods is None:
        return ["weights"] if is_rearrangeable(population.networks) else []
    wanted = [known_method(method, METHODS) for method in methods]
    if wanted:
        check_rearrangeable(population)
    return wanted


def _unaligned(population: Population, shares: np.ndarray, asking: Question) -> tuple[np.ndarray, np.ndarray]:
    return _curves(population.networks, all_pairs(len(population)), shares, asking)


def _aligned(
    aligner: Aligner, method: str, population: Population, shares: np.ndarray, asking: Question
) -> tuple[np.ndarray, np.ndarray]:
    """Measure lines from the first of each pair to the second with its units rearranged."""
    from thalweg.networks.mixtures import joined, stacked

    pairs = all_pairs(len(population))
    moved = [
        aligner.rearranged(second, aligner.match(method, first, second).rearrangement)
        for first, second in pairs.tolist()
    ]
    ends = np.column_stack([pairs[:, 0], len(population) + np.arange(len(pairs))])
    return _curves(joined(population.networks, stacked(moved)), ends, shares, asking)


def _curves(
    networks: Any, ends: np.ndarray, shares: np.ndarray, asking: Question
) -> tuple[np.ndarray, np.ndarray]:
    """Return cost and error [pairs, points] on the lines between networks `ends` [pairs, 2]."""
    from thalweg.networks.mixtures import heights

    which = np.repeat(ends, len(shares), axis=0)
    mixed = np.tile(np.column_stack([1 - shares, shares]), (len(ends), 1))
    found = heights(networks, which, mixed, asking).reshape(len(ends), len(shares))
    return found.cost, 1 - found.accuracy


def _lines(
    cost: np.ndarray, error: np.ndarray, before: np.ndarray | None, members: int, level: float
) -> Lines:
    middle = cost[:, cost.shape[1] // 2] - (cost[:, 0] + cost[:, -1]) / 2
    return Lines(
        barrier=over_pairs(barriers(cost), members, level, at_least=0.0),
        error_barrier=over_pairs(barriers(error), members, level, at_least=0.0),
        midpoint=over_pairs(middle, members, level),
        remaining=None if before is None else ratio(barriers(cost), before, members, level, at_least=0.0),
        cost=cost,
        error=error,
    )


def _answer(lines: Lines) -> str:
    text = f"cost {lines.barrier.plain(4)} above the ends, error {lines.error_barrier.percent()} above them"
    return text if lines.remaining is None else f"{text}; {lines.remaining.percent()} of the hill is left"
