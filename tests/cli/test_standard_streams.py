"""Streams that are full, closed, or that nobody reads: one message, or none, and never a traceback."""

import os
import subprocess
import sys

import pytest

FULL = "/dev/full"
RECIPES = f"{sys.executable} -m thalweg recipes --json"
ENVIRONMENT = {
    "PYTHONPATH": ":".join(sys.path),
    "THALWEG_COMPILED": "off",
    "PATH": os.environ.get("PATH", ""),
}

pytestmark = pytest.mark.skipif(not os.path.exists(FULL), reason="this system has no full device")


def shell(line):
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("words", ["recipes --json", "--help", "--version"])
def test_a_full_stdout_is_named(words):
    ended = shell(f"{sys.executable} -m thalweg {words} >{FULL}")
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        "Error: standard output cannot be written: No space left on device.\n\nhint: "
    )
    assert len(ended.stderr.splitlines()) == 3


def test_whoever_reads_no_more_is_told_nothing():
    ended = shell(f"{RECIPES} | true")
    assert (ended.returncode, ended.stderr) == (141, "")


def test_a_closed_stdout_is_one_to_nowhere():
    ended = shell(f"{RECIPES} >&-")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("stderr", [f"2>{FULL}", "2>&-"])
def test_notes_that_nobody_can_read_stop_no_work(stderr):
    ended = shell(f"{sys.executable} -m thalweg fit --help {stderr}")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Usage: thalweg train" in ended.stdout  # and the note of its name did not get among the data
    assert "also called" not in ended.stdout
