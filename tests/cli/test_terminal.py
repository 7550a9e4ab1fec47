import io
import sys

import pytest

from thalweg.cli.terminal import Terminal, clock, short, state_of
from thalweg.training import Progress


class Window(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self):
        return True


def progress(**changes):
    values = {
        "epoch": 3, "epochs": 30, "members": 32, "diverged": 0, "cost": 0.01234, "accuracy": 0.941,
        "validation_accuracy": float("nan"), "seconds": 4.0, "examples_per_second": 3_412_000.0,
        "seconds_left": 34.4,
    }  # fmt: skip
    return Progress(**{**values, **changes})


@pytest.fixture
def open_window(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")

    def open_window():
        # in the test itself: pytest puts its own stderr in place after the fixtures
        window = Window()
        monkeypatch.setattr(sys, "stderr", window)
        return window

    return open_window


def test_the_state_is_one_short_line():
    state = state_of(progress())
    assert state == "cost 0.0123 · accuracy 94.1 % · 3.41 M examples/s · 0:34 left"
    assert len(f"epoch 30/30 {state}") < 78


def test_the_state_says_when_it_is_done_and_what_diverged():
    assert state_of(progress(epoch=30)).endswith("done")
    assert state_of(progress(diverged=2)).startswith("2 diverged · ")


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0:00"), (65, "1:05"), (3725, "1:02:05")])
def test_times(seconds, text):
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(950, "950"), (12_345, "12.3 k"), (4.56e6, "4.56 M"), (456e6, "456 M")],
)
def test_rates(count, text):
    assert short(count) == text


def test_somebody_who_watches_sees_the_epochs(open_window):
    window = open_window()
    with Terminal().training() as line:
        line.announce("training 32 networks")
        line.show(progress())
    assert "training 32 networks" in window.getvalue()
    assert "epoch 3/30" in window.getvalue()
    assert "0:34 left" in window.getvalue()


def test_a_file_gets_the_announcement_only(capsys):
    with Terminal().training() as line:
        line.announce("training 32 networks")
        line.show(progress())
    with Terminal().evaluating() as show:
        show("accuracy", 0, 2)
    assert capsys.readouterr() == ("", "training 32 networks\n")


def test_a_dumb_terminal_is_not_drawn_on(open_window, monkeypatch):
    window = open_window()
    monkeypatch.setenv("TERM", "dumb")
    with Terminal().training() as line:
        line.announce("training")
        line.show(progress())
    assert window.getvalue() == "training\n"


def test_quiet_is_quiet(open_window):
    window = open_window()
    terminal = Terminal(quiet=True)
    terminal.note("anything")
    with terminal.training() as line:
        line.announce("training")
        line.show(progress())
    with terminal.evaluating() as show:
        show("accuracy", 0, 2)
    assert window.getvalue() == ""


def test_no_color_is_respected(open_window, monkeypatch):
    window = open_window()
    monkeypatch.setenv("NO_COLOR", "1")
    with Terminal().training() as line:
        line.announce("training")
        line.show(progress())
    assert "\x1b[3" not in window.getvalue()
    assert "\x1b[9" not in window.getvalue()
