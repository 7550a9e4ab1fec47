"""What cannot be a path is named before anything is looked for there, whoever asks."""

import os
import socket

import pytest
from hypothesis import given, settings, strategies as st

from thalweg.errors import RunError
from thalweg.limits import LONGEST_NAME, LONGEST_PATH
from thalweg.places import given_path


def refused(given):
    with pytest.raises(RunError) as error:
        given_path(given, "a run", RunError)
    assert error.value.hint
    assert "\0" not in error.value.message
    return error.value.message


def test_a_path_stays_as_it_is_whether_something_is_there_or_not(tmp_path):
    assert given_path(tmp_path, "a run", RunError) == tmp_path
    assert given_path(str(tmp_path / "new" / "deep"), "a run", RunError) == tmp_path / "new" / "deep"
    assert str(given_path("runs/one", "a run", RunError)) == os.path.join("runs", "one")


def test_home_is_expanded_unless_a_file_has_that_name(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert given_path("~/run", "a run", RunError) == tmp_path / "run"
    (tmp_path / "~run").mkdir()
    assert str(given_path("~run", "a run", RunError)) == "~run"


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("", "is empty"),
        (None, "None: expected the path of a run"),
        (3, "3: expected the path"),
        (b"run", "b'run': expected the path"),
        (["run"], "expected the path"),
        ("a\0b", "zero byte"),
        ("caf\udce9", "not UTF-8"),
        ("n" * (LONGEST_NAME + 1), "too long"),
        ("é" * 128, "too long"),
        ("n/" * LONGEST_PATH, "too long"),
        ("~nobody-of-that-name/run", "no user is called so"),
    ],
)
def test_what_no_path_can_be_is_named(found, said):
    assert said in refused(found)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_may_wait_for_ever_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "a named pipe" in refused(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    assert "a named pipe" in refused(tmp_path / "link")
    assert "a device" in refused("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        assert "a socket" in refused(tmp_path / "socket")


def test_a_place_that_cannot_be_looked_at_says_why(tmp_path, monkeypatch):
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert "symbolic links" in refused(tmp_path / "round")

    def closed(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", closed)
    assert refused(tmp_path / "run").endswith("cannot be looked at: Permission denied.")


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=400) | st.binary(max_size=400).map(os.fsdecode))
def test_any_text_is_a_path_or_a_named_error(text):
    try:
        found = given_path(text, "a run", RunError)
    except RunError:
        assert refused(text)
    else:
        found.exists()  # whatever is a path can be asked for
        str(found.absolute()).encode("utf-8")
