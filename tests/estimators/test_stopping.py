"""Every member stops for itself, by scikit-learn's rule."""

from __future__ import annotations

import numpy as np
import pytest

import thalweg as tw
from tests.estimators.conftest import fitted
from thalweg.estimators.stopping import Stopping
from thalweg.networks.history import History


class Made:
    """Members with a weight each, whose costs and weights after every epoch are written down."""

    def __init__(self, costs):
        self.costs = np.asarray(costs, np.float32)  # [members, epochs]

    def after(self, epoch, diverged=None):
        members = len(self.costs)
        history = History(*(self.costs[:, :epoch] for _ in range(4)))
        networks = {"weight": np.full((members, 2), epoch, np.float32)}
        diverged = np.zeros(members, bool) if diverged is None else np.asarray(diverged)
        return tw.Population(networks, diverged, "softmax", (2,), ("a", "b"), history)  # type: ignore[arg-type]


def walk(stopping, made, **more):
    for epoch in range(1, made.costs.shape[1] + 1):
        if stopping(epoch, made.after(epoch, **more)):
            break
    return stopping.kept(made.after(epoch, **more)), epoch


def by_hand(costs, tol, patience):
    """Return how many epochs MLPClassifier would train, by its own lines."""
    best, count = np.inf, 0
    for epoch, cost in enumerate(costs, start=1):
        count = count + 1 if cost > best - tol else 0
        best = min(best, cost)
        if count > patience:
            return epoch
    return len(costs)


def test_the_rule_is_scikit_learns_member_by_member():
    costs = np.random.default_rng(0).normal(size=(20, 40)).cumsum(axis=1) * 0.05
    stopping = Stopping(20, tol=0.05, patience=3)
    walk(stopping, Made(costs))
    expected = [by_hand(row, 0.05, 3) for row in costs.astype(np.float32)]
    assert stopping.epochs.tolist() == expected
    assert len(set(expected)) > 3


def test_a_member_is_kept_as_it_stood_when_it_stopped():
    falling, flat = np.arange(9, 0, -1.0), np.ones(9)
    stopping = Stopping(2, tol=0.1, patience=2)
    kept, epochs = walk(stopping, Made([flat, falling]))
    assert epochs == 9
    assert stopping.stopped.tolist() == [True, False]
    assert kept.networks["weight"][:, 0].tolist() == [4, 9]
    assert np.isnan(kept.history.cost[0]).tolist() == [False] * 4 + [True] * 5


def test_with_a_score_a_member_is_kept_as_it_scored_best():
    scores = np.array([[0.1, 0.5, 0.4, 0.3, 0.9], [0.1, 0.2, 0.3, 0.4, 0.5]])
    stopping = Stopping(
        2, tol=0.0, patience=1, score=lambda population: scores[:, population.history.epochs - 1]
    )
    kept, _ = walk(stopping, Made(np.ones((2, 5))))
    assert kept.networks["weight"][:, 0].tolist() == [2, 5], "what comes after the stop is not seen"
    assert kept.history.validation_accuracy[0, :4].tolist() == pytest.approx([0.1, 0.5, 0.4, 0.3])
    assert np.isnan(kept.history.validation_accuracy[0, 4])


def test_a_member_that_diverged_is_waited_for_no_more():
    stopping = Stopping(2, tol=0.0, patience=50)
    kept, epochs = walk(stopping, Made(np.ones((2, 5))), diverged=[True, True])
    assert epochs == 1
    assert kept.diverged.all()


def test_stopping_early_depends_on_the_examples_kept_back_alone(flowers):
    X, y = flowers
    found = fitted(X, y, early_stopping=True, max_iter=60, n_iter_no_change=3)
    assert found.n_iter_ == max(found.members_n_iter_) == len(found.validation_scores_) < 60
    assert len(set(found.members_n_iter_.tolist())) > 1
    more = fitted(X, y, early_stopping=True, max_iter=60, n_iter_no_change=3, members=2)
    np.testing.assert_allclose(more.members_proba(X), found.members_proba(X)[:2], atol=1e-5)
