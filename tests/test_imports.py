"""What an import may cost: `import thalweg` and `thalweg --help` stay light."""

import json
import subprocess
import sys
from importlib import import_module
from types import ModuleType, UnionType

import pytest

import thalweg

LIST = "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"


def imported(code):
    """Return the top-level modules that `code` imports, the standard library left out."""
    plain, loaded = (
        set(json.loads(subprocess.check_output([sys.executable, "-c", text], text=True).splitlines()[-1]))
        for text in (LIST, f"{code}\n{LIST}")
    )
    return loaded - plain - sys.stdlib_module_names


def test_the_package_imports_nothing_but_itself():
    assert imported("import thalweg; thalweg.ThalwegError") == {"thalweg"}


def test_runs_import_nothing_before_it_is_needed():
    assert imported("import thalweg; thalweg.runs.open") == {"thalweg"}


NAMESPACES = sorted(name for name in thalweg.__all__ if isinstance(getattr(thalweg, name), ModuleType))
PACKAGES = [name for name in NAMESPACES if name not in ("comparing", "recording")]


def test_naming_a_package_imports_nothing():
    assert imported("; ".join(f"import thalweg.{name}" for name in PACKAGES)) == {"thalweg"}


@pytest.mark.parametrize("name", ["", *(f".{name}" for name in PACKAGES)])
def test_a_package_lists_its_own_names_and_no_others(name):
    package = import_module(f"thalweg{name}")
    listed = [word for word in dir(package) if not word.startswith("_")]
    assert listed
    assert set(listed) == {word for word in package.__all__ if not word.startswith("_")}
    for word in listed:
        value = getattr(package, word)
        if isinstance(value, UnionType):  # what a signature takes, such as AnyClassifier
            continue
        home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", "thalweg")
        assert home.startswith("thalweg"), f"{word} comes from {home}"


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["data", "get", "--help"], ["--version"]])
def test_help_imports_nothing_but_click(words):
    code = f"from thalweg.cli.main import cli; cli({words!r}, standalone_mode=False)"
    assert imported(code) <= {"thalweg", "click", "colorama"}


def test_a_finished_run_is_read_without_jax(finished_run):
    code = f"""
import thalweg
run = thalweg.runs.open({str(finished_run.path)!r})
run.weights(), run.history(), run.evaluations()
"""
    assert not imported(code) & {"jax", "jaxlib", "equinox", "optax", "sklearn", "scipy"}


def test_a_training_waits_for_no_package_that_it_does_not_need():
    code = """
import sys, thalweg, thalweg.recording
thalweg.load("digits")
slow = ("scipy.stats", "scipy.optimize", "sklearn", "pandas", "plotly")
print([name for name in slow if name in sys.modules])
"""
    said = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert said == "[]\n"


@pytest.mark.parametrize("name", thalweg.__all__)
def test_every_public_name_is_there(name):
    assert getattr(thalweg, name) is not None
    assert name in dir(thalweg)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        thalweg.trian  # noqa: B018


def test_the_package_is_typed():
    from importlib import resources

    assert (resources.files("thalweg") / "py.typed").is_file()
