import json
import os
import subprocess
import sys

import pytest

from thalweg.errors import RunError
from thalweg.runs.lock import working_in

HOLDER = """
import sys
from pathlib import Path
from thalweg.runs.lock import working_in
with working_in(Path(sys.argv[1])):
    print("holds", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that works in the folder until its input ends."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout.readline() == "holds\n"
        yield process
        process.kill()


def test_the_second_process_says_who_holds_it(tmp_path, holder):
    with pytest.raises(RunError, match=f"process {holder.pid} on .* works here since 20.*UTC") as caught:
        with working_in(tmp_path):
            pytest.fail("both work there")
    assert "wait until it is done" in caught.value.hint
    holder.communicate()  # it ends by itself, and takes its lock along
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_process_that_was_killed_is_nobodys(tmp_path, holder):
    holder.kill()
    holder.wait()
    assert (tmp_path / ".lock").exists()
    with working_in(tmp_path):
        assert json.loads((tmp_path / ".lock").read_text())["process"] == os.getpid()
    assert list(tmp_path.iterdir()) == []


def test_it_is_given_back_after_an_error_and_taken_again(tmp_path):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), working_in(tmp_path):
            raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_what_a_holder_says_may_be_damaged(tmp_path, holder):
    (tmp_path / ".lock").write_bytes(b"\xff" * 5000)
    with pytest.raises(RunError, match="another process works here"), working_in(tmp_path):
        pytest.fail("both work there")


def test_a_folder_that_was_deleted_meanwhile_stays_deleted(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    with working_in(folder):
        (folder / ".lock").unlink()
        folder.rmdir()
    assert not folder.exists()


def test_anothers_lock_is_left_alone(tmp_path):
    with working_in(tmp_path):
        (tmp_path / ".lock").unlink()
        (tmp_path / ".lock").write_text("another's")
    assert (tmp_path / ".lock").read_text() == "another's"


def test_no_folder_is_named(tmp_path):
    with (
        pytest.raises(RunError, match=r"nowhere.*cannot be written") as caught,
        working_in(tmp_path / "nowhere"),
    ):
        pytest.fail("there is nothing to work in")
    assert "deleted or moved" in caught.value.hint
