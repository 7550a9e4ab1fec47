"""Which members a costly measurement of weights looks at, and whether it can be made of this classifier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.errors import EvaluationError, NotApplicable, near_match
from thalweg.evaluation.accuracy import checked_labels
from thalweg.evaluation.classifier import as_classifier, predictions

if TYPE_CHECKING:
    from thalweg.networks.population import Population


def white_box(classifier: Any, split: Any, *, cost: str, l2: float) -> Population:
    """Return the population behind `classifier`, after looking whether its cost has a surface to walk on.

    Raises `NotApplicable` where there are no weights or no gradients, `EvaluationError` for an unknown cost,
    an l2 out of range, and examples or labels that do not fit.
    """
    source = as_classifier(classifier).source
    population = None
    if type(source).__module__.split(".")[0] == "thalweg":  # nothing else has weights that we know
        from thalweg.networks.attack import attackable

        population = attackable(source)
    if population is None:
        raise NotApplicable(
            f"The shape of the cost is a matter of weights, and a {type(source).__name__} shows none.",
            hint="pass a population or one of its members.",
        )
    _check_cost(cost, l2)
    if getattr(population.networks, "activation", None) == "step":
        raise NotApplicable(
            'Neurons of activation "step" have no gradient: the cost is flat almost everywhere.',
            hint="measure a network of another activation.",
        )
    checked_labels(split)
    predictions(source, split.take(slice(0, 1)))  # refuses data that the classifier was not built for
    return population


def chosen_members(population: Population, members: Iterable[int] | None, *, default: int) -> tuple[int, ...]:
    """Return the members asked for, or the first `default` that did not diverge.

    Raises `EvaluationError` for a member that does not exist or that diverged.
    """
    if members is None:
        return tuple(np.flatnonzero(~population.diverged)[:default].tolist())
    asked = tuple(int(member) for member in members)
    if not asked:
        raise EvaluationError("No member was named.", hint="leave `members` out, or name one or more.")
    for member in asked:
        if not 0 <= member < len(population):
            raise EvaluationError(
                f"member {member}: this population has members 0..{len(population) - 1}.",
                hint="name members that exist; they are counted from 0.",
            )
        if population.diverged[member]:
            raise EvaluationError(
                f"member {member} diverged in training: its weights are no place on the hill.",
                hint="name another member, or train again with a smaller learning rate.",
            )
    return asked


def _check_cost(cost: str, l2: float) -> None:
    from thalweg.networks.costs import COST_NAMES

    if cost not in COST_NAMES:
        raise EvaluationError(
            f"Unknown cost {cost!r}.{near_match(cost, COST_NAMES)}",
            hint=f"choose from {', '.join(COST_NAMES)}.",
        )
    if not (np.isfinite(l2) and l2 >= 0):
        raise EvaluationError(
            f"l2={l2}: expected a finite number, 0 or more.", hint="give the l2 that it was trained with."
        )
