"""A sample of what `python -m tests.fuzz` reads, and whether it would notice what must not be."""

import json
import os
import random
import time

import pytest

from tests.fuzz import samples, work
from tests.fuzz.__main__ import faults, jobs
from tests.fuzz.mutations import mutated, structure
from tests.fuzz.readers import READERS, Reader
from thalweg.errors import DataError

LIGHT = ("parquet", "csv", "npz", "idx", "pictures", "probabilities", "bare-probabilities", "lesson")
"""Readers that need no JAX: their process starts at once."""


def tried(names, mutations, folder, *, first=0):
    """Have damaged files read in a process of its own; return the faults."""
    samples.write(folder, tuple(dict.fromkeys(READERS[name].samples for name in names)))
    wanted = jobs(list(names), mutations, float("inf"), first)
    found = list(work.outcomes(wanted, folder, seed=7, workers=1))
    assert len(found) == mutations * len(names)
    assert {each.kind for each in found} >= {work.READ, work.REFUSED}  # some damage is none
    # a time is measured by `python -m tests.fuzz` with nothing beside; what was ended for it has none
    found = [each for each in found if each.kind != work.TOO_SLOW or not each.seconds]
    return faults([each for each in found if each.kind in work.FAULTS])


def test_damaged_data_are_read_or_refused(tmp_path):
    assert tried(LIGHT, 25, tmp_path) == ""


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_damaged_file_is_read_or_refused(tmp_path):
    assert tried(READERS, 30, tmp_path) == ""


@pytest.mark.parametrize("kind", [kind for kind in samples.WRITERS if kind in LIGHT])
def test_whole_files_are_read(tmp_path, kind):
    samples.write(tmp_path, (kind,))
    reader = READERS[kind]
    for pattern in reader.files:
        for path in sorted((tmp_path / kind).glob(pattern)):
            reader.read(tmp_path / kind, path)


def test_damage_follows_from_the_seed(tmp_path):
    samples.write(tmp_path, ("npz", "csv", "parquet"))
    for path in sorted(tmp_path.rglob("*.*")):
        ways = [mutated(path, work.chance_of("x", number, 3)) for number in range(6)]
        assert ways == [mutated(path, work.chance_of("x", number, 3)) for number in range(6)]
        assert len(set(ways)) > 1


def test_damage_does_not_follow_from_damage_before():
    whole = json.dumps({"a": [1, 2, {"b": 3}], "c": {"d": [4]}}).encode()
    ways = [structure.json_content(whole, random.Random(seed)) for seed in range(300)]
    assert ways == [structure.json_content(whole, random.Random(seed)) for seed in range(300)]


def raising(error):
    def read(folder, path):
        raise error

    return read


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (DataError("x is damaged."), work.REFUSED),
        (DataError(""), work.FOREIGN),
        (ValueError("x"), work.FOREIGN),
        (RecursionError(), work.FOREIGN),
        (SystemExit(3), work.FOREIGN),
    ],
)
def test_an_exception_is_told_from_an_error(tmp_path, monkeypatch, error, kind):
    samples.write(tmp_path, ("csv",))
    monkeypatch.setitem(READERS, "csv", Reader("csv", ("*",), raising(error)))
    assert work.tried("csv", 0, 0, tmp_path, tmp_path).kind == kind


def dies(pipe, *told):
    pipe.recv()
    os._exit(9)


def waits(pipe, *told):
    pipe.recv()
    time.sleep(100)


class Dying(work.Worker):
    serve = staticmethod(dies)


class Waiting(work.Worker):
    serve = staticmethod(waits)


@pytest.mark.parametrize(
    ("worker", "kind", "patience"), [(Dying, work.ABORTED, 200.0), (Waiting, work.TOO_SLOW, 1.0)]
)
def test_a_process_that_ends_or_hangs_is_counted(tmp_path, monkeypatch, worker, kind, patience):
    monkeypatch.setattr(work, "PATIENCE", patience)
    made = worker(tmp_path, tmp_path, 0)
    try:
        made.ask("csv", 4)
        found = None
        while found is None:
            found = made.answer(0.1)
        assert (found.kind, found.reader, found.number) == (kind, "csv", 4)
    finally:
        made.close()


def test_every_kind_of_sample_has_a_reader():
    assert {reader.samples for reader in READERS.values()} == set(samples.WRITERS)
