"""What lies between two members: a hill, or a way around it?

The barrier of a path is its highest cost minus the mean cost of its two ends (Git Re-Basin: Ainsworth, Hayase
& Srinivasa 2023, arXiv 2209.04836, section 2). Measured on the straight line between the members as they are;
on the line after the units of one were put in the order that resembles the other most; and on a curve whose
bend was trained to keep low (Garipov et al. 2018, arXiv 1802.10026).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import TrainSplit
from thalweg.errors import EvaluationError
from thalweg.evaluation.alignment import METHODS, Aligner, check_rearrangeable, gathered, known_method
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.member_pairs import all_pairs, needs_two, over_pairs, ratio
from thalweg.evaluation.record import Measured, html_table, to_plain
from thalweg.evaluation.weights import population_behind, positive, question, some_members

if TYPE_CHECKING:
    from thalweg.networks.mixtures import Question
    from thalweg.networks.population import Population

UNALIGNED, CURVE = "unaligned", "curve"
MEMBERS, EXAMPLES, POINTS, STARTS = 8, 5_000, 25, 5
MATCHED_ON = 1_000  # examples on which units are compared when matched by activations
LEARNED_FROM = 60_000  # training examples from which a bend learns, at most
STEPS = 1_000
WORDS = {
    UNALIGNED: "as they are",
    "weights": "after matching units by weights",
    "activations": "after matching units by what they do",
    CURVE: "on a curve that was trained to keep low",
}


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines (or curves) between the members of every pair, measured in the same way.

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
    """Paths between all pairs of some members: straight, after matching units, and bent.

    `lines`: `unaligned`, one entry a method of matching, and `curve` where bends were trained. `shares`
    [points]: how far along the path, 0..1, from the first of a pair to the second (t of a curve). `pairs`
    int64 [pairs, 2] and `members`: counted in the classifier as it was given. `trained_on`: training
    examples that the bends learned from, in `steps` steps; 0 without a curve. Intervals are over new
    members, on these examples.
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
    trained_on: int = 0
    steps: int = 0

    def __getitem__(self, method: str) -> Lines:
        return self.lines[known_method(method, tuple(self.lines))]

    def to_json(self) -> dict[str, Any]:
        """Return one object a kind of path, and how it was measured."""
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
                "trained_on": self.trained_on,
                "steps": self.steps,
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
        """Return (question, answer) pairs for a terminal, one a kind of path."""
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
    train: TrainSplit | None = None,
    methods: Iterable[str] | None = None,
    members: int | Sequence[int] = MEMBERS,
    signs: bool = True,
    points: int = POINTS,
    examples: int = EXAMPLES,
    starts: int = STARTS,
    steps: int = STEPS,
    seed: int = 0,
    level: float = 0.95,
) -> Connectivity:
    """Measure the cost between all pairs of some members: on lines, before and after matching, and on curves.

    Args:
        classifier: a population of two members or more, or several trained networks of one shape.
        split: labelled examples to measure the cost on.
        cost, l2: what the members were trained with.
        train: what they were trained on. With it a curve with a trained bend is sought for every pair, and
            activations are compared on it; without it there are no curves.
        methods: how units are matched, `weights` and `activations`; by default `weights`, and nothing where
            units cannot be matched (convolutional networks). The unaligned lines are always measured.
        members: how many (drawn by `seed`), or which; all pairs among them are measured.
        signs: let a unit change its sign where the activation allows it (tanh, sigmoid).
        points: places on each line and curve, ends included.
        examples: examples to measure on, at most; drawn by `seed`.
        starts: starts of the search by weights.
        steps: steps in which a bend is trained.
        seed: of what is drawn.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for a classifier without weights, for fewer than two members, and for methods that
    networks of this kind do not allow; `EvaluationError` for a member that does not exist or diverged,
    networks of different shapes, bends to be trained on what is not a training split, and arguments out of
    range.
    """
    asked = as_classifier(gathered(classifier))
    population = population_behind(asked)
    chosen = some_members(population, members, seed)
    needs_two(chosen, asked.excluded)
    wanted = _methods(methods, population)
    shares = np.linspace(0.0, 1.0, positive("points", points, 3))
    asking, measured_on = question(asked, population, split, cost=cost, l2=l2, examples=examples, seed=seed)
    learned = None
    if train is not None:
        _check_train(train)
        learned, _ = question(asked, population, train, cost=cost, l2=l2, examples=LEARNED_FROM, seed=seed)
    some = population[chosen]
    found = {UNALIGNED: _unaligned(some, shares, asking)}
    signed = False
    if wanted:
        compared = _evenly((learned or asking).inputs, MATCHED_ON)
        aligner = Aligner(some, compared, signs, positive("starts", starts), seed)
        signed = aligner.signed
        found |= {method: _aligned(aligner, method, some, shares, asking) for method in wanted}
    if learned is not None:
        bends = _bends(some, learned, positive("steps", steps), seed)
        found[CURVE] = _bent(some, bends, shares, asking)
    return Connectivity(
        lines=_compared(found, len(chosen), level),
        shares=shares,
        pairs=chosen[all_pairs(len(chosen))],
        members=chosen,
        examples=measured_on,
        cost=cost,
        l2=float(l2),
        signs=signed,
        excluded=asked.excluded,
        trained_on=0 if learned is None else len(learned.labels),
        steps=0 if learned is None else steps,
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


def _check_train(train: Any) -> None:
    if not isinstance(train, TrainSplit):
        raise EvaluationError(
            f"train is a {type(train).__name__}: a bend is trained, and may learn from a TrainSplit only.",
            hint="pass train=dataset.train, what the members themselves were trained on.",
        )


def _evenly(inputs: np.ndarray, count: int) -> np.ndarray:
    """Return at most `count` of the inputs, spread over all of them: they may stand in order of class."""
    return inputs[np.unique(np.linspace(0, len(inputs) - 1, count).astype(int))]


def _unaligned(population: Population, shares: np.ndarray, asking: Question) -> tuple[np.ndarray, np.ndarray]:
    return _measured(population.networks, all_pairs(len(population)), _straight(shares), asking)


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
    return _measured(joined(population.networks, stacked(moved)), ends, _straight(shares), asking)


def _bends(population: Population, learned: Question, steps: int, seed: int) -> Any:
    from thalweg.networks.curves import trained_bends

    return trained_bends(population.networks, all_pairs(len(population)), learned, steps=steps, seed=seed)


def _bent(
    population: Population, bends: Any, shares: np.ndarray, asking: Question
) -> tuple[np.ndarray, np.ndarray]:
    """Measure curves from the first of each pair by way of its bend to the second."""
    from thalweg.networks import curves
    from thalweg.networks.mixtures import joined

    first, second = all_pairs(len(population)).T
    vertices = np.column_stack([first, len(population) + np.arange(len(first)), second])
    return _measured(joined(population.networks, bends), vertices, curves.shares(shares), asking)


def _straight(shares: np.ndarray) -> np.ndarray:
    return np.column_stack([1 - shares, shares])


def _measured(
    networks: Any, vertices: np.ndarray, mixed: np.ndarray, asking: Question
) -> tuple[np.ndarray, np.ndarray]:
    """Return cost and error [pairs, points] at the points `mixed` [points, vertices] of every pair.

    `vertices` [pairs, vertices]: the networks that a pair's line or curve is mixed from.
    """
    from thalweg.networks.mixtures import heights

    which = np.repeat(vertices, len(mixed), axis=0)
    found = heights(networks, which, np.tile(mixed, (len(vertices), 1)), asking)
    found = found.reshape(len(vertices), len(mixed))
    return found.cost, 1 - found.accuracy


def _compared(
    found: Mapping[str, tuple[np.ndarray, np.ndarray]], members: int, level: float
) -> dict[str, Lines]:
    before = barriers(found[UNALIGNED][0])
    return {
        name: _lines(*curves, None if name == UNALIGNED else before, members, level)
        for name, curves in found.items()
    }


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
