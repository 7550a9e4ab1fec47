import sys

from thalweg import compiled
from thalweg.training.native import library
from thalweg.training.native.library import Missing

from .conftest import only_json


def test_it_says_in_one_line_what_the_kernel_is(thalweg):
    shown = thalweg("doctor").stdout.splitlines()
    (line,) = [line for line in shown if line.startswith("kernel ")]
    assert library.described()["said"] in line
    assert any(line.startswith("jaxlib ") for line in shown)


def test_it_says_what_is_missing_and_what_brings_it(thalweg, monkeypatch):
    monkeypatch.setattr(library, "found", lambda: Missing("no C++ compiler was found"))
    shown = thalweg("doctor").stdout
    assert "none: no C++ compiler was found; install a C++ compiler" in shown
    found = only_json(thalweg("doctor", "--json"))
    assert found["kernel"]["variant"] is None
    assert found["kernel"]["why"] == "no C++ compiler was found"


def test_it_says_where_compiled_programs_are_kept_and_how_large(thalweg, monkeypatch, tmp_path):
    for name in compiled.OF_JAX:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delitem(sys.modules, "jax")  # which was told of the tests' own folder
    monkeypatch.setenv(compiled.VARIABLE, str(tmp_path))
    folder = tmp_path / compiled.processor()
    folder.mkdir()
    (folder / "jit_f-cache").write_bytes(b"x" * 2000)
    assert f"compiled   1 kept, 2.0 KB in {folder}" in thalweg("doctor").stdout
    monkeypatch.setenv(compiled.VARIABLE, "off")
    found = only_json(thalweg("doctor", "--json"))["compiled"]
    assert (found["folder"], found["why"]) == (None, "THALWEG_COMPILED says off")
