"""The lesson's central picture, measured: a ball rolls down a hill of thousands of dimensions by nudges.

Four questions. Do steps shrink as the slope does, along the way that training took? Which weights does the
slope ask to move, and how unequally? Where does plain gradient descent on all examples end? And what would be
left of the slope if neurons were only on or off?
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.classifier import AnyClassifier, as_classifier
from thalweg.evaluation.descent.downhill import roll_down
from thalweg.evaluation.descent.nudges import Nudges, nudges_of
from thalweg.evaluation.descent.on_off import on_off
from thalweg.evaluation.descent.record import Descent
from thalweg.evaluation.descent.walk import walk
from thalweg.evaluation.grounds import grounds
from thalweg.evaluation.inside import empirical_cost, population_with_gradients, positive, some_members
from thalweg.evaluation.paths import HOW_TO_KEEP, NO_PATH, members_on

if TYPE_CHECKING:
    from thalweg.networks.path import Path
    from thalweg.networks.population import Population
    from thalweg.weights.interpolation import EmpiricalCost

MEMBERS = 8
EXAMPLES = 60_000
ROLLED, ROLLED_EXAMPLES, ROLLED_STEPS, TOLERANCE = 2, 1_000, 300, 1e-3
JUMPING, JUMPING_EXAMPLES = 4, 300


def descent(
    classifier: AnyClassifier,
    split: Split,
    *,
    cost: str,
    l2: float = 0.0,
    path: Path | None = None,
    test: Split | None = None,
    members: Iterable[int] | None = None,
    examples: int = EXAMPLES,
    tolerance: float = TOLERANCE,
    steps: int = ROLLED_STEPS,
    seed: int = 0,
    level: float = 0.95,
) -> Descent:
    """Measure the way downhill: along the recorded path, the nudges, and on to where the slope is gone.

    The cost is the mean over examples plus `l2 / 2` times the sum of squared weights (biases left out), as in
    training without dropout and distortions.

    Main arguments:
        classifier: a population, one of its members or its ensemble (whose members are measured).
        split: the labelled examples that were learned from.
        cost, l2: what was minimised.
        path: where the members stood in training; without it the walk is left out, and the record says so.

    Other arguments:
        test: new examples, for the accuracy along the path.
        members: which to measure, counted from 0; by default those on the path, or the first eight.
        examples: of the split, at most; drawn by `seed`. Gradient descent and the neurons that jump are
            measured on the first 1,000 and 300 of them.
        tolerance: gradient descent on all examples ends where the slope is this share of the first one.
        steps: the most steps it takes.
        level: confidence level of intervals, 0..1.

    Raises `NotApplicable` for a classifier without known weights or without gradients; `EvaluationError` for
    a member that does not exist, diverged or has no path, a path of other networks, and arguments out of
    range.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.descent(population, digits.train, cost="cross-entropy", members=[0], steps=5)
        cross-entropy cost downhill: no path kept, 1,438 examples
    """
    population = population_with_gradients(classifier, split, cost=cost, l2=l2)
    _check_stopping(tolerance, steps)
    asked = as_classifier(classifier)
    chosen = _chosen(population, members, path)
    over = partial(empirical_cost, asked, population, cost=cost, l2=l2, examples=examples, seed=seed)
    empirical, measured_on = over(split)
    aside = None if test is None else over(test)[0]
    lacking, walked = {}, None
    if path is None:
        lacking["path"] = f"{NO_PATH}; {HOW_TO_KEEP}"
    else:
        walked = walk(path, chosen, empirical, aside, level=level)
    origin, there = _origin(population, path)
    rolled = roll_down(
        there,
        split.take(measured_on[:ROLLED_EXAMPLES]),
        cost=cost,
        l2=l2,
        members=chosen[:ROLLED],
        origin=origin,
        tolerance=tolerance,
        steps=steps,
    )
    jumping = "the cost is rounding where its weights would be nudged"  # it stays whatever neurons do
    if not rolled.rounding:
        some = _first(empirical, JUMPING_EXAMPLES)
        jumping = on_off(there, some, members=chosen[:JUMPING], origin=origin, seed=seed, level=level)
    if isinstance(jumping, str):
        lacking["on_off"] = jumping
    return Descent(
        walk=walked,
        nudges=_all_nudges(population, path, chosen, empirical, level),
        downhill=rolled,
        on_off=None if isinstance(jumping, str) else jumping,
        lacking=lacking,
        examples=len(measured_on),
        cost=cost,
        l2=float(l2),
        excluded=asked.excluded,
        grounds=grounds(population[np.array(chosen)], split.take(measured_on), cost),
    )


def _chosen(population: Population, members: Iterable[int] | None, path: Path | None) -> tuple[int, ...]:
    kept = None if path is None else members_on(path, population)
    if members is not None:
        named = tuple(some_members(population, members).tolist())
        if path is not None:
            path.check_kept(named)
        return named
    chosen = tuple(some_members(population, None, first=MEMBERS).tolist()) if kept is None else kept
    if not chosen:
        raise EvaluationError(
            "Every member that could be followed downhill diverged.",
            hint="train again with a smaller learning rate, or keep more paths with --keep-path.",
        )
    return chosen


def _origin(population: Population, path: Path | None) -> tuple[str, Population]:
    """Return from where gradient descent starts: the start of training where it was kept, else its end."""
    if path is None or path.epochs[0] > 0:
        return "end", population
    return "start", path[0]


def _first(empirical: EmpiricalCost, examples: int) -> EmpiricalCost:
    return empirical._replace(inputs=empirical.inputs[:examples], labels=empirical.labels[:examples])


def _all_nudges(
    population: Population, path: Path | None, chosen: tuple[int, ...], empirical: EmpiricalCost, level: float
) -> dict[str, Nudges]:
    from thalweg.weights.gradients import costs_and_gradients

    places: dict[str, tuple[int | None, Population]] = {"end": (None, population)}
    if path is not None:
        epochs = {"start": path.epochs[0], "middle": path.epochs[len(path) // 2], "end": path.epochs[-1]}
        places = {name: (epoch, path[epoch]) for name, epoch in epochs.items()}
    which = np.array(chosen)
    return {
        name: nudges_of(
            costs_and_gradients(there[which].networks, empirical),
            epoch=epoch,
            members=which,
            input_shape=population.input_shape,
            cost_name=empirical.cost,
            level=level,
        )
        for name, (epoch, there) in places.items()
    }


def _check_stopping(tolerance: float, steps: int) -> None:
    if not 0 < tolerance < 1:
        raise EvaluationError(
            f"tolerance={tolerance}: expected a share of the first slope, above 0 and below 1.",
            hint=f"use tolerance={TOLERANCE}.",
        )
    positive("steps", steps)
