"""Who judges the pictures that networks dream: a classifier that learned apart, or the other networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.errors import EvaluationError, NotApplicable, ThalwegError
from thalweg.evaluation.classifier import AnyClassifier, Classifier, Predictions, as_classifier, predictions
from thalweg.evaluation.inside import population_behind
from thalweg.measured import Measured
from thalweg.statistics.intervals import counted, crossed

if TYPE_CHECKING:
    from thalweg.networks.population import Population

LOOKED_AT = 2_000  # test examples that say how good judge and dreamers are


@dataclass(frozen=True, eq=False)
class Judge:
    """A judge: its `name` in words and its `accuracy` on real test examples, interval over examples.

    `classifier` is None where the other members vote, each dreamer judged without itself; `accuracy` is then
    that of the vote of all. `dreamers`: the mean accuracy of single dreamers on the same examples, interval
    over starts and examples.
    """

    name: str
    classifier: Classifier | None
    accuracy: Measured
    dreamers: Measured

    @property
    def is_given(self) -> bool:
        """Whether this is a classifier that learned apart, not the other members."""
        return self.classifier is not None

    @property
    def is_stronger(self) -> bool:
        """Whether it is right more often on real pictures than a dreamer is, beyond both intervals."""
        return (self.accuracy.low or 0.0) > (self.dreamers.high or self.dreamers.value)


def judge_of(
    judge: AnyClassifier | None, name: str | None, population: Population, dataset: Dataset, level: float
) -> Judge | None:
    """Return who judges the members of `population`, none of which diverged; None where nobody can.

    `judge` is any classifier of the data's classes, or None for the vote of the other members. Raises
    `EvaluationError` for what is no classifier, or one of other classes or inputs, and for a judge that has
    members of the population itself among its own.
    """
    few = dataset.test.take(
        np.linspace(0, len(dataset.test) - 1, min(len(dataset.test), LOOKED_AT)).astype(int)
    )
    own = predictions(population, few)
    dreamers = crossed(own.predicted == few.labels, level).measured
    if judge is None:
        if len(population) == 1:
            return None
        return Judge(_vote_of_others(len(population)), None, _accuracy(own, few.labels, level), dreamers)
    answers = _answers(judge, few)
    _refuse_other_names(judge, dataset)
    _refuse_itself(judge, population)
    accuracy = _accuracy(answers, few.labels, level)
    return Judge(name or _described(judge), as_classifier(judge), accuracy, dreamers)


def _accuracy(answers: Predictions, labels: np.ndarray, level: float) -> Measured:
    return counted(int((answers.ensemble_predicted == labels).sum()), len(labels), level)


def _answers(judge: AnyClassifier, examples: Any) -> Predictions:
    try:
        return predictions(judge, examples)
    except ThalwegError as error:
        raise EvaluationError(
            f"judge: {error.message}",
            hint=f"the judge must read the same pictures and know the same classes: {error.hint}",
        ) from None


def _refuse_other_names(judge: AnyClassifier, dataset: Dataset) -> None:
    names = getattr(judge, "class_names", None)
    if names is not None and tuple(names) != tuple(dataset.class_names):
        raise EvaluationError(
            f"judge: its classes are {_short(names)}, those of the data {_short(dataset.class_names)}.",
            hint="give a judge that was trained on the same classes, in the same order.",
        )


def _refuse_itself(judge: AnyClassifier, population: Population) -> None:
    try:
        members = population_behind(judge)
    except NotApplicable:
        return  # its weights are not known: not one of ours
    first, second = (_largest_array(each) for each in (members, population))
    if first.shape[1:] != second.shape[1:]:
        return
    shared = sum(bool((second == weight).reshape(len(second), -1).all(axis=1).any()) for weight in first)
    if shared:
        raise EvaluationError(
            f"judge: {shared} of its {len(first)} members are among those that dream.",
            hint="leave judge out for the vote of the others, or give networks that were trained apart.",
        )


def _largest_array(population: Population) -> np.ndarray:
    """Return the weights [members, ...] of which there are most: no two members have the same."""
    import jax

    return max(map(np.asarray, jax.tree.leaves(population.networks)), key=lambda array: array.size)


def _described(judge: AnyClassifier) -> str:
    try:
        members = population_behind(judge)
    except NotApplicable:
        return "the judge"
    size = f"of {members.parameters:,} parameters"
    return f"another network {size}" if len(members) == 1 else f"the vote of {len(members):,} others {size}"


def _vote_of_others(members: int) -> str:
    return "the other network" if members == 2 else f"the vote of the other {members - 1:,} networks"


def _short(names: Any) -> str:
    shown = ", ".join(str(name) for name in tuple(names)[:12])
    return shown if len(names) <= 12 else f"{shown} ... ({len(names)})"
