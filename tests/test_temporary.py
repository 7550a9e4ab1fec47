import errno
import os
import subprocess
import sys
import time

import pytest

from thalweg.temporary import (
    DAY,
    HERE,
    has_left_overs,
    is_left_over,
    lives,
    not_written,
    remove_whole,
    sweep,
    temporary_beside,
)


@pytest.fixture(scope="module")
def dead():
    """The number of a process that lived."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_what_dead_processes_were_writing_is_cleared_away(tmp_path, dead):
    (tmp_path / "checkpoint").mkdir()
    left = [
        tmp_path / f".run.{HERE}-{dead}-0123abcd.json",
        tmp_path / f".no suffix.{HERE}-{dead}-0123abcd",
        tmp_path / "checkpoint" / f".state.{HERE}-{dead}-0123abcd.safetensors",
    ]
    kept = [
        tmp_path / "run.json",
        tmp_path / ".hidden",
        tmp_path / f".run.{HERE}-{os.getppid()}-0123abcd.json",  # of one that lives
        tmp_path / f".run.000000-{dead}-0123abcd.json",  # of another computer's
    ]
    for path in left + kept:
        path.touch()
    assert [is_left_over(path) for path in left + kept] == [True] * 3 + [False] * 4
    sweep(tmp_path)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(kept)


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="what has ended is read from /proc")
def test_who_ended_and_was_not_fetched_does_not_live():
    assert lives(os.getpid())
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        until = time.monotonic() + 60
        while lives(process.pid):
            assert time.monotonic() < until
            time.sleep(0.01)
        os.kill(process.pid, 0)  # it is still listed
        assert process.wait() == 0


def test_another_computers_are_nobodys_after_a_day(tmp_path):
    path = tmp_path / ".run.000000-1-0123abcd.json"
    path.touch()
    os.utime(path, (time.time() - DAY - 60,) * 2)
    assert is_left_over(path)


def test_a_process_of_the_same_number_left_it(tmp_path):
    # in a container each command may have the same
    mine = tmp_path / f".run.{HERE}-{os.getpid()}-0123abcd.json"
    mine.touch()
    assert is_left_over(mine)
    with temporary_beside(tmp_path / "run.json") as writing:
        assert not mine.exists()
        writing.touch()
        assert not is_left_over(writing)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_deleted_whole(tmp_path):
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    (folder / "state").touch()
    assert has_left_overs(tmp_path, "checkpoint")
    remove_whole(folder)
    remove_whole(folder)  # nothing is there: nothing happens
    assert list(tmp_path.iterdir()) == []
    assert not has_left_overs(tmp_path, "checkpoint")


@pytest.mark.parametrize(
    ("number", "helps"),
    [
        (errno.ENOSPC, "free some disk space"),
        (errno.EROFS, "where you may write"),
        (errno.EACCES, "where you may write"),
        (errno.ENOENT, "deleted or moved"),
        (errno.EIO, "choose another place"),
    ],
)
def test_the_hint_helps_against_just_that(tmp_path, number, helps):
    error = not_written(tmp_path, OSError(number, os.strerror(number)))
    assert os.strerror(number) in str(error)
    assert helps in error.hint
