"""Is one better than the other, or was it luck? Two classifiers on the same examples."""

from __future__ import annotations

from collections.abc import Sequence

from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import AnyClassifier, predictions
from thalweg.evaluation.comparison.record import Comparison
from thalweg.evaluation.comparison.superiority import superiority
from thalweg.listening import begin_part
from thalweg.statistics.chance import over_chance
from thalweg.statistics.intervals import crossed
from thalweg.statistics.paired import mcnemar, paired_difference


def compare(
    first: AnyClassifier,
    second: AnyClassifier,
    split: Split,
    *,
    names: Sequence[str] = ("first", "second"),
    level: float = 0.95,
) -> Comparison:
    """Compare the accuracy of two classifiers or populations on the same examples of `split`.

    Args:
        first: as for `accuracy`; its members are taken to be trained independently of the other's.
        second: the other one, with as many members or not.
        split: labelled examples, the same for both.
        names: what to call them, two different names.
        level: confidence level of every interval, and 1 − the false alarms of the verdict, 0..1.

    Measured (`benchmarks/intervals/comparison.py`): where there is no difference, one is called better in at
    most 6 % of cases from three members a side up, mostly in under 3 %; in up to 8 % of two members, and in
    fewer than 5 % by the exact test of two single networks.

    Raises `EvaluationError` as `accuracy` does, and for names that are not two different ones.

    Examples:
        >>> import thalweg as tw
        >>> tw.evaluation.compare(population[:2], population[2:], digits.test, names=("these", "those"))
        these against those: no difference shown: ... points [..., ...], over starts and examples
    """
    labels, called = checked_labels(split), _checked(names)
    answers = []
    for place, one in enumerate((first, second)):
        begin_part(f"what {called[place]} answers", place, 3)
        answers.append(predictions(one, split))
    begin_part("their difference", 2, 3)
    right = [own.predicted == labels for own in answers]
    together = [(own.ensemble_predicted == labels)[None] for own in answers]
    members = (len(right[0]), len(right[1]))
    single, several = members == (1, 1), min(members) > 1
    return Comparison(
        names=called,
        members=members,
        examples=len(labels),
        accuracies=(crossed(right[0], level), crossed(right[1], level)),
        difference=paired_difference(*right, level=level),
        probability_better=superiority(*right, level=level) if several else None,
        mcnemar=mcnemar(right[0][0], right[1][0]) if single else None,
        ensemble_difference=None if single else paired_difference(*together, level=level),
        ensemble_mcnemar=None if single else mcnemar(together[0][0], together[1][0]),
        excluded=(answers[0].excluded, answers[1].excluded),
        member_accuracies=(right[0].mean(axis=1), right[1].mean(axis=1)),
        level=level,
        over_chance=(
            over_chance(right[0], labels, split.class_names, answers[0].ensemble, level=level),
            over_chance(right[1], labels, split.class_names, answers[1].ensemble, level=level),
        ),
    )


def _checked(names: Sequence[str]) -> tuple[str, str]:
    if isinstance(names, str) or len(names) != 2 or names[0] == names[1]:
        raise EvaluationError(
            f"names={names!r}: expected two different names.", hint='use names=("plain", "augmented").'
        )
    return str(names[0]), str(names[1])
