"""Judges that scikit-learn has: a forest, boosted trees, and logistic regression."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from thalweg.data.dataset import Split
from thalweg.studies.label_audit.evidence import Evidence, error_of
from thalweg.studies.label_audit.judges.folds import cross_fitted

TREES, FEWEST_TREES, TREE_ROWS = 300, 100, 6_000_000
"""Trees of a forest, fewer where examples are many: each learns from as many rows as there are examples."""

BOOSTED_TREES, ROUNDS = 3000, (20, 100)
"""Boosted trees are grown a class and a round, in 100 rounds, or fewer where classes are many."""


def forest(train: Split, also: Split | None, seed: int) -> Evidence:
    """Return what a random forest says of every example, each tree of those that it did not learn from.

    A tree learns from a bootstrap sample, which leaves out 37 % of the examples (out of bag; Breiman,
    Machine Learning 45, 2001). Arguments as for every judge: see `thalweg.studies.label_audit.judges.panel`.
    """
    inputs, labels, classes = _table(train), train.labels, train.classes
    trees = int(np.clip(TREE_ROWS // len(labels), FEWEST_TREES, TREES))
    grown = RandomForestClassifier(trees, n_jobs=-1, random_state=seed).fit(inputs, labels)
    asked = inputs if also is None else _table(also)
    asked = np.ascontiguousarray(asked, dtype=np.float32)
    sums, squares, votes = (np.zeros((len(asked), classes)) for _ in range(3))
    times = np.zeros(len(asked), dtype=int)
    for tree, learned in zip(grown.estimators_, grown.estimators_samples_, strict=True):
        new = np.ones(len(asked), dtype=bool)
        if also is None:
            new[learned] = False
        answers = np.zeros((int(new.sum()), classes))
        answers[:, grown.classes_] = tree.predict_proba(asked[new])
        sums[new] += answers
        squares[new] += answers**2
        votes[np.flatnonzero(new), answers.argmax(axis=1)] += 1
        times[new] += 1
    mean = sums / times[:, None]
    return Evidence(mean, votes / times[:, None], times, error_of(mean, squares, times[:, None]))


def boosted_trees(train: Split, also: Split | None, seed: int) -> Evidence:
    """Return what gradient-boosted trees say, of five folds (Friedman, Annals of Statistics 29, 2001)."""
    rounds = int(np.clip(BOOSTED_TREES // train.classes, *ROUNDS))
    boosted = HistGradientBoostingClassifier(
        max_iter=rounds,
        learning_rate=min(0.3, 0.1 * ROUNDS[1] / rounds),
        random_state=seed,
    )
    return _of_folds(boosted, train, also, seed)


def logistic(train: Split, also: Split | None, seed: int) -> Evidence:
    """Return what logistic regression says, of five folds."""
    return _of_folds(make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)), train, also, seed)


def _of_folds(classifier: BaseEstimator, train: Split, also: Split | None, seed: int) -> Evidence:
    asked = None if also is None else _table(also)
    return cross_fitted(classifier, _table(train), train.labels, train.classes, also=asked, seed=seed)


def _table(split: Split) -> np.ndarray:
    return np.asarray(split.inputs, dtype=np.float32).reshape(len(split), -1)


FITTED: dict[str, Callable[[Split, Split | None, int], Evidence]] = {
    "forest": forest,
    "boosted-trees": boosted_trees,
    "logistic": logistic,
}
"""Judges by name; each is told what it may learn from, what it judges instead, if anything, and a seed."""
