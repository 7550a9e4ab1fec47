"""Which way imports flow and how large things may grow, read from the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "thalweg"
LONGEST_FILE, LONGEST_FUNCTION = 400, 60

GROUND = {
    "budget",
    "unfolding",
    "limits",
    "parquet",
    "thrift",
    "spreadsheets",
    "answering",
    "callbacks",
    "imported",
    "chunks",
    "compiled",
    "loaded",
    "cores",
    "durations",
    "errors",
    "frames",
    "lazily",
    "listening",
    "measured",
    "memory",
    "moved",
    "places",
    "questions",
    "record",
    "remote",
    "sizes",
    "spec",
    "stops",
    "temporary",
    "version",
    "wording",
    "written",
}
"""What stands on nothing else of ours, and may be used anywhere."""

MAY_IMPORT = {
    **{name: GROUND for name in GROUND},
    "data": {*GROUND, "data"},
    "networks": {*GROUND, "networks", "data.split"},
    "weights": {*GROUND, "networks", "weights"},
    "statistics": {*GROUND, "statistics"},
    "training": {*GROUND, "data", "networks", "training"},
    "evaluation": {*GROUND, "data", "networks", "weights", "statistics", "models", "evaluation"},
    "models": {*GROUND, "data", "models"},
    "estimators": {*GROUND, "data", "networks", "training", "evaluation", "estimators"},
    "ensembles": {*GROUND, "data", "ensembles"},
    "runs": {*GROUND, "runs"},
    "reopening": {*GROUND, "data", "networks", "training", "runs"},
    "recording": {*GROUND, "data", "networks", "training", "evaluation", "runs", "reopening"},
    "comparing": {*GROUND, "data", "evaluation", "runs", "recording"},
    "planning": {
        *GROUND,
        "data",
        "networks",
        "statistics",
        "training",
        "evaluation",
        "runs",
        "recording",
        "planning",
    },
    "publishing": {*GROUND, "data", "networks", "training", "runs", "recording", "publishing"},
    "studies": {
        *GROUND,
        "data",
        "ensembles",
        "networks",
        "weights",
        "statistics",
        "training",
        "evaluation",
        "runs",
        "recording",
        "studies",
    },
    "figures": {*GROUND, "runs", "figures"},
    "page": {*GROUND, "runs", "figures", "page"},
    "report": {*GROUND, "runs", "figures", "page", "report"},
    "tracking": {*GROUND, "tracking"},
    "hub": {*GROUND, "data", "networks", "runs", "recording", "report", "hub"},
    "lab": {
        *GROUND,
        "data",
        "networks",
        "weights",
        "statistics",
        "training",
        "evaluation",
        "runs",
        "recording",
        "studies",
        "figures",
        "page",
        "lab",
    },
    "claims": {
        *GROUND,
        "data",
        "networks",
        "weights",
        "statistics",
        "training",
        "evaluation",
        "runs",
        "recording",
        "studies",
        "claims",
    },
}
"""What each room may import of ours. The command line and the package's own front may import anything."""

TOP = ("cli", "__main__")
WITHOUT_JAX = (
    *(*GROUND, "runs", "data", "ensembles", "cli"),
    *("tracking", "statistics", "figures", "page", "report"),
)
JAX = {"jax", "jaxlib", "equinox", "optax"}

FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = {".".join(("thalweg", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in FILES}
MODULES = {name.removesuffix(".__init__"): path for name, path in NAMES.items()}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(tree: ast.AST, module: str, *, inside_functions: bool, for_types: bool = False) -> Iterator[str]:
    """Yield what is imported, by its longest name: thalweg.data.dataset, jax.numpy.

    `for_types`: also what only a type checker imports.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import hides where it goes"
            assert node.module is not None
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                yield longer if longer in MODULES else node.module
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not for_types:
            continue
        elif inside_functions or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imports(node, module, inside_functions=inside_functions, for_types=for_types)


def imports_of(module: str, *, inside_functions: bool = True) -> set[str]:
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    return set(imports(tree, module, inside_functions=inside_functions))


def test_there_is_something_to_read():
    assert {"thalweg", "thalweg.errors", "thalweg.runs.run", "thalweg.cli.main"} <= MODULES.keys()


def test_every_room_is_named_here():
    assert {room(module) for module in MODULES} - {"", *TOP} <= MAY_IMPORT.keys()


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) in MAY_IMPORT])
def test_imports_flow_one_way(module):
    allowed = {f"thalweg.{name}" for name in MAY_IMPORT[room(module)]}
    for found in imports_of(module):
        if found.split(".")[0] == "thalweg":
            fits = any(found == name or found.startswith(f"{name}.") for name in allowed)
            assert fits, f"{module} imports {found}"


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) in WITHOUT_JAX])
def test_what_shows_does_not_need_jax(module):
    assert not {name.split(".")[0] for name in imports_of(module)} & JAX


def test_nothing_but_the_command_line_knows_the_command_line():
    for module in MODULES:
        if room(module) not in TOP:
            assert not any(found.startswith("thalweg.cli") for found in imports_of(module)), module


def circle(found: dict[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, or none; `found`: what each one imports."""
    graph = {module: {name for name in names if name in found} - {module} for module, names in found.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def everything_imported(text: str) -> set[str]:
    return set(imports(ast.parse(text), "", inside_functions=True, for_types=True))


def test_no_circles_of_any_kind_of_import():
    found = {module: everything_imported(path.read_text("utf-8")) for module, path in MODULES.items()}
    assert not circle(found)


@pytest.mark.parametrize(
    "back",
    [
        "import thalweg.data.dataset",
        "def f():\n    from thalweg.data.dataset import Dataset",
        "class C:\n    def f(self):\n        from thalweg.data import dataset",
        "if TYPE_CHECKING:\n    from thalweg.data.dataset import Dataset",
    ],
)
def test_a_circle_is_found_wherever_the_import_stands(back):
    there = {"thalweg.data.dataset": everything_imported("from thalweg.data.split import Split")}
    assert not circle({**there, "thalweg.data.split": set()})
    assert circle({**there, "thalweg.data.split": everything_imported(back)})


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert length(node) <= LONGEST_FUNCTION, f"{node.name} has {length(node)} lines"


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines of a function without its docstring."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None and first.end_lineno is not None:
        lines -= first.end_lineno - first.lineno + 1
    return lines
