"""JavaScript modules that import each other become one script, so that a page is one file.

A module keeps a scope of its own, so two may use the same name for what they keep to themselves. Plain ES
modules, as they are written here, are all that is understood: `import { a, b as c } from "./file.js";` on
one line or several, and `export` before a function, a class or a constant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function\*?|class|const) (\w+))", re.MULTILINE)


@cache
def bundle(*entries: Path) -> str:
    """Return the modules at `entries`, and all that they import, as one script.

    Each stands after those that it imports. Raises `ValueError` for modules that import each other in a
    circle, for a name that a module does not export, and for an import or export that is not understood.
    """
    places: dict[Path, int] = {}
    exported: dict[Path, list[str]] = {}
    return "\n".join(part for entry in entries for part in _modules(entry.resolve(), places, exported, ()))


def exports(path: Path) -> list[str]:
    """Return the names that a module exports."""
    return [name for _, name in _EXPORT.findall(path.read_text("utf-8"))]


def _modules(
    path: Path, places: dict[Path, int], exported: dict[Path, list[str]], above: tuple[Path, ...]
) -> Iterator[str]:
    if path in above:
        raise ValueError(f"{path.name} imports itself by way of {', '.join(each.name for each in above)}")
    if path in places:
        return
    code = path.read_text("utf-8")
    imported = [(names, (path.parent / other).resolve()) for names, other in _IMPORT.findall(code)]
    for _, other in imported:
        yield from _modules(other, places, exported, (*above, path))
    places[path], exported[path] = len(places), exports(path)
    yield _scoped(path, code, imported, places, exported)


def _scoped(
    path: Path,
    code: str,
    imported: list[tuple[str, Path]],
    places: dict[Path, int],
    exported: dict[Path, list[str]],
) -> str:
    lines = []
    for names, other in imported:
        wanted = [name.split(" as ") for name in re.split(r"\s*,\s*", names.strip(" ,\n")) if name]
        missing = {pair[0].strip() for pair in wanted} - set(exported[other])
        if missing:
            raise ValueError(f"{path.name} imports {', '.join(sorted(missing))}: not in {other.name}")
        own = ", ".join(": ".join(part.strip() for part in pair) for pair in wanted)
        lines.append(f"const {{ {own} }} = module{places[other]};")
    body = _EXPORT.sub(r"\1", _IMPORT.sub("", code))
    odd = re.search(r"^(?:import|export)\b.*", body, re.MULTILINE)
    if odd:
        raise ValueError(f"{path.name}: not understood: {odd[0]}")
    returned = f"return {{ {', '.join(exported[path])} }};"
    head = f"const module{places[path]} = (() => {{ // {path.name}"
    return "\n".join([head, *lines, body.rstrip("\n"), returned, "})();"])
