"""Names of an earlier tree: all that its documentation named still works, and says where it is now."""

from __future__ import annotations

import importlib
import re
import warnings
from pathlib import Path

import pytest

from thalweg.moved import MODULES, NAMES

ROOT = Path(__file__).parents[1]
DOCUMENTED = (Path(__file__).parent / "documented_names.txt").read_text().split()
"""What the pages, notebooks and benchmarks named before the tree was cut into one folder a question."""

MOVED = [name for name in DOCUMENTED if name in NAMES or name.rpartition(".")[0] in MODULES]


def fetched(name):
    """Return what `from ... import ...` gives, and what was said meanwhile."""
    module, _, last = name.rpartition(".")
    namespace = {}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        exec(f"from {module} import {last}", namespace)
    return namespace[last], [str(warning.message) for warning in said]


@pytest.mark.parametrize("name", [name for name in DOCUMENTED if name not in MOVED])
def test_a_documented_name_still_works(name):
    found, said = fetched(name)
    assert found is not None
    assert not said


@pytest.mark.parametrize("name", MOVED)
def test_a_moved_name_works_and_says_where_it_is_now(name):
    found, said = fetched(name)
    assert said
    match = re.fullmatch(rf"{re.escape(name)} is now (\S+)\.(\w+)", said[0])
    assert match is not None
    home, new = match.groups()
    assert found is getattr(importlib.import_module(home), new)
    assert set(said) == {said[0]}


def test_everything_in_the_tables_is_tested():
    assert set(NAMES) <= set(MOVED)
    assert {name for name, homes in MODULES.items() if homes} == {
        name.rpartition(".")[0] for name in MOVED
    } & set(MODULES)


def test_an_old_module_can_be_imported_and_asked():
    module = importlib.import_module("thalweg.evaluation.record")
    with pytest.warns(DeprecationWarning, match=r"thalweg\.record\.Record$"):
        assert module.Record is importlib.import_module("thalweg.record").Record
    with pytest.warns(DeprecationWarning, match="Measured") as said:
        _ = module.Measured
    assert said[0].filename == __file__, "the warning points at who asked"


def test_an_old_module_does_not_hide_the_function_of_its_name():
    from thalweg import evaluation

    importlib.import_module("thalweg.evaluation.generalisation")
    with pytest.warns(DeprecationWarning, match="accuracy"):
        assert evaluation.generalisation is evaluation.accuracy


@pytest.mark.parametrize("code", ["from thalweg.evaluation.record import Measurd", "import thalweg.mesured"])
def test_what_never_was_is_an_import_error(code):
    with pytest.raises(ImportError):
        exec(code)


def test_the_slope_of_a_surface_has_its_old_name():
    from thalweg.weights.cost_surface import CostSurface

    surface = object.__new__(CostSurface)
    with pytest.warns(DeprecationWarning, match="cost_and_gradient"), pytest.raises(AttributeError):
        surface.slope(None)  # it holds nothing to measure


def test_nothing_of_ours_uses_an_old_name():
    words = "|".join(
        f"{re.escape(name)}|from {re.escape(package)} import .*{last}"
        for name in sorted({*MODULES, *NAMES}, reverse=True)
        for package, _, last in [name.rpartition(".")]
    )
    old = re.compile(rf"\b(?:{words})\b")
    for pattern in ("src/**/*.py", "benchmarks/*.py", "notebooks/*.ipynb", "docs/**/*.md", "README.md"):
        for path in ROOT.glob(pattern):
            found = path.name != "moved.py" and old.search(path.read_text("utf-8"))
            assert not found, f"{path.relative_to(ROOT)}: {found}"
