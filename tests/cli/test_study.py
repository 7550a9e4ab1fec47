import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.studies.toy import register
from thalweg import runs
from thalweg.cli.options import READING_NAMES
from thalweg.studies import STUDIES, find

from .conftest import only_json


@pytest.fixture
def stop(monkeypatch):
    return register(monkeypatch)


def test_every_study_is_listed(thalweg):
    shown = thalweg("study", "--help").stdout
    assert all(f"  {name} " in shown for name in STUDIES)


@pytest.mark.parametrize("name", STUDIES)
def test_every_setting_is_a_flag_with_its_default(thalweg, name):
    import dataclasses

    shown = thalweg("study", name, "--help")
    assert shown.exit_code == 0
    words = shown.stdout.split()
    for field in dataclasses.fields(find(name).settings):
        assert f"--{field.name.replace('_', '-')}" in words, field.name
    assert shown.stdout.count("[default: ") + shown.stdout.count("[default:\n") >= 1


def test_shared_flags_stand_in_order_after_those_of_the_study(thalweg, stop):
    shown = thalweg("study", "toy", "--help").stdout
    flags = [word for line in shown.splitlines() for word in line.split()[:1] if word.startswith("--")]
    assert flags[0] == "--preset"
    reading = [f"--{name.replace('_', '-')}" for name in READING_NAMES]
    shared = ["--data", "--data-dir", *reading, "--seed", "--out", "--resume", "--ray", "--json", "--quiet"]
    assert flags[-len(shared) :] == shared
    assert "Some of: left, right." in shown
    assert "[default: no-loud]" in shown


def test_help_imports_nothing_heavy():
    for words in (["study", "--help"], ["study", "starts", "--help"]):
        code = (
            f"import sys\nfrom thalweg.cli.main import cli\ncli({words!r}, standalone_mode=False)\n"
            "print([m for m in ('jax', 'numpy', 'scipy', 'polars', 'rich') if m in sys.modules])"
        )
        shown = subprocess.check_output([sys.executable, "-c", code], text=True)
        assert shown.splitlines()[-1] == "[]"


def test_json_is_one_object_and_alone(thalweg, stop, quarters_file, tmp_path):
    result = thalweg(
        "study", "toy", "--data", quarters_file, "--pieces", 2, "--scale", 0.5, "--widths", "8,16",
        "--shares", "0,1", "--kind", "normal", "--sides", "right,left", "--note", "5", "--loud",
        "--seed", 3, "--out", tmp_path / "toy", "--json",
    )  # fmt: skip
    found = only_json(result)
    assert found["settings"] == {
        "pieces": 2, "scale": 0.5, "widths": [8, 16], "shares": [0, 1], "kind": "normal",
        "sides": ["right", "left"], "note": "5", "loud": True,
    }  # fmt: skip
    assert (found["study"], found["seed"], found["data"]) == ("toy", 3, "quarters")
    assert found["path"] == str(tmp_path / "toy")
    kept = runs.open_study(tmp_path / "toy")
    assert found["result"] == kept.result
    assert kept.record["command"][:3] == ["thalweg", "study", "toy"]


def test_a_long_study_says_first_how_long_it_trains(
    thalweg, stop, quarters_file, small_recipe, tmp_path, monkeypatch
):
    from tests.studies.toy import toy
    from thalweg.studies import foreseen

    def long(dataset, settings, **given):
        foreseen.foresee([foreseen.Work(small_recipe, dataset.train, 2)])
        return toy(dataset, settings, **given)

    monkeypatch.setattr(sys.modules["thalweg.studies.toy.study"], "toy", long)
    ask = ("study", "toy", "--data", quarters_file, "--out")
    assert "of training" not in thalweg(*ask, tmp_path / "short").stderr
    monkeypatch.setattr(foreseen, "LONG", 0.0)
    monkeypatch.setattr(foreseen, "seconds_of", lambda works: 30_000.0)
    said = thalweg(*ask, tmp_path / "long").stderr
    assert said.index("about 8.3 hours of training") < said.index("kept in")
    assert "of training" not in thalweg(*ask, tmp_path / "quiet", "--quiet").stderr


def test_answers_are_printed_for_people(thalweg, stop, quarters_file, tmp_path):
    result = thalweg("study", "toy", "--data", quarters_file, "--out", tmp_path / "toy")
    assert result.exit_code == 0, result.stderr
    assert "How much is it?" in result.stdout
    assert f"kept in {tmp_path / 'toy'}" in result.stdout
    assert "study toy of quarters" in result.stderr


