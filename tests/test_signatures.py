"""What users pass has a type in every public signature, read from the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.test_architecture import MODULES

TYPED = {
    "classifier",
    "judge",
    "split",
    "dataset",
    "dataset_or_split",
    "population",
    "test",
    "train",
    "validation",
    "calibration",
    "data_dir",
    "path",
    "recipe",
    "record",
    "run",
    "sources",
}
"""Names of parameters that mean the same thing in every room."""


def public_functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """Yield public functions, and public methods of public classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if isinstance(node, ast.FunctionDef):
                yield node
            else:
                yield from public_functions(node)


def untyped(source: str) -> list[str]:
    """Return the parameters of public functions that should have a type and may be anything."""
    found = []
    for function in public_functions(ast.parse(source)):
        arguments = function.args
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            written = "Any" if each.annotation is None else ast.unparse(each.annotation)
            if each.arg in TYPED and "Any" in written.replace(" ", "").split("|"):
                found.append(f"{function.name}({each.arg}: {written})")
    return found


def test_what_may_be_anything_is_found():
    assert untyped("def f(split: Any, *, dataset: Any | None = None): ...") == [
        "f(split: Any)",
        "f(dataset: Any | None)",
    ]
    assert untyped("class A:\n    def of(self, population): ...") == ["of(population: Any)"]
    assert not untyped("def _f(split: Any): ...\ndef f(value: Any, split: Split): ...")


@pytest.mark.parametrize("module", MODULES)
def test_what_users_pass_has_a_type(module):
    assert not untyped(MODULES[module].read_text("utf-8"))
