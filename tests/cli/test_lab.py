"""`thalweg lab` as a command: what it refuses, what it writes, how it ends."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest


def test_one_file(thalweg, copied_run, tmp_path):
    page = tmp_path / "lab.html"
    result = thalweg("lab", copied_run.path, "--export", page)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{page}\n"
    assert "opens offline" in result.stderr
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_one_file_says_what_could_not_be_read(thalweg, copied_run, tmp_path):
    evaluation = copied_run.path / "evaluation"
    evaluation.mkdir(exist_ok=True)
    (evaluation / "noise.json").write_text("{", "utf-8")
    result = thalweg("lab", copied_run.path, "--export", tmp_path / "lab.html")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{tmp_path / 'lab.html'}\n"
    assert result.stderr.count("Not in the page: ") == 1
    assert "noise.json" in result.stderr


def test_words_that_stay_english_are_said_once(thalweg, copied_run, tmp_path):
    (tmp_path / "fr.toml").write_text(
        'language = "fr"\nname = "F"\n[words.draw]\nclear = "Effacer"\n', "utf-8"
    )
    result = thalweg(
        "lab", copied_run.path, "--export", tmp_path / "lab.html", "--language", tmp_path / "fr.toml"
    )
    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("stay in English") == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["runs/gone"], 1, "runs/gone"),
        (["RUN", "RUN"], 1, "one run at a time"),
        (["RUN", "--data", "mnist"], 2, "--data and --new are for the lab without RUN"),
        (["RUN", "--port", "0"], 1, "port 0: expected a number from 1 to 65535"),
        (["RUN", "--port", "70000"], 1, "port 70000"),
        (["RUN", "--host", "no.such.name.invalid"], 1, "no such name"),
        (["RUN", "--lesson", "gone.toml"], 1, "gone.toml: no such file"),
        (["RUN", "--language", "gone.toml"], 1, "gone.toml: no such file"),
        (["RUN", "--export", "."], 1, "a directory is there"),
    ],
)
def test_what_cannot_be_is_refused(thalweg, copied_run, words, code, said):
    result = thalweg("lab", *(copied_run.path if word == "RUN" else word for word in words))
    assert result.exit_code == code
    assert said in result.stderr
    assert code == 2 or "hint: " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_damaged_run_is_named(thalweg, copied_run):
    (copied_run.path / "run.json").write_text("{")
    result = thalweg("lab", copied_run.path, "--export", copied_run.path / "x.html")
    assert result.exit_code == 1
    assert "run.json" in result.stderr


def test_a_port_that_is_taken(thalweg, copied_run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = thalweg("lab", copied_run.path, "--port", port, "--no-browser")
    assert result.exit_code == 1
    assert f"port {port}" in result.stderr
    assert "hint: name another with --port" in result.stderr


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_serves_until_it_is_told_to_stop(copied_run, sent, code):
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "thalweg", "lab", str(copied_run.path), "--no-browser"]
    process = subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        events = urllib.request.urlopen(f"{address}api/parts/about", timeout=20)
        assert b'"members"' in events.read()
        process.send_signal(sent)
        _, said = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == code
    assert "Traceback" not in said
    assert not left_of(process.pid)


def left_of(session):
    """The processes of a session that are still there a few seconds after it was told to end."""
    if shutil.which("pgrep") is None:
        return ""
    for _ in range(50):
        left = subprocess.run(["pgrep", "-s", str(session)], capture_output=True, text=True).stdout
        if not left:
            break
        time.sleep(0.1)
    return left
