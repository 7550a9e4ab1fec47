"""What a spec names by its import path, `module:name`: inert text until it is used.

A recipe is kept as text. What the user wrote in Python is kept as the place where Python finds it, as
entry points are (https://packaging.python.org/specifications/entry-points), and imported when it is needed.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from thalweg.errors import RecipeError, near_match

FORM = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$"
"""What an import path looks like: `package.module:name`."""


def imported(path: str) -> Callable[..., Any]:
    """Return what `path` names: something to be called.

    Raises `RecipeError` where the module cannot be imported or lacks the name, or where it cannot be called.
    """
    module, _, name = path.partition(":")
    try:
        found: Any = importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise RecipeError(
            f"{path}: there is no module {error.name!r} here.",
            hint="install it, or put its folder on PYTHONPATH: PYTHONPATH=. thalweg ...",
        ) from None
    except Exception as error:
        raise RecipeError(
            f"{path}: importing {module} failed: {first_line(error)}.", hint="mend that module."
        ) from error
    for part in name.split("."):
        if not hasattr(found, part):
            public = [each for each in dir(found) if not each.startswith("_")]
            raise RecipeError(
                f"{path}: {module} has no {name}.", hint=f"correct the name.{near_match(part, public)}"
            )
        found = getattr(found, part)
    if not callable(found):
        raise RecipeError(
            f"{path}: a {type(found).__name__} cannot be called.", hint="name a function or a class."
        )
    return found


def path_of(something: Any) -> str | None:
    """Return the shortest import path of a function or class; None where Python could not find it again.

    What was written in a notebook or in a script itself (`__main__`), or inside a function, has none.

    Examples:
        >>> from thalweg.imported import path_of
        >>> import json
        >>> path_of(json.JSONDecoder)
        'json:JSONDecoder'
        >>> path_of(lambda x: x) is None
        True
    """
    module, name = (getattr(something, key, None) for key in ("__module__", "__qualname__"))
    if not isinstance(module, str) or not isinstance(name, str) or module == "__main__":
        return None
    parents = module.split(".")
    for depth in range(1, len(parents) + 1):
        place = ".".join(parents[:depth])
        found: Any = sys.modules.get(place)
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is something:
            return f"{place}:{name}"
    return None


def first_line(error: Exception) -> str:
    """Return an exception as one line: its kind and what it says first."""
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0].rstrip('.')}" if said else type(error).__name__
