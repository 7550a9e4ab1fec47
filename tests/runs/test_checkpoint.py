import os

import numpy as np
import pytest

from thalweg.errors import RunError
from thalweg.runs import RunCheckpoint


def test_nothing_is_kept_at_first(tmp_path):
    checkpoint = RunCheckpoint(tmp_path / "checkpoint")
    assert checkpoint.load() is None
    assert checkpoint.epoch == 0


def test_what_was_kept_last_is_loaded(tmp_path):
    first = RunCheckpoint(tmp_path / "checkpoint")
    first.save({"a": np.zeros(2)}, {"epoch": 1})
    first.save({"a": np.ones(2)}, {"epoch": 2, "group_size": 8})
    assert first.epoch == 2
    assert os.listdir(tmp_path / "checkpoint") == ["state.safetensors"]

    second = RunCheckpoint(tmp_path / "checkpoint")
    kept = second.load()
    assert kept is not None
    tensors, facts = kept
    np.testing.assert_array_equal(tensors["a"], np.ones(2))
    assert facts == {"epoch": 2, "group_size": 8}
    assert second.epoch == 2


def test_seconds_are_counted_over_all_sittings(tmp_path):
    first = RunCheckpoint(tmp_path / "checkpoint")
    first._seconds_before = 100.0
    first.save({"a": np.zeros(1)}, {"epoch": 1})
    second = RunCheckpoint(tmp_path / "checkpoint")
    second.load()
    assert second.seconds == first.seconds >= 100.0
    second.save({"a": np.zeros(1)}, {"epoch": 2})
    assert second.seconds >= first.seconds


def test_a_damaged_checkpoint_is_named(tmp_path):
    checkpoint = RunCheckpoint(tmp_path / "checkpoint")
    checkpoint.save({"a": np.zeros(100)}, {"epoch": 1})
    checkpoint.path.write_bytes(checkpoint.path.read_bytes()[:200])
    with pytest.raises(RunError, match=r"state\.safetensors: damaged"):
        RunCheckpoint(tmp_path / "checkpoint").load()


def test_removing_leaves_nothing(tmp_path):
    checkpoint = RunCheckpoint(tmp_path / "checkpoint")
    checkpoint.save({"a": np.zeros(1)}, {"epoch": 1})
    checkpoint.remove()
    checkpoint.remove()
    assert not (tmp_path / "checkpoint").exists()
