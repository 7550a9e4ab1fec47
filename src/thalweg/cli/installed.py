"""Which optional packages are installed, and what brings those that are not."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, requires, version

DEVELOPERS = {"test", "dev", "docs", "browser", "fuzz", "peers"}
"""Extras for work on Thalweg itself."""

ELSEWHERE = {"cuda"}
"""Extras that bring another build of what is there anyway: the line of devices speaks of them."""

BESIDES = {"pandas": ("pandas",)}
"""What no extra brings, and is used where it is there: how it is installed, and its packages."""

_NEEDED = re.compile(r"^(?P<package>[A-Za-z0-9._-]+).*extra\s*==\s*['\"](?P<extra>[\w-]+)['\"]")


def optional() -> dict[str, dict[str, str | None]]:
    """Return the packages of every extra that a user may want, with their versions, None where missing."""
    found: dict[str, dict[str, str | None]] = {}
    for line in _required():
        needed = _NEEDED.match(line)
        if needed is not None and needed["extra"] not in DEVELOPERS | ELSEWHERE:
            found.setdefault(needed["extra"], {})[needed["package"]] = _version(needed["package"])
    for name, packages in BESIDES.items():
        found.setdefault(name, {package: _version(package) for package in packages})
    return dict(sorted(found.items()))


def in_words(extra: str, packages: dict[str, str | None]) -> str:
    """Return what of an extra is there, and what brings the rest, in a line."""
    there = [f"{name} {found}" for name, found in packages.items() if found is not None]
    missing = [name for name, found in packages.items() if found is None]
    if not missing:
        return ", ".join(there)
    what = extra if extra in BESIDES else f"'thalweg[{extra}]'"
    return ", ".join([*there, f"{' and '.join(missing)} missing: pip install {what}"])


def _required() -> list[str]:
    try:
        return requires("thalweg") or []
    except PackageNotFoundError:  # a source tree that was not installed
        return []


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
