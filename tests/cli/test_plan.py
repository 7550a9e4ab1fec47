import shutil

import pytest

from tests.cli.conftest import only_json
from thalweg import runs
from thalweg.planning import run as planning
from thalweg.planning.pace import Pace, Timed


@pytest.fixture(autouse=True)
def paced(monkeypatch):
    """No clock: a minute an epoch for 4 networks, nine for 36, on two cores."""
    pace = Pace(Timed(4, 60.0, 50.0, 70.0), Timed(36, 540.0, 500.0, 600.0), 30.0, 2, 2, "abacus")
    monkeypatch.setattr(planning, "pace_of", lambda *_, **__: pace)


def test_a_run_is_planned_from(thalweg, copied_run):
    result = thalweg("plan", copied_run.path, "--half-width", "20%", "--difference", "0.3")
    assert result.exit_code == 0, result.stderr
    for words in ("How many starts for ±20.00", "on this machine (2 cores)", "over both", "minutes for both"):
        assert words in " ".join(result.stdout.split())


def test_a_share_is_typed_either_way(thalweg, copied_run):
    typed = [
        only_json(thalweg("plan", copied_run.path, "--half-width", words, "--no-minutes", "--json"))
        for words in ("20%", "0.2", " 20 % ")
    ]
    assert [found["half_width"] for found in typed] == [0.2] * 3
    assert typed[0]["pace"] is None
    assert typed[0] == typed[1]


def test_a_pilot_is_trained_and_kept(thalweg, quarters_file, recipe_file, tmp_path):
    words = ("--data", quarters_file, "--recipe", recipe_file, "--pilot", "3", "--out", tmp_path / "pilot")
    found = only_json(thalweg("plan", *words, "--half-width", "20%", "--json"))
    assert found["members"] == 3
    assert runs.open(tmp_path / "pilot").record["members"] == 3
    assert found["run"] == str(tmp_path / "pilot")
    # the very command that the record holds plans again from what is kept
    again = only_json(thalweg("plan", tmp_path / "pilot", "--half-width", "20%", "--json"))
    assert again["designs"] == found["designs"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--half-width", "0"), "half_width=0.0"),
        (("--half-width", "-1%"), "half_width=-0.01"),
        (("--half-width", "0.5"), "0.5 % is 0.005"),
        (("--half-width", "5"), "5 % is 0.05"),
        (("--difference", "100%"), "difference=1.0"),
    ],
)
def test_a_share_out_of_range_is_refused_before_anything_is_read(thalweg, words, message):
    result = thalweg("plan", "runs/nowhere", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert "\n\nhint: " in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "found nothing"),
        (("runs/a", "--data", "digits"), "found both"),
        (("runs/a", "--pilot", "8"), "--pilot goes with --data"),
        (("runs/a", "--set", "hidden=[8]"), "--set goes with --data"),
        (("runs/a", "--against", "runs/b"), "go with --difference"),
        (("runs/a", "--half-width", "half"), "expected a share, such as 0.5% or 0.005"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(thalweg, words, message):
    result = thalweg("plan", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in " ".join(result.stderr.replace("│", " ").split())


def test_one_network_is_refused_before_the_data_are_read(thalweg):
    result = thalweg("plan", "--data", "nowhere.csv", "--pilot", "1")
    assert result.exit_code == 1
    assert "--pilot 1: one network" in result.stderr


def test_another_data_set_is_refused(thalweg, copied_run, tmp_path):
    shutil.copytree(copied_run.path, tmp_path / "other")
    other = runs.open(tmp_path / "other")
    other.update(data={**other.record["data"], "hash": "0" * 64, "name": "elsewhere"})
    result = thalweg("plan", copied_run.path, "--difference", "1%", "--against", other.path)
    assert result.exit_code == 1
    assert "other data (elsewhere)" in result.stderr
