"""The path that a run keeps: what it holds, and that stopping and resuming change nothing of it."""

from dataclasses import replace

import numpy as np
import pytest

from thalweg import recording, runs
from thalweg.errors import RunError
from thalweg.networks import exchange
from thalweg.recording import Interrupted
from thalweg.runs.path import FILE
from thalweg.training import train


def assert_same_weights(one, other):
    first, second = exchange.to_tensors(one.networks), exchange.to_tensors(other.networks)
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        assert np.asarray(tensor).tobytes() == np.asarray(second[name]).tobytes(), name


def test_the_path_of_a_run_is_what_training_shows(finished_run, quarters_dataset, small_recipe):
    seen = {}
    train(
        small_recipe,
        quarters_dataset.train,
        members=3,
        seed=5,
        watch=lambda epoch, members: seen.update({epoch: members}),
    )
    path = recording.path_of(runs.open(finished_run.path))
    assert path is not None
    assert (path.epochs, path.members) == ((0, 1, 2, 3, 4), 3)
    for epoch, members in seen.items():
        assert_same_weights(path[epoch], members)
    assert_same_weights(path[4], recording.population_of(finished_run))
    assert not np.array_equal(path.flat(0)[0], path.flat(0)[4])


def test_the_record_says_what_was_kept(finished_run):
    assert finished_run.record["path"] == {"members": 3, "epochs": [0, 1, 2, 3, 4]}
    assert not (finished_run.path / "checkpoint").exists()


@pytest.mark.parametrize("epoch", [1, 3])
def test_a_resumed_training_keeps_the_same_path(
    finished_run, quarters_dataset, small_recipe, tmp_path, epoch
):
    def stop(state):
        if state.epoch == epoch:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        recording.train_run(
            small_recipe, quarters_dataset, members=3, seed=5, out=tmp_path / "run", progress=stop
        )
    resumed = recording.resume_run(tmp_path / "run")
    assert (resumed.path / FILE).read_bytes() == (finished_run.path / FILE).read_bytes()


@pytest.mark.parametrize("written", [1, 2, 3])
def test_a_training_killed_between_two_writes_keeps_the_same_path(
    finished_run, quarters_dataset, small_recipe, tmp_path, monkeypatch, written
):
    """Snapshot and checkpoint are two files: stopped after either, nothing is lost and nothing is doubled."""
    from thalweg.runs.checkpoint import RunCheckpoint

    count, save = [], RunCheckpoint.save

    def die(self, tensors, facts):
        count.append(facts["epoch"])
        if len(count) == written:
            raise KeyboardInterrupt
        save(self, tensors, facts)

    monkeypatch.setattr(RunCheckpoint, "save", die)
    with pytest.raises(Interrupted):
        recording.train_run(small_recipe, quarters_dataset, members=3, seed=5, out=tmp_path / "run")
    monkeypatch.setattr(RunCheckpoint, "save", save)
    resumed = recording.resume_run(tmp_path / "run")
    assert (resumed.path / FILE).read_bytes() == (finished_run.path / FILE).read_bytes()


def test_a_path_of_so_many_members_or_of_none(quarters_dataset, small_recipe, tmp_path):
    recipe = replace(small_recipe, epochs=1)
    one = recording.train_run(recipe, quarters_dataset, members=2, out=tmp_path / "one", keep_path=1)
    path = recording.path_of(one)
    assert path is not None
    assert (path.epochs, path.members) == ((0, 1), 1)
    none = recording.train_run(recipe, quarters_dataset, members=2, out=tmp_path / "none", keep_path=0)
    assert recording.path_of(none) is None
    assert not (none.path / FILE).exists()


def test_more_paths_than_members_are_refused_and_nothing_is_left(quarters_dataset, small_recipe, tmp_path):
    with pytest.raises(RunError, match="the path of 4 members cannot be kept: 3 are trained") as error:
        recording.train_run(small_recipe, quarters_dataset, members=3, out=tmp_path / "run", keep_path=4)
    assert error.value.hint
    assert not (tmp_path / "run").exists()


def test_a_run_of_before_has_no_path(copied_run):
    record = {key: value for key, value in copied_run.record.items() if key != "path"}
    copied_run.record = record
    assert recording.path_of(copied_run) is None


def test_a_path_that_is_gone_or_without_weights_is_named(copied_run):
    (copied_run.path / FILE).unlink()
    with pytest.raises(RunError, match=r"path\.safetensors: this file of the run is missing"):
        recording.path_of(copied_run)
    (copied_run.path / "population.safetensors").unlink()
    with pytest.raises(RunError, match=r"population\.safetensors: this file of the run is missing"):
        recording.path_of(copied_run)


def test_descent_and_landscape_of_a_run_use_its_path(copied_run):
    made = recording.evaluate_run(copied_run, only="descent,landscape")
    assert made["descent"].to_json()["walk"]["epochs"] == [0, 1, 2, 3, 4]
    assert copied_run.evaluation("descent")["lacking"] == {}
    landscape = copied_run.evaluation("landscape")
    assert (landscape["walker"], landscape["epochs"]) == (0, [0, 1, 2, 3, 4])
    assert len(landscape["path"]["marks"]) == 5
    assert landscape["path"]["cost_at_marks"][-1] == pytest.approx(
        copied_run.evaluation("descent")["walk"]["cost"]["median"][-1], rel=0.2
    )
