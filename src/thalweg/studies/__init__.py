"""Experiments that train populations of their own.

Each is one module, named as the function in it, with what it may be asked in `settings/`. Names here are
fetched when they are first used, so that a command line can answer before anything heavy is loaded.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thalweg.studies.catalogue import STUDIES as STUDIES
    from thalweg.studies.catalogue import Study as Study
    from thalweg.studies.catalogue import find as find
    from thalweg.studies.recorded import make_study as make_study
    from thalweg.studies.recorded import resume_study as resume_study

_HOMES = {
    "STUDIES": "catalogue",
    "Study": "catalogue",
    "find": "catalogue",
    "make_study": "recorded",
    "resume_study": "recorded",
}

__all__ = ["STUDIES", "Study", "find", "make_study", "resume_study"]


def __getattr__(name: str) -> Any:
    """Fetch a public name when it is first used (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'thalweg.studies' has no attribute {name!r}")
    return getattr(import_module(f"thalweg.studies.{_HOMES[name]}"), name)
