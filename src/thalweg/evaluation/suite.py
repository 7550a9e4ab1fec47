"""Every evaluation by name, and `evaluate`, which makes them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from thalweg.errors import EvaluationError, NotApplicable, near_match
from thalweg.evaluation.abstention import abstention
from thalweg.evaluation.adversarial import adversarial
from thalweg.evaluation.calibration import calibration
from thalweg.evaluation.classifier import Classifier, as_classifier
from thalweg.evaluation.diversity import diversity
from thalweg.evaluation.generalisation import generalisation
from thalweg.evaluation.noise import noise
from thalweg.evaluation.outliers import outliers
from thalweg.evaluation.record import NotMeasured, Record
from thalweg.evaluation.shift import shift

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
    "calibration": Evaluation(
        "Is it right as often as it is sure?",
        lambda classifier, dataset, seed: calibration(
            classifier, dataset.test, validation=dataset.validation, seed=seed
        ),
    ),
    "noise": Evaluation(
        "How sure is it of images that show nothing?",
        lambda classifier, dataset, seed: noise(classifier, dataset.test, seed=seed),
    ),
    "outliers": Evaluation(
        "Does it notice what belongs to no class it knows?",
        lambda classifier, dataset, seed: outliers(classifier, dataset, seed=seed),
    ),
    "shift": Evaluation(
        "Does it still work when pictures are moved, turned or damaged, and does it notice?",
        lambda classifier, dataset, seed: shift(classifier, dataset.test, seed=seed),
    ),
    "abstention": Evaluation(
        "What is it worth when it may say that it does not know?",
        lambda classifier, dataset, seed: abstention(classifier, dataset.test, seed=seed),
    ),
    "diversity": Evaluation(
        "Do the networks agree, and what is their vote worth?",
        lambda classifier, dataset, seed: diversity(classifier, dataset.test, seed=seed),
    ),
    "adversarial": Evaluation(
        "How small a nudge of the picture defeats it?",
        lambda classifier, dataset, seed: adversarial(classifier, dataset.test, seed=seed),
    ),
}

HEADLINES = ("accuracy", "calibration", "noise")
"""What the main job makes: the quickest, and the first that one wants to know. The others take longer."""


def evaluate(
    classifier: Any,
    dataset: Any,
    *,
    only: str | Iterable[str] | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    done: Callable[[str, Record], None] | None = None,
) -> dict[str, Record]:
    """Make the evaluations of the suite, or those named in `only`, and return their records by name.

    Args:
        classifier: anything with `probabilities(inputs)`, or a callable, returning [examples, classes] or
            [members, examples, classes].
        dataset: where `dataset.test` is what to measure on and `dataset.train` what was learned from.
        only: names from `EVALUATIONS`, or one string with commas; all of them by default.
        seed: of whatever an evaluation draws, such as noise images.
        progress: called before each evaluation with its name, its place and how many there are.
        done: called after each with its name and record, so that what is made is not lost with what is not.

    An evaluation that does not apply to this classifier or these data (one that needs weights, or pictures)
    gives a `NotMeasured` that says why; asked for by name it raises `NotApplicable`.

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
        try:
            records[name] = EVALUATIONS[name].measure(asked, dataset, seed)
        except NotApplicable as error:
            if only is not None:
                raise
            records[name] = NotMeasured(error.message, error.hint)
        if done is not None:
            done(name, records[name])
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
