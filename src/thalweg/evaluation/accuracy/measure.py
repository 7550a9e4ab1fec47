"""What is lost on new examples: accuracy on what was learned from against accuracy on what was not."""

from __future__ import annotations

from typing import Any

import numpy as np

from thalweg.evaluation.accuracy.one_split import Accuracy, accuracy_of
from thalweg.evaluation.accuracy.record import Generalisation
from thalweg.evaluation.classifier import as_classifier, predictions
from thalweg.statistics.intervals import crossed_difference


def generalisation(classifier: Any, dataset: Any, *, level: float = 0.95) -> Generalisation:
    """Measure accuracy on the training and the test split of `dataset`, and the gap between the two.

    A gap above zero is what was learned by heart: right on the examples seen, wrong on new ones. Raises
    `EvaluationError` as `accuracy` does.
    """
    classifier = as_classifier(classifier)
    on_test = predictions(classifier, dataset.test)
    test = accuracy_of(on_test, dataset.test, level=level)
    if dataset.train_part is None:
        return Generalisation(None, test, None, _pictures(test, dataset.test))
    on_train = predictions(classifier, dataset.train_part)
    train = accuracy_of(on_train, dataset.train_part, level=level)
    right_on_train = on_train.predicted == dataset.train_part.labels
    right_on_test = on_test.predicted == dataset.test.labels
    gap = crossed_difference(right_on_train, right_on_test, level)
    return Generalisation(train, test, gap, _pictures(test, dataset.test))


def _pictures(test: Accuracy, split: Any) -> np.ndarray | None:
    if not split.is_images or split.raw.dtype != np.uint8:
        return None
    return split.raw[[hard.example for hard in test.hardest]]
