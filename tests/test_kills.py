"""A sample of what `python -m tests.kills` tries: there every operation of six commands, here some."""

import errno
import multiprocessing

import pytest

from tests import kills, random_kills
from thalweg import runs
from thalweg.errors import RunError


@pytest.mark.parametrize(("name", "first"), [("train", 3), ("evaluate", 2), ("report", 5), ("study", 4)])
def test_operations_that_fail_or_are_never_done(name, first):
    tried, faults = kills.sweep(name, stride=11, first=first)
    assert tried > 1
    assert faults == []


@pytest.mark.parametrize(("name", "stride"), [("train", 7), ("evaluate", 9)])
def test_writes_that_fail_in_their_middle_or_are_not_kept(name, stride):
    tried, faults = kills.sweep_middles(name, stride=stride)
    assert tried > 1
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["train", "study", "audit"])
def test_processes_that_are_ended_at_random_moments(name):
    said, faults = random_kills.sweep(name, 2)
    assert said.startswith("2 processes ended")
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("name", kills.NAMES)
def test_every_fifth_operation(name):
    assert kills.sweep(name, stride=5)[1] == []


def test_a_disk_that_fails_is_noticed(tmp_path):
    # the oracle of the sweep: it counts, refuses, and lets a dead process do nothing
    with kills.watched(tmp_path) as disk:
        (tmp_path / "one").touch()
    assert disk.count == 1
    with kills.watched(tmp_path, kills.FAILS, 1), pytest.raises(OSError, match="No space") as caught:
        (tmp_path / "two").touch()
    assert caught.value.errno == errno.ENOSPC
    with kills.watched(tmp_path, kills.KILLS, 1):
        for _ in range(2):
            with pytest.raises(kills.Killed):
                (tmp_path / "one").unlink()
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_file_that_is_cut_short_has_its_beginning(tmp_path):
    path = tmp_path / "cut"
    with kills.cut_short(7), path.open("wb", 0) as file:
        assert [file.write(b"0123"), file.write(b"4567")] == [4, 3]
        with pytest.raises(OSError, match="File too large"):
            file.write(b"7")
    assert path.read_bytes() == b"0123456"


def claim(root, out, barrier, told):
    """Make a directory at the same moment as others do."""
    barrier.wait()
    try:
        run = runs.create(out, root=root, recipe_name="same", record={"recipe": {}})
        told.put((run.path.name, None))
    except RunError as error:
        told.put((None, str(error)))


@pytest.mark.parametrize("is_named", [True, False])
def test_no_two_processes_get_the_same_directory(tmp_path, is_named):
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["thalweg.runs.directory"])
    for number in range(5):
        barrier, told = context.Barrier(4), context.Queue()
        out = tmp_path / str(number) if is_named else None
        processes = [context.Process(target=claim, args=(tmp_path, out, barrier, told)) for _ in range(4)]
        for process in processes:
            process.start()
        answers = [told.get() for _ in processes]
        for process in processes:
            process.join()
        names = [name for name, _ in answers if name is not None]
        assert len(set(names)) == len(names) == (1 if is_named else 4), answers
