"""Whoever writes a file leaves nothing of it on a disk that is full; see `tests.full_disks`."""

import ast
import subprocess
import sys

import pytest

from tests import full_disks
from tests.full_disks import ELSEWHERE, WRITERS, sites

LIGHT = (
    *("json", "tensors", "arrays", "history", "study", "figures", "picture", "lab", "stored"),
    *("corrected-csv", "corrected-parquet", "corrected-npz", "corrected-pictures"),
)
"""Writers of a second, without JAX."""


def said_of(*names):
    """Try writers in a process of its own: the limit is one of the process."""
    words = [sys.executable, "-m", "tests.full_disks", *names]
    return subprocess.run(words, capture_output=True, text=True, timeout=600)


def test_files_are_whole_or_absent_on_a_full_disk():
    found = said_of(*LIGHT)
    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.count(" 0 faults") == len(LIGHT)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_file_is_whole_or_absent_on_a_full_disk():
    found = said_of()
    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.count(" 0 faults") == len(WRITERS)


def test_everybody_who_writes_is_tried():
    known = [site for writer in WRITERS.values() for site in writer.sites]
    assert sites() == {*known, *ELSEWHERE}
    assert len(known) == len(set(known))


@pytest.mark.parametrize(
    "text",
    [
        "frame.write_parquet(path)",
        "write_atomically(path, frame.write_parquet)",
        "save_file(arrays, path)",
        "np.savez(path, a=a)",
        "np.save(path, a)",
        "onnx.save(model, path)",
        "path.write_text('x')",
        "open(path, 'w')",
        "path.open('xb')",
        "os.fdopen(handle, mode='ab')",
        "shutil.copyfile(a, b)",
        "partial(shutil.copytree, a)",
    ],
)
def test_who_writes_is_found(text):
    assert any(full_disks._writes(node) for node in ast.walk(ast.parse(text)))


@pytest.mark.parametrize("text", ["open(path)", "path.open('rb')", "self.write_image(path)", "parts.save(a)"])
def test_who_reads_is_not(text):
    assert not any(full_disks._writes(node) for node in ast.walk(ast.parse(text)))
