"""Which column of a classifier's answers is which class of the data."""

from __future__ import annotations

import numpy as np

from thalweg.data.class_order import CLASS_ORDER, mapping, reordered
from thalweg.data.dataset import Dataset, Split
from thalweg.data.labels import listing
from thalweg.errors import EvaluationError, ThalwegError
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import Classifier, Predictions, predictions
from thalweg.statistics.likely_order import LikelyOrder, likely_order


def in_order_of(classifier: Classifier, dataset: Dataset) -> Dataset:
    """Return `dataset` with its classes numbered as the classifier's columns stand, and say what is assumed.

    A classifier that names its columns is believed; one that names none has them in the order of the data.
    Raises `EvaluationError` for names that are not those of the data.
    """
    names = tuple(dataset.class_names)
    if classifier.class_names is None:
        if names != tuple(map(str, range(len(names)))):
            classifier.note(
                f"The classifier does not name its columns. They are taken in the order of the classes: "
                f"{mapping(names)}. {CLASS_ORDER} says otherwise."
            )
        return dataset
    columns = classifier.columns(dataset)
    if columns is None or (columns == np.arange(len(names))).all():
        return dataset
    classifier.note(f"The classifier names its columns: {mapping(names, columns)}.")
    return reordered(dataset, [names[label] for label in np.argsort(columns)])


def refuse_misplaced(classifier: Classifier, split: Split, answers: Predictions | None = None) -> None:
    """Raise `EvaluationError` where the columns most likely stand in another order than the classes.

    Not asked of our own networks, nor where the caller said which column is which. `answers`: the
    predictions for `split`, if they are made already.
    """
    if classifier.is_sure:
        return
    answers = predictions(classifier, split) if answers is None else answers
    labels = checked_labels(split)
    for predicted in answers.predicted:
        likely = likely_order(labels, predicted, answers.classes)
        if likely is not None:
            raise misplaced(likely, tuple(split.class_names), EvaluationError)


def misplaced(likely: LikelyOrder, names: tuple[str, ...], error: type[ThalwegError]) -> ThalwegError:
    """Return the error that says in which order the columns likely stand."""
    return error(
        f"Right {100 * likely.given:.1f} % of the time as the columns are taken ({mapping(names)}), and "
        f"{100 * likely.matched:.1f} % if {mapping(names, np.argsort(likely.classes))}: the columns very "
        "likely stand in that order.",
        hint=f"say which column is which: {CLASS_ORDER}, here {listing(names_of(likely, names), most=20)}. "
        "The order that was taken, said in the same way, is measured as it is.",
    )


def names_of(likely: LikelyOrder, names: tuple[str, ...]) -> list[str]:
    """Return the name of each column in the likely order."""
    return [names[label] for label in likely.classes.tolist()]
