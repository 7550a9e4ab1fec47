"""What evaluations that look inside a network share: the population behind a classifier, and some members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.errors import EvaluationError, NotApplicable, near_match
from thalweg.evaluation.accuracy import checked_labels
from thalweg.evaluation.classifier import Classifier, predictions

if TYPE_CHECKING:
    from thalweg.networks.mixtures import Question
    from thalweg.networks.population import Population


def population_behind(asked: Classifier) -> Population:
    """Return the members behind a classifier of ours; `NotApplicable` for one whose weights nobody knows."""
    if type(asked.source).__module__.split(".")[0] == "thalweg":
        from thalweg.networks.attack import attackable

        population = attackable(asked.source)
        if population is not None:
            return population
    raise NotApplicable(
        f"This looks at the weights of a network, and a {type(asked.source).__name__} shows none.",
        hint="pass a population that thalweg trained, one of its members or its ensemble.",
    )


def some_members(population: Population, members: int | Sequence[int], seed: int) -> np.ndarray:
    """Return which members to measure: those named, or as many as asked for, drawn from the sound ones.

    Raises `EvaluationError` for a member that does not exist, diverged or is named twice, for a count below
    one and for what is not whole numbers.
    """
    if isinstance(members, int | np.integer) and _is_whole(members):
        sound = np.flatnonzero(~population.diverged)
        count = positive("members", int(members))
        if count >= len(sound):
            return sound
        return np.sort(np.random.default_rng([seed, 0]).choice(sound, count, replace=False))
    if not (isinstance(members, Sequence | np.ndarray) and all(map(_is_whole, members))):
        raise EvaluationError(
            f"members={members!r}: expected how many, or the numbers of some.",
            hint="give a whole number, or a list of whole numbers such as [0, 3].",
        )
    named = [known_member(population, int(member)) for member in members]
    if len(set(named)) < len(named):
        raise EvaluationError(
            f"members={list(members)}: a member is named twice.", hint="name each member once."
        )
    return np.array(named, dtype=np.int64)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def known_member(population: Population, member: int) -> int:
    """Return the member's number; `EvaluationError` where it does not exist or has diverged."""
    if not 0 <= member < len(population):
        raise EvaluationError(
            f"Member {member} does not exist: this population has members 0 to {len(population) - 1}.",
            hint="name one of these.",
        )
    if population.diverged[member]:
        sound = np.flatnonzero(~population.diverged)
        raise EvaluationError(
            f"Member {member} diverged in training: its weights are no place on a map.",
            hint=f"choose one that did not, such as {int(sound[0])}." if len(sound) else "train again.",
        )
    return member


def question(
    asked: Classifier, population: Population, split: Any, *, cost: str, l2: float, examples: int, seed: int
) -> tuple[Question, np.ndarray]:
    """Return what every point is asked, on at most `examples` examples of `split`, and which they are.

    Raises `EvaluationError` for an unknown cost, one that the members were not trained with, and data that
    they were not built for.
    """
    from thalweg.networks.mixtures import Question

    _check_cost(population, cost, l2)
    chosen = np.arange(len(split))
    if positive("examples", examples) < len(split):
        chosen = np.sort(np.random.default_rng([seed, 1]).choice(chosen, examples, replace=False))
    part = split.take(chosen)
    labels = checked_labels(part)
    predictions(asked, part.take(slice(0, 1)))  # refuses data that the classifier was not built for
    inputs = np.asarray(part.inputs, np.float32).reshape(len(part), *population.input_shape)
    return Question(inputs, labels, cost, float(l2)), chosen


def positive(name: str, value: int, least: int = 1) -> int:
    """Return a count; `EvaluationError` for one below `least`."""
    if value < least:
        raise EvaluationError(
            f"{name}={value}: expected {least} or more.", hint=f"leave {name} out for the default."
        )
    return value


def _check_cost(population: Population, cost: str, l2: float) -> None:
    from thalweg.networks.costs import COST_NAMES, readout_of

    if cost not in COST_NAMES:
        raise EvaluationError(
            f"Unknown cost {cost!r}.{near_match(cost, COST_NAMES)}",
            hint=f"choose from {', '.join(COST_NAMES)}.",
        )
    if readout_of(cost) != population.readout:
        raise EvaluationError(
            f"The cost {cost!r} belongs to {readout_of(cost)} outputs, these members have "
            f"{population.readout} outputs.",
            hint="name the cost that the members were trained with.",
        )
    if not (np.isfinite(l2) and l2 >= 0):
        raise EvaluationError(f"l2={l2}: expected 0 or more.", hint="use the l2 of the recipe.")
