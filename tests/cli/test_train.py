import os
import signal
import subprocess
import sys
import time

import pytest

from thalweg import runs

from .conftest import only_json

ACCURACY = {"mean", "sd", "min", "max", "ensemble", "interval"}


def test_json_is_one_object_with_everything_promised(thalweg, quarters_file, recipe_file, tmp_path):
    out = tmp_path / "run"
    result = thalweg(
        "train", "--data", quarters_file, "--recipe", recipe_file, "--members", 2, "--epochs", 2,
        "--set", "learning_rate=0.2", "--seed", 7, "--out", out, "--json",
    )  # fmt: skip
    found = only_json(result)
    assert (found["run"], found["data"], found["recipe"]) == (str(out), "quarters", "small")
    assert (found["members"], found["epochs"], found["seed"], found["diverged"]) == (2, 2, 7, 0)
    assert found["parameters"] == 209
    assert found["seconds"] > 0
    for side in ("train_accuracy", "test_accuracy"):
        assert ACCURACY <= found[side].keys()
        assert found[side]["interval"].keys() == {"starts", "examples", "both"}
    run = runs.open(out)
    assert run.finished
    assert run.record["recipe"]["optimiser"]["learning_rate"] == 0.2
    assert run.record["command"][:3] == ["thalweg", "train", "--data"]
    assert run.evaluation("accuracy")["test_accuracy"] == found["test_accuracy"]


def test_quiet_prints_nothing_at_all(thalweg, quarters_file, recipe_file, tmp_path):
    result = thalweg(
        "train", "--data", quarters_file, "--recipe", recipe_file, "--members", 1, "--epochs", 1,
        "--out", tmp_path / "run", "--quiet",
    )  # fmt: skip
    assert (result.exit_code, result.output) == (0, "")
    assert runs.open(tmp_path / "run").finished


def test_a_finished_run_is_said_to_be_finished(thalweg, copied_run):
    result = thalweg("train", "--resume", copied_run.path)
    assert result.exit_code == 0
    assert "is finished: there is nothing left to train" in result.stderr
    assert result.stdout.splitlines()[-1] == f"next    thalweg evaluate {copied_run.path}"


def test_resume_refuses_flags_that_would_change_the_run(thalweg, finished_run):
    result = thalweg("train", "--resume", finished_run.path, "--members", 5)
    assert result.exit_code == 2
    assert "--members cannot be given with --resume" in result.stderr


def test_a_run_is_not_overwritten(thalweg, quarters_file, recipe_file, finished_run):
    result = thalweg("train", "--data", quarters_file, "--recipe", recipe_file, "--out", finished_run.path)
    assert result.exit_code == 1
    assert "never overwritten" in result.stderr


def test_a_recipe_that_is_not_there_suggests_the_near_match(thalweg):
    result = thalweg("train", "--recipe", "clasic")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Did you mean 'classic'?" in result.stderr
    assert "\n\nhint: " in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("verb", "sent", "status"), [("train", signal.SIGINT, 130), ("run", signal.SIGTERM, 143)]
)
def test_who_is_stopped_says_how_to_go_on(recipe_file, quarters_file, tmp_path, verb, sent, status):
    out = tmp_path / "run"
    words = [verb, "--data", quarters_file, "--recipe", recipe_file, "--epochs", 200_000, "--members", 1]
    code = "import sys; from thalweg.cli.main import main; main()"
    command = [sys.executable, "-c", code, *map(str, words), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as training:
        checkpoint = out / "checkpoint" / "state.safetensors"
        while not checkpoint.exists() and training.poll() is None:
            time.sleep(0.02)
        training.send_signal(sent)
        stdout, stderr = training.communicate()
    assert (training.returncode, stdout) == (status, "")
    assert f"{out}: stopped after epoch " in stderr
    assert stderr.endswith(f"\n\nhint: continue with: thalweg {verb} --resume {out}\n")
    assert "Traceback" not in stderr
    kept = runs.open(out).checkpoint.load()
    assert kept is not None
    assert kept[1]["epoch"] >= 1


def test_members_that_differ_are_told_apart(thalweg, quarters_file, recipe_file, tmp_path):
    words = ("train", "--data", quarters_file, "--recipe", recipe_file, "--out", tmp_path / "run")
    result = thalweg(*words, "--epochs", 1, "--set", "learning_rate=[0.1, 0.3, 0.3]")
    assert result.exit_code == 0, result.stderr
    assert "The networks differ in optimiser.learning_rate" in result.stdout
    assert "optimiser.learning_rate 0.1: " in result.stdout
    assert "(n = 2)" in result.stdout


def test_a_run_says_what_trained_it(thalweg, quarters_file, recipe_file, tmp_path):
    out = tmp_path / "run"
    result = thalweg(
        "train", "--data", quarters_file, "--recipe", recipe_file, "--members", 1, "--epochs", 1,
        "--engine", "xla", "--out", out, "--quiet",
    )  # fmt: skip
    assert result.exit_code == 0
    engine = {name: None for name in ("variant", "lanes", "pictures")}
    assert runs.open(out).record["engine"] == {"name": "xla", **engine, "why": "it was asked for"}


def test_an_engine_of_no_such_name_suggests_the_near_match(thalweg):
    result = thalweg("train", "--data", "nowhere", "--engine", "nativ")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Did you mean 'native'?" in result.stderr


def test_what_the_kernel_cannot_train_is_refused_before_anything_is_read(thalweg, recipe_file):
    deep = f"hidden={[2] * 61}"
    result = thalweg(
        "train", "--data", "nowhere", "--recipe", recipe_file, "--set", deep, "--engine", "native"
    )
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the kernel knows up to 60 hidden layers" in result.stderr
    assert "hint: train with engine='auto'" in result.stderr


def test_a_resumed_run_keeps_its_engine(thalweg, finished_run):
    result = thalweg("train", "--resume", finished_run.path, "--engine", "xla")
    assert result.exit_code == 2
    assert "--engine cannot be given with --resume" in result.stderr


class Heard:
    def __init__(self):
        self.told = []

    def begin(self, begun):
        self.told.append((begun.name, begun.members))

    def epoch(self, done, history):
        self.told.append((done, history["cost"].shape))

    def end(self, finished):
        self.told.append(finished)


def test_trackers_are_told_of_every_epoch(thalweg, quarters_file, recipe_file, tmp_path, monkeypatch):
    heard, named = Heard(), []
    monkeypatch.setattr("thalweg.tracking.named.tracker", lambda text: named.append(text) or heard)
    result = thalweg(
        "train", "--data", quarters_file, "--recipe", recipe_file, "--members", 2, "--epochs", 2,
        "--out", tmp_path / "tracked", "--track", "tensorboard:board", "--quiet",
    )  # fmt: skip
    assert result.exit_code == 0
    assert named == ["tensorboard:board"]
    assert heard.told == [("tracked", 2), (1, (2, 1)), (2, (2, 2)), True]


def test_a_tracker_that_is_none_is_refused_before_data_are_read(thalweg, tmp_path):
    result = thalweg("train", "--data", tmp_path / "nowhere", "--track", "tensorbord:board")
    assert result.exit_code == 1
    assert "Did you mean 'tensorboard'?" in result.stderr
    assert "hint: " in result.stderr
