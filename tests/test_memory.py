"""How much memory there is, read from what Linux says, or from what the user says."""

import pytest

from thalweg import memory
from thalweg.errors import ThalwegError
from thalweg.memory import VARIABLE, available

GIB = 2**30


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Make a machine with 8 GiB available and no limits; write files into it to change that."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(memory, "PROC", tmp_path / "proc")
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "groups")
    monkeypatch.setattr(memory, "_of_process", lambda: None)

    def write(place, text):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text)

    write("proc/meminfo", f"MemTotal: 99999999 kB\nMemAvailable:    {8 * 2**20} kB\n")
    return write


def test_the_machine_says_what_is_free(machine):
    assert available() == 8 * GIB


def test_the_limit_of_a_group_above_counts_and_kept_files_are_free(machine):
    machine("proc/self/cgroup", "0::/batch/job\n")
    machine("groups/batch/job/memory.max", "max\n")
    machine("groups/batch/job/memory.current", f"{GIB}\n")
    machine("groups/batch/memory.max", f"{4 * GIB}\n")
    machine("groups/batch/memory.current", f"{3 * GIB}\n")
    machine("groups/batch/memory.stat", f"anon 5\ninactive_file {GIB}\n")
    assert available() == 2 * GIB


def test_the_older_kind_of_groups_is_known_too_and_a_container_sees_only_the_root(machine):
    machine("proc/self/cgroup", "9:cpu:/\n4:memory:/outside/of/the/container\n0::/\n")
    machine("groups/memory/memory.limit_in_bytes", f"{2 * GIB}\n")
    machine("groups/memory/memory.usage_in_bytes", f"{GIB}\n")
    machine("groups/memory/memory.stat", f"total_inactive_file {GIB // 2}\n")
    assert available() == GIB + GIB // 2


def test_a_group_over_its_limit_leaves_nothing(machine):
    machine("proc/self/cgroup", "0::/\n")
    machine("groups/memory.max", "1000\n")
    machine("groups/memory.current", "2000\n")
    machine("groups/memory.stat", "inactive_file 0\n")
    assert available() == 0


def test_the_limit_of_the_process_counts(machine, monkeypatch):
    monkeypatch.setattr(memory, "_of_process", lambda: 5000)
    assert available() == 5000


@pytest.mark.parametrize(
    ("said", "found"),
    [("8GB", 8 * 10**9), ("500 MiB", 500 * 2**20), ("1.5k", 1500), ("7", 7), ("off", None), ("OFF", None)],
)
def test_the_user_has_the_last_word(machine, monkeypatch, said, found):
    monkeypatch.setenv(VARIABLE, said)
    assert available() == found


@pytest.mark.parametrize("said", ["much", "-1GB", "nan", "1e9", "8 pounds", "9" * 30, "\x1b", "GB"])
def test_what_is_no_size_is_named(monkeypatch, said):
    monkeypatch.setenv(VARIABLE, said)
    with pytest.raises(ThalwegError, match=f"{VARIABLE}=.*expected how much memory"):
        available()


def test_this_very_machine_has_some():
    assert available() is None or available() > 0
