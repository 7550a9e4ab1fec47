"""Flowers and a classifier of them, fitted once."""

from __future__ import annotations

import warnings

import pytest

SMALL = {
    "members": 3,
    "hidden_layer_sizes": (6,),
    "batch_size": 32,
    "alpha": 0.1,
    "learning_rate_init": 0.02,
    "max_iter": 8,
    "random_state": 0,
}
"""A classifier that is fitted in no time and has not finished learning."""


def small(**given):
    """Return an unfitted one; what it says of its short training is not what is tested."""
    from thalweg import PopulationClassifier

    return PopulationClassifier(**{**SMALL, **given})


def fitted(X, y, sample_weight=None, **given):
    """Return a small one, fitted, without its warning that it was short."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return small(**given).fit(X, y, sample_weight)


@pytest.fixture(scope="session")
def flowers():
    """150 rows of four features, three classes."""
    from sklearn.datasets import load_iris

    return load_iris(return_X_y=True)


@pytest.fixture(scope="session")
def classifier(flowers):
    """A small one, fitted on all flowers. Read only."""
    return fitted(*flowers)
