"""Signs of life in a log, by a clock that the test moves."""

import threading

import pytest

from thalweg.cli import pulse
from thalweg.cli.pulse import Pulse
from thalweg.cli.terminal import Terminal

from .clocks import Clock, progress


@pytest.fixture(autouse=True)
def with_a_pulse(no_pulse, monkeypatch):
    monkeypatch.setattr(pulse, "FIRST", 10.0)


@pytest.fixture
def said():
    return []


def test_a_line_every_ten_seconds_and_later_every_thirty(said):
    now = Clock()
    beats = Pulse(said.append, lambda: "epoch 1", now=now)
    for _ in range(150):
        now.passes(1)
        beats.beat()
    times = [line.split(" · ")[0] for line in said]
    assert times == ["0:10", "0:20", "0:30", "0:40", "0:50", "1:00", "1:30", "2:00", "2:30"]
    assert set(line.split(" · ")[1] for line in said) == {"epoch 1"}


def test_what_is_short_is_done_without_a_line(said):
    now = Clock()
    beats = Pulse(said.append, lambda: "epoch 1", now=now)
    now.passes(9.9)
    beats.beat()
    assert said == []


def test_it_beats_by_itself_while_the_work_goes_on(monkeypatch):
    monkeypatch.setattr(pulse, "LOOK", 0.001)
    now, heard = Clock(), threading.Event()
    beats = Pulse(lambda line: heard.set(), lambda: "epoch 1", now=now)
    with beats.beating():
        now.passes(10)
        assert heard.wait(60)
    assert not any(thread.name == "thalweg-pulse" for thread in threading.enumerate())


@pytest.mark.parametrize(("quiet", "lines"), [(False, 2), (True, 0)])
def test_a_log_hears_of_a_training(capsys, monkeypatch, quiet, lines):
    made = []
    monkeypatch.setattr(Pulse, "beating", lambda self: made.append(self) or threading.Lock())
    now = Clock()
    with Terminal(quiet=quiet, now=now).training() as line:
        line.announce("training")
        now.passes(12)
        for each in made:
            each.beat()
        line.show(progress())
        now.passes(12)
        for each in made:
            each.beat()
    told = capsys.readouterr().err.splitlines()[1:]
    assert (
        told
        == [
            "0:12 · epoch 1 · compiling, then the first epoch",
            "0:24 · epoch 3/30 · cost 0.0123 · accuracy 94.1 % · 3.41 M examples/s · 0:22 left",
        ][:lines]
    )
