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


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("plain\ttext\r\n", "plain\ttext\r\n"),
        ("\x1b[31mred\x1b[0m \x1b[2K\x1b[1A\x1b[?25h", "\x1b[31mred\x1b[0m \x1b[2K\x1b[1A\x1b[?25h"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x1b]52;c;aGk=\x1b\\", r"\x1b]52;c;aGk=\x1b" + "\\"),
        ("\x1bPq\x1b\\ \x9b31m \x00\x08\x7f", r"\x1bPq\x1b" + r"\ \x9b31m \x00\x08\x7f"),
        ("\x1b[", r"\x1b["),
    ],
)
def test_nothing_but_colours_and_moves_is_obeyed(sent, seen):
    from thalweg.cli.standard_streams import visible

    assert visible(sent) == seen


def test_a_command_shows_what_a_class_is_called(tmp_path):
    table = tmp_path / "evil.csv"
    names = ("\x1b]0;title\x07", "blue\x08")
    table.write_text("a,b,label\n" + "".join(f"{n % 7},{n % 5},{names[n % 2]}\n" for n in range(60)))
    ended = shell(
        f"{sys.executable} -m thalweg train --data {table} --members 1 --epochs 1 --out {tmp_path}/run"
    )
    assert ended.returncode == 0, ended.stderr
    assert r"control signs, which are written out: \x1b]0;title\x07." in ended.stderr
    assert not set("\x1b\x07\x08") & set(ended.stdout + ended.stderr)
