"""What lies between two members: a hill, or a way around it?

The barrier of a path is its highest cost minus the mean cost of its two ends (Git Re-Basin: Ainsworth, Hayase
& Srinivasa 2023, arXiv 2209.04836, section 2). Measured on the straight line between the members as they are;
on the line after the units of one were put in the order that resembles the other most; and on a curve whose
bend was trained to keep low (Garipov et al. 2018, arXiv 1802.10026).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Split, TrainSplit
from thalweg.errors import EvaluationError, one_of
from thalweg.evaluation.alignment.measure import METHODS, Aligner, check_rearrangeable, gathered
from thalweg.evaluation.classifier import AnyClassifier, as_classifier
from thalweg.evaluation.connectivity.record import CURVE, UNALIGNED, Connectivity, Lines, barriers
from thalweg.evaluation.grounds import grounds
from thalweg.evaluation.inside import as_given, empirical_cost, population_behind, positive, some_members
from thalweg.statistics.pairs import all_pairs, needs_two, over_pairs, ratio

if TYPE_CHECKING:
    from thalweg.networks.population import Population, TrainedNetwork
    from thalweg.weights.interpolation import EmpiricalCost

MEMBERS, EXAMPLES, POINTS, STARTS = 8, 5_000, 25, 5
MATCHED_ON = 1_000  # examples on which units are compared when matched by activations
LEARNED_FROM = 60_000  # training examples from which a bend learns, at most
STEPS = 1_000


def connectivity(
    classifier: AnyClassifier | Sequence[TrainedNetwork],
    split: Split,
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
    """Measure the cost on lines and curves between all pairs of some members (mode connectivity).

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

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.connectivity(population, digits.test, cost="cross-entropy", members=2, points=3)
        barrier of the cross-entropy cost: unaligned ..., weights ..., 1 pairs
    """
    asked, (split, train) = as_given(as_classifier(gathered(classifier)), split, train)
    population = population_behind(asked, cost=cost, l2=l2, split=split)
    chosen = some_members(population, members, seed=seed)
    needs_two(chosen, asked.excluded)
    wanted = _methods(methods, population)
    shares = np.linspace(0.0, 1.0, positive("points", points, 3))
    empirical, measured_on = empirical_cost(
        asked, population, split, cost=cost, l2=l2, examples=examples, seed=seed
    )
    learned = None
    if train is not None:
        _check_train(train)
        learned, _ = empirical_cost(
            asked, population, train, cost=cost, l2=l2, examples=LEARNED_FROM, seed=seed
        )
    some = population[chosen]
    found = {UNALIGNED: _unaligned(some, shares, empirical)}
    signed = False
    if wanted:
        compared = _evenly((learned or empirical).inputs, MATCHED_ON)
        aligner = Aligner(some, compared, signs, positive("starts", starts), seed)
        signed = aligner.signed
        found |= {method: _aligned(aligner, method, some, shares, empirical) for method in wanted}
    if learned is not None:
        bends = _bends(some, learned, positive("steps", steps), seed)
        found[CURVE] = _bent(some, bends, shares, empirical)
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
        grounds=grounds(
            some, split.take(measured_on), cost, costs=found[UNALIGNED][0].mean(axis=0).max(keepdims=True)
        ),
    )


def _methods(methods: Iterable[str] | None, population: Population) -> list[str]:
    from thalweg.weights.permutation import is_rearrangeable

    if methods is None:
        return ["weights"] if is_rearrangeable(population.networks) else []
    wanted = [one_of(METHODS, method, "method") for method in methods]
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


def _unaligned(
    population: Population, shares: np.ndarray, empirical: EmpiricalCost
) -> tuple[np.ndarray, np.ndarray]:
    return _measured(population.networks, all_pairs(len(population)), _straight(shares), empirical)


def _aligned(
    aligner: Aligner, method: str, population: Population, shares: np.ndarray, empirical: EmpiricalCost
) -> tuple[np.ndarray, np.ndarray]:
    """Measure lines from the first of each pair to the second with its units rearranged."""
    from thalweg.weights.interpolation import joined, stacked

    pairs = all_pairs(len(population))
    moved = [
        aligner.rearranged(second, aligner.match(method, first, second).rearrangement)
        for first, second in pairs.tolist()
    ]
    ends = np.column_stack([pairs[:, 0], len(population) + np.arange(len(pairs))])
    return _measured(joined(population.networks, stacked(moved)), ends, _straight(shares), empirical)


def _bends(population: Population, learned: EmpiricalCost, steps: int, seed: int) -> Any:
    from thalweg.evaluation.connectivity.curve import trained_bends

    return trained_bends(population.networks, all_pairs(len(population)), learned, steps=steps, seed=seed)


def _bent(
    population: Population, bends: Any, shares: np.ndarray, empirical: EmpiricalCost
) -> tuple[np.ndarray, np.ndarray]:
    """Measure curves from the first of each pair by way of its bend to the second."""
    from thalweg.evaluation.connectivity import curve as curves
    from thalweg.weights.interpolation import joined

    first, second = all_pairs(len(population)).T
    vertices = np.column_stack([first, len(population) + np.arange(len(first)), second])
    return _measured(joined(population.networks, bends), vertices, curves.shares(shares), empirical)


def _straight(shares: np.ndarray) -> np.ndarray:
    return np.column_stack([1 - shares, shares])


def _measured(
    networks: Any, vertices: np.ndarray, mixed: np.ndarray, empirical: EmpiricalCost
) -> tuple[np.ndarray, np.ndarray]:
    """Return cost and error [pairs, points] at the points `mixed` [points, vertices] of every pair.

    `vertices` [pairs, vertices]: the networks that a pair's line or curve is mixed from.
    """
    from thalweg.weights.interpolation import heights

    which = np.repeat(vertices, len(mixed), axis=0)
    found = heights(networks, which, np.tile(mixed, (len(vertices), 1)), empirical)
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
