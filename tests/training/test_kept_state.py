from types import SimpleNamespace

import numpy as np
import pytest

from thalweg.errors import TrainingError
from thalweg.training.kept_state import epochs_kept, state_of_all

START = [
    SimpleNamespace(shape=(3, 2), dtype=np.dtype(np.float32)),
    SimpleNamespace(shape=(), dtype=np.dtype(np.int32)),
]
HISTORY = (4, 5, 7)


def kept():
    return {
        "state.0": np.zeros((5, 3, 2), np.float32),
        "state.1": np.zeros(5, np.int32),
        "history": np.zeros(HISTORY),
    }


def test_what_fits_is_gone_on_with():
    tensors = kept()
    assert state_of_all(tensors, START, HISTORY) == [tensors["state.0"], tensors["state.1"]]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("state.1", None, "state.1 is nothing, expected int32 5"),
        ("history", None, "history is nothing"),
        ("state.2", np.zeros(3), "state.2 is float64 3, expected nothing"),
        ("state.0", np.zeros((4, 3, 2), np.float32), r"float32 4 x 3 x 2, expected float32 5 x 3 x 2"),
        ("state.0", np.zeros((5, 3, 2)), "float64 5 x 3 x 2, expected float32"),
        ("history", np.zeros((4, 5, 8)), "4 x 5 x 8, expected float64 4 x 5 x 7"),
    ],
)
def test_what_does_not_fit_is_refused(name, value, why):
    tensors = {key: array for key, array in {**kept(), name: value}.items() if array is not None}
    with pytest.raises(TrainingError, match=why):
        state_of_all(tensors, START, HISTORY)


@pytest.mark.parametrize("facts", [{"epoch": 8}, {"epoch": 3, "group_size": 0}])
def test_epochs_that_there_are_not(facts):
    with pytest.raises(TrainingError, match="the checkpoint is damaged"):
        epochs_kept(facts, 7)


def test_epochs_that_there_are():
    assert epochs_kept({"epoch": 7, "group_size": 3}, 7) == 7
    assert epochs_kept({}, 7) == 0
