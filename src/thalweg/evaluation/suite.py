"""Every evaluation by name, and `evaluate`, which makes them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from thalweg.errors import EvaluationError, near_match
from thalweg.evaluation.classifier import Classifier, as_classifier
from thalweg.evaluation.generalisation import generalisation
from thalweg.evaluation.noise import noise
from thalweg.evaluation.record import Record

Progress = Callable[[str, int, int], None]
"""Called before each evaluation with its name, its place (from 0) and how many there are."""


@dataclass(frozen=True)
class Evaluation:
    """One entry of the suite: the question it answers and the function that answers it.

    `measure(classifier, dataset, seed)` returns a record.
    """

    question: str
    measure: Callable[[Classifier, Any, int], Record]


EVALUATIONS: dict[str, Evaluation] = {
    "accuracy": Evaluation(
        "How often is it right, on examples seen and new?",
        lambda classifier, dataset, seed: generalisation(classifier, dataset),
    ),
    "noise": Evaluation(
        "How sure is it of images that show nothing?",
        lambda classifier, dataset, seed: noise(classifier, dataset.test, seed=seed),
    ),
}


def evaluate(
    classifier: Any,
    dataset: Any,
    *,
    only: str | Iterable[str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Record]:
    """Make the evaluations of the suite, or those named in `only`, and return their records by name.

    Args:
        classifier: anything with `probabilities(inputs)`, or a callable, returning [examples, classes] or
            [members, examples, classes].
        dataset: where `dataset.test` is what to measure on and `dataset.train` what was learned from.
        only: names from `EVALUATIONS`, or one string with commas; all of them by default.
        seed: of whatever an evaluation draws, such as noise images.
        progress: called before each evaluation with its name, its place and how many there are.

    Raises `EvaluationError` for an unknown name (with the near match), for a split in place of a data set,
    and as the evaluations themselves do.
    """
    if not hasattr(dataset, "test"):
        raise EvaluationError(
            f"evaluate() takes a data set, found a {type(dataset).__name__}.",
            hint="pass the data set itself; evaluation.accuracy(classifier, split) measures one split.",
        )
    names = _chosen(only)
    asked = as_classifier(classifier)
    records: dict[str, Record] = {}
    for place, name in enumerate(names):
        if progress is not None:
            progress(name, place, len(names))
        records[name] = EVALUATIONS[name].measure(asked, dataset, seed)
    return records


def _chosen(only: str | Iterable[str] | None) -> list[str]:
    known = tuple(EVALUATIONS)
    if only is None:
        return list(known)
    asked = {name.strip() for name in (only.split(",") if isinstance(only, str) else only)}
    for name in sorted(asked - set(known)):
        raise EvaluationError(
            f"Unknown evaluation {name!r}.{near_match(name, known)}",
            hint=f"choose from {', '.join(known)}.",
        )
    if not asked:
        raise EvaluationError("No evaluation was named.", hint=f"choose from {', '.join(known)}.")
    return [name for name in known if name in asked]
