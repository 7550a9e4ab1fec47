"""What a classifier says of examples that it did not learn from, fold by fold (cross-fitting)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from thalweg.studies.label_audit.evidence import Evidence

FOLDS = 5
"""Every example is judged by a classifier that learned from the other folds."""


def cross_fitted(
    classifier: BaseEstimator,
    inputs: np.ndarray,
    labels: np.ndarray,
    classes: int,
    *,
    also: np.ndarray | None = None,
    seed: int = 0,
) -> Evidence:
    """Return what a scikit-learn classifier says of each example that it did not learn from.

    Main arguments: `inputs` [examples, features] and `labels` int [examples] of so many `classes`.
    `also` [others, features]: what is judged instead, by one classifier that learned from all examples.
    """
    with warnings.catch_warnings():
        # an end before the very bottom is as good a judge
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _cross_fitted(classifier, inputs, labels, classes, also, seed)


def _cross_fitted(
    classifier: BaseEstimator,
    inputs: np.ndarray,
    labels: np.ndarray,
    classes: int,
    also: np.ndarray | None,
    seed: int,
) -> Evidence:
    if also is not None:
        return _alone(_answers(classifier, inputs, labels, also, classes))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    warnings.filterwarnings("ignore", message="The least populated class")
    parts = list(folds.split(inputs, labels))
    # a fold a core, with one thread each, as members are trained: threads of OpenMP wait for each other
    answered = Parallel(n_jobs=-1, prefer="threads")(
        delayed(_answers)(classifier, inputs[rest], labels[rest], inputs[fold], classes)
        for rest, fold in parts
    )
    answers = np.zeros((len(labels), classes))
    for own, (_, fold) in zip(answered, parts, strict=True):
        answers[fold] = own
    return _alone(answers)


def _answers(
    classifier: BaseEstimator, inputs: np.ndarray, labels: np.ndarray, asked: np.ndarray, classes: int
) -> np.ndarray:
    copy: Any = clone(classifier)
    answers = np.zeros((len(asked), classes))  # a class of one example may be in no other fold
    with threadpool_limits(1):
        copy.fit(inputs, labels)
        answers[:, copy.classes_] = copy.predict_proba(asked)
    return answers


def _alone(answers: np.ndarray) -> Evidence:
    votes = np.zeros_like(answers)
    votes[np.arange(len(answers)), answers.argmax(axis=1)] = 1.0
    return Evidence(answers, votes, np.ones(len(answers), dtype=int), np.full(answers.shape, np.nan))
