import io
import re
import sys

import pytest

from thalweg.cli.progress import ABOUT
from thalweg.cli.terminal import Terminal

from .clocks import Clock, progress


class Window(io.StringIO):
    """A stderr that says it is a terminal."""

    def isatty(self):
        return True


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


def test_the_clock_of_a_window_runs_while_nothing_is_told(open_window):
    window, now = open_window(), Clock()
    with Terminal(now=now).training() as line:
        line.announce("training 32 networks")
        now.passes(73)
        line._follow()
    shown = window.getvalue()
    assert "0:00" in shown
    assert "1:13" in shown
    assert "compiling, then the first epoch" in shown


@pytest.mark.parametrize("columns", [40, 50, 80])
def test_a_window_of_any_width_gets_one_line(open_window, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    window = open_window()
    with Terminal(now=Clock()).training() as line:
        line.announce("training")
        line.show(progress(diverged=2))
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", window.getvalue()).splitlines()[-1].split("\r")[-1]
    assert len(last) <= columns
    assert "0:34 left" in last


def test_a_part_is_told_in_a_line_of_its_own_where_nobody_watches(capsys):
    now = Clock()
    with Terminal(now=now).evaluating(lines=True, left=ABOUT) as show:
        show("block one", 0, 3)
        now.passes(60)
        show("block two", 1, 3)
    assert capsys.readouterr().err == "1 of 3 · block one\n2 of 3 · block two · about 2:00 left\n"
