"""Ctrl-C and SIGTERM end real processes within seconds, whatever they compute, and nothing kept is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from importlib.machinery import ExtensionFileLoader
from pathlib import Path

import pytest

from thalweg import runs
from thalweg.cli import signals
from thalweg.stops import going_on, last_words, when_stopped

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # tests in the background of a shell are deaf to Ctrl-C, and so would be every process they start
    signal.signal(signal.SIGINT, signal.default_int_handler)

SECONDS = 10
"""How long an end may take here: it takes less than two, but not where the machine is busy."""

COMPUTING = """
import hashlib, sys
from thalweg.cli import doctor, main
from thalweg.cli.failure import goes_on_with

def work(as_json):
    with goes_on_with("thalweg again"):
        print("begun", file=sys.stderr, flush=True)
        # minutes of C in which Python's main thread is told of nothing
        hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 500_000_000)

doctor.command.callback = work
sys.argv = ["thalweg", "doctor"]
main.main()
"""

WAITING = """
import sys, threading
from thalweg.training.groups import Groups
began = threading.Event()

def epoch(_):
    began.set()
    threading.Event().wait(8)

def stop():
    import os, signal
    began.wait()
    os.kill(os.getpid(), signal.SIGINT)

threading.Thread(target=stop).start()
import time
try:
    with Groups(((0, 1),), int(sys.argv[1])).map() as each:
        began.clear(); at = time.monotonic(); each(epoch, [0])
except KeyboardInterrupt:
    print(time.monotonic() - at)
"""


def started(words, until="begun"):
    """Start a process; return it when it has said `until`."""
    process = subprocess.Popen(
        [sys.executable, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    said = ""
    while until not in said:
        line = process.stderr.readline()
        if not line:
            process.communicate()
            pytest.fail(f"it ended before it said {until!r}: {said}")
        said += line
    return process


def ended(process, number):
    """Send the signal; return what the process said afterwards, which it must do soon."""
    process.send_signal(number)
    try:
        _, said = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
    return said


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_computation_that_cannot_be_left_is_not_waited_for(number, status):
    process = started(["-c", COMPUTING])
    said = ended(process, number)
    assert process.returncode == status
    assert said.strip() == "Stopped.\n\nhint: continue with: thalweg again"


@pytest.mark.parametrize("threads", [1, 2])
def test_who_waits_for_an_epoch_is_told_at_once(threads):
    done = subprocess.run(
        [sys.executable, "-c", WAITING, str(threads)], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 4, "the epoch of 8 s was waited for"


def test_the_last_words_are_those_of_the_exception_on_its_way_out():
    def kept(stop):
        return KeyboardInterrupt("kept after 3 of 5")

    def with_command(stop):
        stop.command = "go on"
        return stop

    stop = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt) as raised, when_stopped(with_command), when_stopped(kept):  # noqa: PT012
        work = going_on()
        raise stop
    words = last_words(stop, work[-2:])
    for each in (words, raised.value):
        assert (str(each), each.command, each.__context__) == ("kept after 3 of 5", "go on", stop)
    assert with_command not in going_on()


class Loading(ExtensionFileLoader):
    """Loads a compiled module that calls Python."""

    def exec_module(self, module):
        self.calls(module)

    def calls(self, module):
        signals._stop(signal.SIGTERM, sys._getframe())


def test_no_compiled_module_meets_a_signal_while_it_is_loaded(monkeypatch):
    sent_again = []

    class Timer:
        def __init__(self, seconds, function, arguments):
            self.start = lambda: sent_again.append(arguments[1])

    monkeypatch.setattr(signals.threading, "Timer", Timer)
    Loading("module", "module.so").exec_module(sys)
    assert sent_again == [signal.SIGTERM]
    with pytest.raises(KeyboardInterrupt):
        signals._stop(signal.SIGTERM, sys._getframe())
    signals._told.clear()


FINISHING = """
import atexit, sys, threading, time
from thalweg.cli import doctor, main

