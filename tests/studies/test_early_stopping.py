from types import SimpleNamespace

import numpy as np

from thalweg.studies.early_stopping import Ended, Stopping, epochs_apart


class Members:
    """Three members that answer as they are told, and what they cost on validation."""

    def __init__(self, right, costs):
        self.right = np.asarray(right, bool)
        self.history = SimpleNamespace(validation_cost=np.asarray(costs)[:, None])

    def logits(self, split):
        return np.stack([~self.right, self.right], axis=-1).astype(float)


class SplitOfTwo:
    labels = np.ones(2, int)

    def __len__(self):
        return 2


def test_answers_are_those_of_the_epoch_that_was_best_on_validation():
    stopping = Stopping(SplitOfTwo(), 3)
    stopping(0, None)
    stopping(1, Members([[1, 1], [0, 0], [1, 0]], [0.5, 0.5, np.nan]))
    stopping(2, Members([[0, 0], [1, 0], [0, 1]], [0.5, 0.4, np.nan]))
    told = stopping.told(np.zeros(3, bool))
    found = Ended.of(told, 2)
    assert found.epoch.tolist() == [1, 2, 0], "the first of equals; of what was never a number none"
    assert found.right.tolist() == [[True, True], [True, False], [False, False]]
    assert found.last.tolist() == [0.0, 0.5, 0.5]
    assert found.diverged.tolist() == [False, False, True]
    assert found.of_members(np.array([1])).epoch.tolist() == [2]


def test_equal_epochs_are_known_to_their_rounding_only():
    found = epochs_apart(np.full(6, 2.0), 0.95)
    assert found.value == 2.0
    assert 0.3 < found.high - found.value < 0.5  # 2.57 * sqrt(1 / 6 / 6)
