import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from thalweg import data, recording, runs
from thalweg.errors import EvaluationError, RecipeError, RunError, TrainingError
from thalweg.evaluation import EVALUATIONS
from thalweg.recording import Interrupted
from thalweg.training import train


def stopping_after(epoch):
    def progress(state):
        if state.epoch == epoch:
            raise KeyboardInterrupt

    return progress


def assert_same_result(first, second):
    """Every weight and the whole history are the same, bit for bit."""
    weights, again = first.weights(), second.weights()
    assert weights.keys() == again.keys()
    for name, tensor in weights.items():
        assert tensor.tobytes() == again[name].tobytes(), name
    history = "history.parquet"
    assert (first.path / history).read_bytes() == (second.path / history).read_bytes()


def test_a_run_records_what_it_was_made_of(finished_run, quarters_dataset, quarters_file, small_recipe):
    record = json.loads((finished_run.path / "run.json").read_text("utf-8"))
    assert record["status"] == "trained"
    assert record["recipe"] == small_recipe.to_table()
    assert record["data"] == {
        "name": quarters_dataset.name,
        "source": str(quarters_file),
        "label_column": None,
        "hash": quarters_dataset.content_hash,
        "train": 97,
        "held_out": 0,
        "test": 40,
    }
    assert (record["members"], record["seed"], record["diverged"]) == (3, 5, [])
    assert record["parameters"] == 36 * 5 + 5 + 5 * 4 + 4
    assert record["input_shape"] == [6, 6]
    assert record["class_names"] == list(quarters_dataset.class_names)
    assert record["seconds"] > 0
    assert record["started"] <= record["finished"]
    assert {"processor", "platform", "versions", "command"} <= record.keys()
    assert not (finished_run.path / "checkpoint").exists()


def test_the_population_of_a_run_is_what_train_returns(finished_run, quarters_dataset, small_recipe):
    from thalweg.training import train

    trained = train(small_recipe, quarters_dataset.train, members=3, seed=5)
    loaded = recording.population_of(runs.open(finished_run.path))
    answers = trained.probabilities(quarters_dataset.test)
    np.testing.assert_array_equal(loaded.probabilities(quarters_dataset.test), answers)
    assert loaded.class_names == trained.class_names
    assert loaded.history is not None
    assert trained.history is not None
    np.testing.assert_array_equal(loaded.history.cost, trained.history.cost)
    np.testing.assert_array_equal(loaded.history.accuracy, trained.history.accuracy)
    assert np.isnan(loaded.history.validation_cost).all()


def test_a_resumed_training_equals_an_uninterrupted_one(
    finished_run, quarters_dataset, small_recipe, tmp_path
):
    with pytest.raises(Interrupted, match="stopped after epoch 2 of 4") as stop:
        recording.train_run(
            small_recipe,
            quarters_dataset,
            members=3,
            seed=5,
            out=tmp_path / "run",
            progress=stopping_after(2),
        )
    assert (stop.value.run.path, stop.value.epoch) == (tmp_path / "run", 2)
    epochs = []
    resumed = recording.resume_run(tmp_path / "run", progress=lambda state: epochs.append(state.epoch))
    assert epochs == [3, 4]
    assert resumed.finished
    assert_same_result(resumed, finished_run)


def test_a_record_that_does_not_say_how_many_were_learned_from_is_resumed(
    finished_run, quarters_dataset, small_recipe, tmp_path
):
    given = {"members": 3, "seed": 5, "out": tmp_path / "run", "progress": stopping_after(2)}
    with pytest.raises(Interrupted):
        recording.train_run(small_recipe, quarters_dataset, **given)
    file = tmp_path / "run" / "run.json"
    record = json.loads(file.read_text())
    del record["data"]["train"]
    file.write_text(json.dumps(record))
    assert_same_result(recording.resume_run(tmp_path / "run"), finished_run)