class Kept:
    def __del__(self):
        print("taken apart", file=sys.stderr)

def slow():
    time.sleep(0.3)
    print("the thread is done")

def work(as_json):
    sys.modules["jax"] = main  # as where it was used
    sys.kept = Kept()
    atexit.register(lambda: print("registered for the end"))
    threading.Thread(target=slow).start()
    print("printed", end=" ")

doctor.command.callback = work
sys.argv = ["thalweg", "doctor"]
main.main()
"""


def test_a_command_ends_as_python_does_but_takes_nothing_apart():
    done = subprocess.run([sys.executable, "-c", FINISHING], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["printed the thread is done", "registered for the end"]
    assert done.stderr == ""


def test_who_profiles_a_command_is_left_to_say_what_was_seen(tmp_path):
    file = tmp_path / "finishing.py"
    file.write_text(FINISHING, "utf-8")
    command = [sys.executable, "-m", "cProfile", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "function calls" in done.stdout


def test_what_cannot_be_printed_at_the_end_is_told_by_the_status():
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", FINISHING], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode not in (0, None)


def test_a_signal_after_the_end_says_nothing():
    slow_to_tidy = """
import atexit, sys, time
from thalweg.cli import main
atexit.register(lambda: (print("tidies", file=sys.stderr, flush=True), time.sleep(60)))
sys.argv = ["thalweg", "--version"]
main.main()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", slow_to_tidy], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    assert process.stderr.readline() == b"tidies\n"
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=SECONDS)[1] == b""
    assert process.returncode == -signal.SIGTERM


def thalweg(*words):
    return ["-m", "thalweg", *words]


TRAINING = (
    *("--data", "digits", "--members", "2", "--seed", "3", "--epochs", "4", "--set", "hidden=[300]"),
    *("--engine", "xla"),  # slow enough to be stopped in the middle
)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "run"
    command = [sys.executable, *thalweg("train", "--recipe", "classic", *TRAINING, "--out", str(out))]
    subprocess.run(command, capture_output=True, check=True)
    return (out / "population.safetensors").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.2, 1, 3, 5])
def test_a_training_stopped_at_any_moment_goes_on_to_the_same_bits(tmp_path, uninterrupted, seconds):
    out = tmp_path / "run"
    words = thalweg("train", "--recipe", "classic", *TRAINING, "--out", str(out))
    process = started(words, until=str(out))
    time.sleep(seconds)
    if process.poll() is not None:
        process.communicate()  # it was done before
    else:
        said = ended(process, signal.SIGINT)
        if runs.open(out).finished:  # it was done, and perhaps Python on its way out
            return
        assert f"continue with: thalweg train --resume {out}" in said
        assert process.returncode == 130
    resumed = [sys.executable, *thalweg("train", "--resume", str(out))]
    subprocess.run(resumed, capture_output=True, check=True)
    assert runs.open(out).finished
    assert (out / "population.safetensors").read_bytes() == uninterrupted


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.5, 6])
@pytest.mark.parametrize(
    ("words", "again"),
    [
        (
            ("train", "--members", "6", "--set", "hidden=[3000,3000]", "--engine", "xla"),
            "thalweg train --resume",
        ),
        (("run", "--members", "2", "--engine", "xla", "--set", "hidden=[2000,2000]"), "thalweg run --resume"),
        (("study", "memorisation", "--members", "64"), "thalweg study memorisation --resume"),
        (("audit", "digits", "--thorough"), "thalweg audit --resume"),
    ],
    ids=lambda words: words[0] if isinstance(words, tuple) else "",
)
def test_long_work_says_how_to_go_on_and_ends(tmp_path, words, again, seconds):
    out = tmp_path / "kept"
    data = () if words[0] == "audit" else ("--data", "digits")
    process = started(thalweg(*words, *data, "--out", str(out)), until=str(out))
    time.sleep(seconds)
    said = ended(process, signal.SIGINT)
    assert process.returncode == 130
    assert f"continue with: {again} {out}" in said
    assert "Traceback" not in said
