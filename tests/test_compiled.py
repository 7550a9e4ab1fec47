"""Compiled programs are kept, taken again with the same bits, held to a size, and never in anybody's way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import zlib

import pytest

from thalweg import compiled

TRAINING = """
import hashlib, sys
from thalweg import compiled, data
print(compiled.keep())
import jax, numpy as np
from thalweg import training
from thalweg.networks import Mlp
engine = sys.argv[1]
recipe = training.Recipe(network=Mlp((5,)), epochs=2, batch_size=16)
members = training.train(recipe, data.load("digits").train, members=3, seed=1, engine=engine)
leaves = [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(members.networks)]
print(hashlib.sha256(b"".join(leaves)).hexdigest())
"""


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """The environment of a user who has set nothing and has an empty cache."""
    for name in (*compiled.OF_JAX, *map(str.upper, compiled.SETTINGS), compiled.VARIABLE):
        # JAX itself may be imported here already: what it was told then stays
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def without_jax(environment, monkeypatch):
    """A process in which JAX is not imported yet; what it is told is taken back afterwards."""
    monkeypatch.delitem(sys.modules, "jax", raising=False)
    names = ["JAX_COMPILATION_CACHE_DIR", *map(str.upper, compiled.SETTINGS)]
    before = {name: os.environ.get(name) for name in names}
    yield environment
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@pytest.mark.parametrize("engine", ["xla", "native"])
def test_a_second_process_takes_what_the_first_compiled_and_gets_the_same_bits(environment, engine):
    from thalweg.training.native.library import Missing, found

    if engine == "native" and isinstance(kernel := found(), Missing):
        pytest.skip(f"the native kernel is not here: {kernel.why}")
    command = [sys.executable, "-c", TRAINING, engine]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    folder, bits = first.stdout.split()
    written = {file: file.stat().st_mtime_ns for file in (environment / "thalweg").rglob("*-cache")}
    assert any("epoch_and_measure" in file.name for file in written)
    assert all(str(file.parent) == folder for file in written)
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    assert second.stdout.split() == [folder, bits]
    after = {file: file.stat().st_mtime_ns for file in (environment / "thalweg").rglob("*-cache")}
    assert after == written, "what the first compiled was compiled again"
    assert "warning" not in second.stderr.lower()


def test_processes_that_begin_at_once_share_a_folder(environment):
    command = [sys.executable, "-c", TRAINING, "xla"]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    said = [process.communicate() for process in running]
    assert len({out for out, _ in said}) == 1, "they differ in where they keep or in the bits"
    assert [error for _, error in said] == ["", "", ""]


def test_half_a_program_is_compiled_again_without_a_word_and_then_taken_out(environment):
    command = [sys.executable, "-c", TRAINING, "xla"]
    folder, bits = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    half = next((environment / "thalweg").rglob("*epoch_and_measure*-cache"))
    half.write_bytes(half.read_bytes()[:1000])
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout.split() == [folder, bits]
    assert again.stderr == ""
    long_ago = time.time() - 2 * compiled.BEING_WRITTEN
    os.utime(half, (long_ago, long_ago))
    others = len(list(half.parent.glob("*-cache"))) - 1
    compiled.tidy(half.parent)
    assert not half.exists()
    assert len(list(half.parent.glob("*-cache"))) == others


def test_what_is_being_written_is_left(tmp_path):
    file = tmp_path / "jit_f-cache"
    file.write_bytes(zlib.compress(b"a program")[:5])
    compiled.tidy(tmp_path)
    assert file.exists()


def test_those_not_used_for_the_longest_time_go(tmp_path):
    for age, name in enumerate("cba"):
        file = tmp_path / f"{name}-cache"
        file.write_bytes(zlib.compress(os.urandom(1000)))
        used = time.time() - 100 * (age + 1)
        os.utime(file, (used, used))
    compiled.tidy(tmp_path, most=2500)
    assert sorted(file.name for file in tmp_path.glob("*-cache")) == ["b-cache", "c-cache"]


def test_a_folder_that_is_gone_is_no_trouble(tmp_path):
    compiled.tidy(tmp_path / "gone")


def test_it_stands_beside_the_data_in_the_users_cache(environment):
    from thalweg.data.locations import cache_folder
    from thalweg.data.registry import MNIST

    data = cache_folder(MNIST)
    assert compiled.folder() == data.parents[1] / "compiled" / compiled.processor()


def test_a_variable_names_another_folder_or_turns_it_off(without_jax, monkeypatch, tmp_path):
    monkeypatch.setenv(compiled.VARIABLE, str(tmp_path / "mine"))
    assert compiled.keep() == tmp_path / "mine" / compiled.processor()
    assert os.environ["JAX_COMPILATION_CACHE_DIR"] == str(tmp_path / "mine" / compiled.processor())
    monkeypatch.delenv("JAX_COMPILATION_CACHE_DIR")
    monkeypatch.setenv(compiled.VARIABLE, "Off")
    assert compiled.keep() is None
    assert "JAX_COMPILATION_CACHE_DIR" not in os.environ
    assert compiled.described()["why"] == "THALWEG_COMPILED says Off"


@pytest.mark.parametrize("name", compiled.OF_JAX)
def test_who_has_set_jaxs_own_has_decided(without_jax, monkeypatch, name):
    monkeypatch.setenv(name, "mine")
    before = dict(os.environ)
    assert compiled.keep() is None
    assert dict(os.environ) == before
    assert name in compiled.described()["said"]


def test_a_folder_that_cannot_be_made_fails_nothing(without_jax, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(compiled.VARIABLE, str(tmp_path / "file"))
    assert compiled.keep() is None
    assert "cannot be made (Not a directory)" in compiled.described()["said"]


def test_importing_changes_nothing_of_a_programs_jax(environment):
    code = "import thalweg, jax; from thalweg import training; print(jax.config.jax_compilation_cache_dir)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "None\n"


def test_it_is_kept_too_where_jax_has_been_imported_and_used(environment):
    code = (
        "import jax; jax.jit(lambda x: x + 1)(1.0); from thalweg import compiled; where = compiled.keep();"
        "jax.jit(lambda x: x * 3)(1.0); print(len(list(where.glob('*-cache'))) > 0)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "True\n"


def test_another_processor_has_a_folder_of_its_own(monkeypatch):
    ours = compiled.processor()
    monkeypatch.setattr(compiled, "DESCRIBING", ("model name",))
    assert compiled.processor() != ours
