"""What nobody foresaw ends a command in three lines, with status 70, its traceback kept or shown."""

import subprocess
import sys
import tempfile

import pytest

from thalweg.cli import last_resort
from thalweg.cli.last_resort import KEPT, VARIABLE, confess

WORDS = ("thalweg", "train", "--data", "my file.csv")

BREAKING = """
import sys
from thalweg.cli import doctor, main

def work(as_json):
    raise {raised}

doctor.command.callback = work
sys.argv = ["thalweg", "doctor"]
main.main()
"""


@pytest.fixture
def state(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "state" / "thalweg" / "faults"


def fault(text="two\nlines"):
    try:
        raise ZeroDivisionError(text)
    except ZeroDivisionError as error:
        return error


def test_three_lines_say_what_where_and_that_it_is_our_fault(state, capsys):
    assert confess(fault(), WORDS) == 70
    first, second, third = capsys.readouterr().err.splitlines()
    assert first == "Error: thalweg train --data 'my file.csv': ZeroDivisionError: two lines"
    assert second.startswith("This is a fault of Thalweg, not of yours.")
    (file,) = state.iterdir()
    assert str(file) in third
    kept = file.read_text("utf-8")
    assert "Traceback (most recent call last)" in kept
    assert "my file.csv" in kept
    assert file.stat().st_mode & 0o077 == 0


def test_the_place_is_the_last_one_of_ours(state, capsys, monkeypatch):
    from thalweg import sizes

    monkeypatch.setattr(sizes, "UNITS", None)
    with pytest.raises(TypeError) as error:
        sizes.size(5000)
    confess(error.value, WORDS)
    assert ": in sizes.py, line " in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["1", "yes"])
def test_the_traceback_is_shown_where_it_is_asked_for(state, capsys, monkeypatch, asked):
    monkeypatch.setenv(VARIABLE, asked)
    assert confess(fault(), WORDS) == 70
    said = capsys.readouterr().err
    assert said.index("Traceback (most recent call last)") < said.index("Error: thalweg train")
    assert not state.exists()


def test_it_goes_among_temporary_files_where_the_folder_cannot_be_made(state, capsys, tmp_path):
    (tmp_path / "state").write_text("a file in the way")
    confess(fault(), WORDS)
    (file,) = (tmp_path / "temporary").iterdir()
    assert str(file) in capsys.readouterr().err


def test_it_is_shown_where_the_disk_is_full(state, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(last_resort, "_write", full)
    assert confess(fault(), WORDS) == 70
    said = capsys.readouterr().err
    assert "Traceback (most recent call last)" in said
    assert "could be kept nowhere" in said


def test_a_file_that_is_not_whole_does_not_stay(state, monkeypatch):
    class Full:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def write(self, content):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(last_resort.os, "fdopen", lambda *_: Full())
    confess(fault(), WORDS)
    assert not list(state.iterdir())


def test_the_oldest_are_forgotten(state):
    state.mkdir(parents=True)
    for number in range(KEPT + 3):
        (state / f"fault-2001{number:04}.txt").write_text("old")
    confess(fault(), WORDS)
    kept = sorted(file.name for file in state.iterdir())
    assert len(kept) == KEPT
    assert kept[-1] > "fault-2002"


@pytest.mark.parametrize("text", ["\udce9", "", "x" * 5000])
def test_whatever_an_exception_says_is_said(state, capsys, text):
    confess(fault(text), ("thalweg", "\udce9"))
    assert len(capsys.readouterr().err.splitlines()) == 3


def command_that_raises(raised, tmp_path, **more):
    environment = {"PATH": "", "XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    return subprocess.run(
        [sys.executable, "-c", BREAKING.format(raised=raised)],
        env={**environment, "THALWEG_COMPILED": "off", **more},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("raised", ["ValueError('odd')", "RecursionError('deep')", "GeneratorExit('stray')"])
def test_a_command_ends_so_whatever_it_meets(tmp_path, raised):
    ended = command_that_raises(raised, tmp_path)
    assert (ended.returncode, ended.stdout) == (70, "")
    assert len(ended.stderr.splitlines()) == 3
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("raised", ["MemoryError('Unable to allocate 62.0 GiB')", "MemoryError"])
def test_too_little_memory_is_nobodys_fault(tmp_path, raised):
    ended = command_that_raises(raised, tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: The memory did not suffice: MemoryError")
    assert "\n\nhint: take fewer members" in ended.stderr
