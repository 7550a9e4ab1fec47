import sys

import pytest

from thalweg import compiled
from thalweg.cli import installed
from thalweg.training import devices
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


def test_it_says_what_is_trained_on_and_what_is_said_of_that(thalweg, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    found = only_json(thalweg("doctor", "--json"))["computing"]
    assert found["devices"]
    assert found["threads"] >= 1
    assert found["variables"]["OMP_NUM_THREADS"] == "3"
    shown = thalweg("doctor").stdout
    assert "OMP_NUM_THREADS=3" in shown
    assert f"devices    {devices.described()['said']}" in shown


def test_no_device_at_all_is_said_with_a_way_out(thalweg, monkeypatch):
    def none():
        raise RuntimeError("Unable to initialize backend 'tpu': nothing here\nmore")

    monkeypatch.setattr("jax.devices", none)
    shown = thalweg("doctor").stdout
    assert "none: Unable to initialize backend 'tpu': nothing here; unset JAX_PLATFORMS" in shown


def test_named_data_that_are_not_here_are_named_with_what_fetches_them(thalweg, monkeypatch, tmp_path):
    for name in ("THALWEG_DATA", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    found = only_json(thalweg("doctor", "--json"))["data"]
    assert "digits" in found["here"]
    if not found["missing"]:
        pytest.skip("all of them are in a cache that no variable moves")
    assert f"thalweg data get {found['missing'][0]}" in thalweg("doctor").stdout


def test_optional_packages_are_there_or_what_brings_them_is_said(thalweg, monkeypatch):
    lines = [
        "kaleido>=1.0; extra == 'figures'",
        'surely_not_here[some]>=1; extra == "figures"',
        "ruff; extra == 'dev'",
        "jax[cuda12]>=0.10; extra == 'cuda'",
        "numpy>=2.0",
    ]
    monkeypatch.setattr(installed, "_required", lambda: lines)
    found = installed.optional()
    assert found.keys() == {"figures", "pandas"}
    assert found["figures"]["surely_not_here"] is None
    said = installed.in_words("figures", found["figures"])
    assert said.endswith("surely_not_here missing: pip install 'thalweg[figures]'")
    assert said in thalweg("doctor").stdout
    assert installed.in_words("pandas", {"pandas": None}) == "pandas missing: pip install pandas"


@pytest.mark.parametrize("name", ["onnx", "figures"])
def test_extras_are_read_from_the_package_itself(name):
    assert installed.optional()[name]
