"""The package installs with a kernel where there is a compiler, and without one where there is none."""

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="needs hatchling, which makes the wheel")

ROOT = Path(__file__).parents[1]
KERNEL = ROOT / "src" / "thalweg" / "training" / "native" / "kernel"
STAMP, LIBRARY = "thalweg/training/native/_kernel.json", "thalweg/training/native/_kernel.so"

OURS = sorted(path for path in KERNEL.glob("*") if not path.name.startswith("xla_"))
"""The kernel's files without XLA's own header."""

pytestmark = pytest.mark.skipif(
    not (ROOT / "hatch_build.py").exists(), reason="needs the source tree, not what is installed"
)


@pytest.fixture(scope="module")
def hook():
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def wheel(folder, **environment):
    """Make a wheel of the source tree as an installer would; return it opened."""
    made = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "", **environment},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    (path,) = Path(folder).glob("*.whl")
    return path, made.stdout + made.stderr


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({"PATH": "/nowhere"}, "no C++ compiler was found (c++, g++, clang++)"),
        ({"CXX": "no-such-compiler -m64"}, "no C++ compiler was found (no-such-compiler)"),
        ({"CXX": "false"}, "false failed: no word"),
        ({"THALWEG_NO_KERNEL": "1"}, "it was left out by THALWEG_NO_KERNEL"),
    ],
    ids=["no compiler", "no such compiler", "a compiler that fails", "left out"],
)
@pytest.mark.skipif(os.name != "posix", reason="elsewhere it is never built")
def test_without_a_compiler_the_wheel_is_pure_and_says_why(tmp_path, environment, why):
    path, said = wheel(tmp_path, **environment)
    assert path.name.endswith("-py3-none-any.whl")
    assert why in said
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert LIBRARY not in names
        assert json.loads(archive.read(STAMP)) == {"why": why}


@pytest.mark.slow
def test_with_a_compiler_the_wheel_has_a_kernel_that_fits_its_stamp(tmp_path, hook):
    try:
        hook.find_compiler()
    except hook.NotBuilt as problem:
        pytest.skip(str(problem))
    path, _ = wheel(tmp_path)
    assert not path.name.endswith("-any.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "in")
    from thalweg.training.native.library import Library, look

    assert isinstance(look(tmp_path / "in" / "thalweg" / "training" / "native"), Library)


def test_what_the_compiler_complains_of_is_said_in_one_line(hook, tmp_path):
    try:
        compiler = hook.find_compiler()
    except hook.NotBuilt as problem:
        pytest.skip(str(problem))
    source = tmp_path / "wrong.cpp"
    source.write_text("int main() { return nothing_of_that_name; }\n")
    with pytest.raises(hook.NotBuilt, match="nothing_of_that_name") as caught:
        hook.run([[*compiler, "-c", str(source), "-o", str(tmp_path / "wrong.o")]])
    assert "\n" not in str(caught.value)


def test_both_sides_speak_of_the_same_layout():
    from thalweg.training.native import call, library, worth

    text = (KERNEL / "job.h").read_text("utf-8")
    assert f"LAYOUT_VERSION = {library.LAYOUT};" in text
    words = text.partition("enum Setting {")[2].partition("}")[0].replace("\n", " ").split(",")
    rule = (KERNEL / "batches.h").read_text("utf-8")
    assert f"SPARSE_BELOW = {worth.SPARSE_BELOW}f;" in rule
    named = [word.strip().lower() for word in words]
    assert named == [*call.SETTINGS, "settings"]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_files_of_the_kernel_stay_small(path):
    assert len(path.read_text("utf-8").splitlines()) <= 400