def test_quiet_says_nothing(thalweg, stop, quarters_file, tmp_path):
    result = thalweg("study", "toy", "--data", quarters_file, "--out", tmp_path / "toy", "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_flags_change_a_preset(thalweg, stop, quarters_file, tmp_path):
    words = ("study", "toy", "--data", quarters_file, "--out", tmp_path / "toy", "--json")
    found = only_json(thalweg(*words, "--preset", "small", "--scale", 2))
    assert (found["settings"]["pieces"], found["settings"]["scale"]) == (1, 2)
    assert found["settings"]["note"] == "small"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--pieces", "0"), "Error: --pieces: pieces=0, expected a whole number"),
        (("--pieces", "two"), "pieces='two'"),
        (("--pieces", "2.5"), "pieces=2.5"),
        (("--scale", "-1"), "scale=-1"),
        (("--widths", "8,x"), "widths=(8, 'x')"),
        (("--shares", "0.5,2"), "shares=(0.5, 2)"),
        (("--kind", "unifrom"), "kind='unifrom'"),
        (("--sides", "left,rigth"), "sides=('left', 'rigth')"),
        (("--pieces", "100"), "pieces=100: too many"),
    ],
)
def test_a_bad_setting_is_a_message_and_a_hint(thalweg, stop, quarters_file, tmp_path, words, message):
    result = thalweg("study", "toy", "--data", quarters_file, "--out", tmp_path / "toy", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert "\n\nhint: " in result.stderr
    assert not (tmp_path / "toy").exists()


def test_a_place_that_is_taken_is_refused_before_the_data_are_read(thalweg, stop, tmp_path, monkeypatch):
    from thalweg import data

    monkeypatch.setattr(data, "load", lambda *given, **more: pytest.fail("the data were read"))
    (tmp_path / "thesis.txt").write_text("")
    result = thalweg("study", "toy", "--data", "mnist", "--out", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "not empty" in result.stderr


def test_a_study_that_refuses_is_not_announced(thalweg, quarters_file, tmp_path):
    words = ("--data", quarters_file, "--examples", "100000", "--out", tmp_path / "x")
    result = thalweg("study", "random-labels", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "kept in" not in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_near_match_is_suggested(thalweg, stop, quarters_file):
    result = thalweg("study", "toy", "--data", quarters_file, "--kind", "unifrom")
    assert "Did you mean 'uniform'?" in result.stderr
    result = thalweg("study", "startz")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No such study 'startz'. Did you mean 'starts'?" in result.stderr
    assert thalweg("study", "toy", "--piece", "3").exit_code == 2


def test_resume_goes_on_and_adds(thalweg, stop, quarters_file, tmp_path):
    out = tmp_path / "toy"
    stop.at = 1
    result = thalweg("study", "toy", "--data", quarters_file, "--out", out)
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.endswith(f"\n\nhint: continue with: thalweg study toy --resume {out}\n")
    stop.at = None
    whole = only_json(thalweg("study", "toy", "--data", quarters_file, "--out", tmp_path / "w", "--json"))
    resumed = only_json(thalweg("study", "toy", "--resume", out, "--json"))
    assert resumed["result"] == whole["result"]
    larger = only_json(thalweg("study", "toy", "--resume", out, "--pieces", 4, "--json"))
    assert larger["settings"]["pieces"] == 4
    assert larger["result"]["total"] > whole["result"]["total"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--seed", "1"), "--seed cannot be given with --resume"),
        (("--data", "digits"), "--data cannot be given with --resume"),
        (("--out", "x"), "--out cannot be given with --resume"),
        (("--label-column", "x"), "--label-column cannot be given with --resume"),
        (("--preset", "small"), "--preset cannot be given with --resume"),
    ],
)
def test_resume_refuses_what_would_make_another_study(thalweg, stop, quarters_file, tmp_path, words, message):
    thalweg("study", "toy", "--data", quarters_file, "--out", tmp_path / "toy", "--quiet")
    result = thalweg("study", "toy", "--resume", tmp_path / "toy", *words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_study_of_another_kind_is_not_resumed(thalweg, stop, quarters_file, tmp_path):
    thalweg("study", "toy", "--data", quarters_file, "--out", tmp_path / "toy", "--quiet")
    result = thalweg("study", "starts", "--resume", tmp_path / "toy")
    assert result.exit_code == 2
    assert "is a study toy" in result.stderr
    result = thalweg("study", "toy", "--resume", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "not a study" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_killed_study_goes_on_to_the_same_result(quarters_file, tmp_path, thalweg):
    words = [
        "study", "starts", "--data", str(quarters_file), "--members", "8", "--widths", "3,4,5",
        "--layers", "1", "--epochs", "3", "--shuffled-members", "8", "--aligned-members", "6", "--json",
    ]  # fmt: skip
    out = tmp_path / "stopped"
    code = "from thalweg.cli.main import main; main()"
    command = [sys.executable, "-c", code, *words, "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as study:
        while not any(Path(out).glob("parts/*.safetensors")) and study.poll() is None:
            time.sleep(0.01)
        study.send_signal(signal.SIGINT)
        stdout, stderr = study.communicate()
    assert (study.returncode, stdout) == (130, "")
    assert f"thalweg study starts --resume {out}" in stderr
    assert "Traceback" not in stderr
    resumed = only_json(thalweg("study", "starts", "--resume", out, "--json"))
    whole = only_json(thalweg(*words, "--out", tmp_path / "whole"))
    assert resumed["result"] == whole["result"]