def test_a_run_of_which_nothing_was_kept_goes_on_with_its_engine(
    quarters_dataset, small_recipe, tmp_path, monkeypatch
):
    given = {"members": 3, "seed": 5, "engine": "xla"}
    whole = recording.train_run(small_recipe, quarters_dataset, **given, out=tmp_path / "whole")

    def stopped(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(recording, "train", stopped)
        with pytest.raises(Interrupted):
            recording.train_run(small_recipe, quarters_dataset, **given, out=tmp_path / "run")
    asked = []
    monkeypatch.setattr(
        recording, "train", lambda *args, **named: asked.append(named["engine"]) or train(*args, **named)
    )
    assert_same_result(recording.resume_run(tmp_path / "run"), whole)
    assert asked == ["xla"]


KILLED = """
import signal, sys
from thalweg import data, recording
from thalweg.training import Recipe

def progress(state):
    if state.epoch == 2:
        print("two epochs", flush=True)
        signal.pause()

recipe = Recipe.load(sys.argv[1])
recording.train_run(
    recipe, data.load(sys.argv[2]), members=3, seed=5, out=sys.argv[3], progress=progress
)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_training_is_resumed_as_if_nothing_had_been(
    finished_run, quarters_file, small_recipe, tmp_path
):
    small_recipe.save(tmp_path / "small.toml")
    words = [sys.executable, "-c", KILLED, tmp_path / "small.toml", quarters_file, tmp_path / "run"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as training:
        assert training.stdout is not None
        assert training.stdout.readline() == "two epochs\n"
        training.kill()
    assert training.returncode == -signal.SIGKILL
    assert runs.open(tmp_path / "run").status == "training"
    assert_same_result(recording.resume_run(tmp_path / "run"), finished_run)


def test_a_training_stopped_before_its_first_epoch_starts_anew(
    finished_run, quarters_dataset, small_recipe, tmp_path
):
    def stop(run):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recording.train_run(
            small_recipe, quarters_dataset, members=3, seed=5, out=tmp_path / "run", started=stop
        )
    assert_same_result(recording.resume_run(tmp_path / "run"), finished_run)


def test_a_finished_run_is_returned_as_it_is(copied_run):
    before = {file: file.read_bytes() for file in copied_run.path.iterdir()}
    assert recording.resume_run(copied_run.path).finished
    assert {file: file.read_bytes() for file in copied_run.path.iterdir()} == before


def test_data_that_changed_are_refused(copied_run, quarters_dataset):
    from dataclasses import replace

    labels = quarters_dataset.test.labels.copy()
    labels[0] = (labels[0] + 1) % 4
    changed = replace(quarters_dataset, test=replace(quarters_dataset.test, labels=labels))
    copied_run.update(status="training")
    with pytest.raises(RunError, match="not the data that this was made of"):
        recording.resume_run(copied_run.path, dataset=changed)
    copied_run.update(status="trained")
    with pytest.raises(RunError, match="not the data"):
        recording.evaluate_run(copied_run, dataset=changed)


def test_the_data_are_found_again_from_another_directory(
    quarters_file, quarters_dataset, small_recipe, tmp_path, monkeypatch
):
    monkeypatch.chdir(quarters_file.parent)
    with pytest.raises(Interrupted):
        recording.train_run(
            small_recipe, data.load(quarters_file.name), out=tmp_path / "run", progress=stopping_after(1)
        )
    monkeypatch.chdir(tmp_path)
    again = recording.dataset_of(runs.open(tmp_path / "run"))
    assert again.content_hash == quarters_dataset.content_hash


def test_data_that_were_arrays_must_be_given_again(copied_run, quarters_dataset):
    copied_run.update(data={**copied_run.record["data"], "source": ""})
    with pytest.raises(RunError, match="arrays in memory"):
        recording.dataset_of(copied_run)
    assert recording.evaluate_run(copied_run, dataset=quarters_dataset, only="accuracy")


def test_evaluations_are_written_into_the_run(copied_run, quarters_dataset):
    seen = []
    records = recording.evaluate_run(copied_run, progress=lambda *state: seen.append(state))
    assert list(records) == [name for name, _, _ in seen]
    assert sorted(records) == sorted(copied_run.evaluations())
    for name, record in records.items():
        assert copied_run.evaluation(name) == record.to_json()
        arrays = copied_run.evaluation_arrays(name)
        assert arrays.keys() == record.arrays().keys()
        for key, array in record.arrays().items():
            np.testing.assert_array_equal(arrays[key], array)


def test_an_unknown_evaluation_is_refused(finished_run):
    with pytest.raises(EvaluationError, match="Did you mean 'accuracy'"):
        recording.evaluate_run(finished_run, only="acuracy")


def test_an_unfinished_run_is_not_measured(copied_run):
    copied_run.update(status="training")
    with pytest.raises(RunError, match="not finished") as error:
        recording.population_of(copied_run)
    assert f"--resume {copied_run.path}" in error.value.hint
    with pytest.raises(RunError, match="not finished"):
        recording.evaluate_run(copied_run)


def test_weights_of_another_recipe_are_refused(copied_run, small_recipe):
    copied_run.update(recipe=small_recipe.with_settings({"hidden": [6]}).to_table())
    with pytest.raises(RunError, match=r"layers\.0\.weight has shape \(3, 5, 36\): expected \(3, 6, 36\)"):
        recording.population_of(copied_run)


def test_a_history_of_another_length_is_refused(copied_run, small_recipe):
    copied_run.update(recipe=small_recipe.for_epochs(9).to_table())
    with pytest.raises(RunError, match="has 12 rows, expected 3 x 9"):
        recording.population_of(copied_run)


def test_diverged_members_are_remembered(quarters_dataset, small_recipe, tmp_path):
    recipe = small_recipe.with_settings({"learning_rate": [0.1, 1e38], "activation": "relu"})
    run = recording.train_run(recipe, quarters_dataset, members=2, out=tmp_path / "run")
    assert run.record["diverged"] == [1]
    assert recording.population_of(runs.open(run.path)).diverged.tolist() == [False, True]


def test_a_training_that_cannot_start_leaves_nothing(quarters_dataset, small_recipe, tmp_path):
    recipe = small_recipe.with_settings({"learning_rate": [0.1, 0.2]})
    with pytest.raises(TrainingError, match="2 values for 3 members"):
        recording.train_run(recipe, quarters_dataset, members=3, out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_that_exists_is_not_trained_into(copied_run, quarters_dataset, small_recipe):
    with pytest.raises(RunError, match="never overwritten"):
        recording.train_run(small_recipe, quarters_dataset, out=copied_run.path)


def test_a_record_with_a_broken_recipe_is_refused(copied_run):
    copied_run.update(status="training", recipe={"name": "small", "epoch": 3})
    with pytest.raises(RecipeError, match="epoch is not a field"):
        recording.resume_run(copied_run.path)


def test_what_is_held_out_is_not_trained_on_but_validated_on(tmp_path, small_recipe):
    digits = data.load("digits")
    recipe = small_recipe.with_settings({"hold_out": 0.25})
    run = recording.train_run(recipe, digits, members=2, out=tmp_path / "run")
    held = run.record["data"]["held_out"]
    assert held == len(digits.hold_out(0.25).validation)
    assert run.record["data"]["train"] + held == len(digits.train)
    assert run.history()["validation_accuracy"].is_finite().all()
    assert recording.evaluate_run(run, only="accuracy")["accuracy"].train.examples == len(digits.train) - held


def test_data_with_a_part_set_apart_already_are_refused(tmp_path, small_recipe):
    with pytest.raises(RunError, match="set apart already"):
        recording.train_run(small_recipe, data.load("digits").hold_out(0.1), out=tmp_path / "run")


def test_evaluations_that_are_made_are_kept_when_a_later_one_fails(copied_run, monkeypatch):
    from thalweg.evaluation.suite import Evaluation

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(EVALUATIONS, "noise", Evaluation(stop))
    with pytest.raises(KeyboardInterrupt):
        recording.evaluate_run(copied_run, only="accuracy,noise")
    assert "accuracy" in copied_run.evaluations()


@pytest.mark.parametrize("name", [name for name, each in EVALUATIONS.items() if not each.usual])
def test_what_is_made_by_name_only_is_made_of_a_run(copied_run, name):
    record = recording.evaluate_run(copied_run, only=name)[name]
    assert copied_run.evaluation(name) == record.to_json()
    assert all(isinstance(question, str) and isinstance(answer, str) for question, answer in record.rows())
