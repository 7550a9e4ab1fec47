"""Packages whose names are fetched when they are first used (PEP 562), so that naming one costs nothing.

Such an `__init__.py` imports its public names for type checkers only, under `if TYPE_CHECKING:`, and ends
with `lazily(__name__)`, which reads that list from its source: the names are written once.

A folder of one question has the name of the function that asks it: `evaluation.accuracy(population, split)`
is a call, and `thalweg.evaluation.accuracy.record` a file. Python would let the folder hide the function as
soon as a file in it is imported; here the function wins.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from thalweg.moved import Moved, fetch


class _Lazy(ModuleType):
    """A package that fetches a public name from its home, and lists nothing but public names."""

    def __getattr__(self, name: str) -> Any:
        home = self.__dict__["_homes"].get(name)
        if home is None:
            return fetch(f"{self.__name__}.{name}")
        package, original = home
        # `from thalweg import evaluation` names a module, `from thalweg.data import load` what is in one
        found = None if package == self.__name__ else getattr(import_module(package), original, None)
        value = import_module(f"{package}.{original}") if found is None else found
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        # the import system sets every submodule on its package: a folder must not hide its function,
        # nor an old module the new name of one
        folder = isinstance(value, ModuleType) and name in self.__dict__["_homes"]
        if not (folder or isinstance(value, Moved)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__all__, *(name for name in self.__dict__ if name.startswith("__"))})


def lazily(package: str) -> None:
    """Let each name that `package` imports under `if TYPE_CHECKING:` be fetched when it is first used."""
    module = sys.modules[package]
    assert module.__spec__ is not None
    assert module.__spec__.loader is not None
    source = module.__spec__.loader.get_source(package)  # type: ignore[attr-defined]
    homes = {
        alias.asname or alias.name: (node.module, alias.name)
        for block in ast.parse(source).body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    module.__dict__.update(_homes=homes, __all__=sorted(homes))
    module.__class__ = _Lazy
