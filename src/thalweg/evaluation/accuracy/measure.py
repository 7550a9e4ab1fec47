"""How often members are right, on examples seen and new, and how sure that number is."""

from __future__ import annotations

from typing import overload

import numpy as np

from thalweg.data.dataset import Dataset, Split, TrainSplit
from thalweg.evaluation.accuracy.confusion import confusion_of, hardest_examples
from thalweg.evaluation.accuracy.record import Accuracy, AccuracyAndGap
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import AnyClassifier, Predictions, as_classifier, predictions
from thalweg.evaluation.columns import refuse_misplaced
from thalweg.statistics.chance import over_chance
from thalweg.statistics.intervals import counted, crossed, crossed_difference


@overload
def accuracy(classifier: AnyClassifier, data: Split, *, level: float = 0.95) -> Accuracy: ...
@overload
def accuracy(classifier: AnyClassifier, data: Dataset, *, level: float = 0.95) -> AccuracyAndGap: ...
def accuracy(
    classifier: AnyClassifier, data: Split | Dataset, *, level: float = 0.95
) -> Accuracy | AccuracyAndGap:
    """Measure how often `classifier` names the class of the examples of a split, or of both of a data set.

    Args:
        classifier: anything with `probabilities(inputs)`, or a callable, returning [examples, classes] or
            [members, examples, classes]; members marked in its `diverged` are left out and reported.
        data: labelled examples. Of a data set the training and the test split, and the gap between the two:
            above zero it is what was learned by heart, right on the examples seen, wrong on new ones.
        level: confidence level of every interval, 0..1.

    Returns:
        the record; accuracies are shares 0..1.

    Raises `EvaluationError` for what is not a classifier, answers that are not probabilities of the split's
    classes, labels out of range, where every member diverged, and where the columns of a classifier that is
    not ours most likely stand in another order than the classes (`statistics.likely_order`).

    Examples:
        >>> import thalweg as tw
        >>> found = tw.evaluation.accuracy(population, digits.test)
        >>> print(*found.rows()[0])
        How often is one network right? ... % [..., ...] over starts and examples
        >>> tw.evaluation.accuracy(population, digits)
        test ... %  [..., ...] over starts and examples, n = 4 x 359; training ... % [..., ...]
    """
    classifier = as_classifier(classifier)
    if not isinstance(data, Dataset):
        answers = predictions(classifier, data)
        refuse_misplaced(classifier, data, answers)
        return accuracy_of(answers, data, level=level)
    on_test = predictions(classifier, data.test)
    refuse_misplaced(classifier, data.test, on_test)
    test = accuracy_of(on_test, data.test, level=level)
    if data.train_part is None:
        return AccuracyAndGap(None, test, None, _pictures(test, data.test))
    on_train = predictions(classifier, data.train_part)
    train = accuracy_of(on_train, data.train_part, level=level)
    right_on_train = on_train.predicted == data.train_part.labels
    right_on_test = on_test.predicted == data.test.labels
    gap = crossed_difference(right_on_train, right_on_test, level)
    return AccuracyAndGap(train, test, gap, _pictures(test, data.test))


def accuracy_of(answers: Predictions, split: Split, *, level: float = 0.95) -> Accuracy:
    """Score `answers`, the predictions made for `split`; for where they are needed for something else too."""
    labels = checked_labels(split)
    right = answers.predicted == labels
    ensemble_right = int((answers.ensemble_predicted == labels).sum())
    by_members, by_vote = confusion_of(labels, answers.predicted, answers.ensemble_predicted, answers.classes)
    return Accuracy(
        mean=crossed(right, level),
        member_accuracy=right.mean(axis=1),
        ensemble=counted(ensemble_right, len(labels), level),
        confusion=by_members,
        ensemble_confusion=by_vote,
        share_right=right.mean(axis=0),
        hardest=hardest_examples(labels, answers, identity=split.identity),
        excluded=answers.excluded,
        class_names=tuple(split.class_names),
        over_chance=over_chance(right, labels, tuple(split.class_names), answers.ensemble, level=level),
        level=level,
        learned_from=isinstance(split, TrainSplit),
    )


def _pictures(test: Accuracy, split: Split) -> np.ndarray | None:
    if not split.is_images or split.raw.dtype != np.uint8:
        return None
    return split.raw[[hard.example for hard in test.hardest]]
