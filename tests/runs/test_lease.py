"""At a URL one process works at a time, as far as a store can tell."""

import json
import os
import platform
import subprocess
import sys
import time

import pytest

from thalweg.errors import RunError
from thalweg.places import given_path
from thalweg.runs import lease
from thalweg.runs.files import write_json
from thalweg.runs.lock import working_in
from thalweg.temporary import HERE, LOCK

pytest.importorskip("fsspec", reason="needs fsspec (pip install 'thalweg[remote]')")


@pytest.fixture
def folder(store):
    return given_path(f"{store}/run", "a run", RunError, remote=True)


def ended_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def held_by(folder, **said):
    """Put another's lease into the folder."""
    whole = {"process": 1, "computer": "far", "here": "far", "token": "x", "since": 0, "heard": time.time()}
    (folder / LOCK).replace_with(json.dumps({**whole, **said}).encode())


def test_nobody_else_meanwhile(folder):
    with working_in(folder):
        with pytest.raises(RunError, match=rf"run: process {os.getpid()} on {platform.node()} works here"):
            with working_in(folder):
                pass
        assert (folder / LOCK).exists()
    assert not (folder / LOCK).exists()


def test_another_computer_has_it(folder):
    held_by(folder)
    with pytest.raises(RunError, match="process 1 on far works here since 1970"), working_in(folder):
        pass
    assert json.loads((folder / LOCK).read_bytes())["computer"] == "far"


@pytest.mark.parametrize(
    "said",
    [
        {"heard": time.time() - 2 * lease.LOST},
        {"heard": "never"},
        {"here": HERE, "process": ended_process()},
        {"here": HERE, "process": os.getpid()},
    ],
    ids=["not heard of", "damaged", "killed here", "its number is ours now"],
)
def test_a_dead_lease_is_taken(monkeypatch, folder, said):
    monkeypatch.setattr(lease, "SETTLED_AFTER", 0.0)
    held_by(folder, **said)
    with working_in(folder):
        assert json.loads((folder / LOCK).read_bytes())["process"] == os.getpid()
    assert not (folder / LOCK).exists()


def test_what_is_no_lease_is_nobodys(monkeypatch, folder):
    monkeypatch.setattr(lease, "SETTLED_AFTER", 0.0)
    (folder / LOCK).replace_with(b"[]")
    with working_in(folder):
        pass


def test_who_lost_it_writes_nothing_and_leaves_it(monkeypatch, folder):
    monkeypatch.setattr(lease, "RENEWED_AFTER", 0.01)
    with working_in(folder):
        write_json(folder / "before.json", {})
        held_by(folder)
        until = time.monotonic() + 10
        while not lease._held[str(folder)].taken_by and time.monotonic() < until:
            time.sleep(0.01)
        with pytest.raises(RunError, match="process 1 on far works here"):
            write_json(folder / "after.json", {})
    assert sorted(each.name for each in folder.iterdir()) == [LOCK, "before.json"]


def test_it_is_renewed(monkeypatch, folder):
    monkeypatch.setattr(lease, "RENEWED_AFTER", 0.01)
    with working_in(folder):
        first = json.loads((folder / LOCK).read_bytes())["heard"]
        until = time.monotonic() + 10
        while json.loads((folder / LOCK).read_bytes())["heard"] == first:
            assert time.monotonic() < until
