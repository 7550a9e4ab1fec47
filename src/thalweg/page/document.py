"""What every page stands in: its head, its policy, its styles and the one script at its end."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from thalweg.page import assets

_HERE = Path(__file__).parent / "templates"
_WORDS = Path(__file__).parent / "words.toml"


@cache
def shared_words() -> dict[str, dict[str, str]]:
    """Return the words of the modules that all pages share, in English."""
    return tomllib.loads(_WORDS.read_text("utf-8"))


def _spoken() -> dict[str, Any]:
    tables = shared_words().items()
    words = {f"{table}.{name}": text for table, own in tables for name, text in own.items()}
    return {"en": {"name": "English", "words": words}}


@cache
def environment(templates: Path) -> Environment:
    """Return the templates of a room, which extend `document.html`.

    Whatever is put into them is escaped, and a name that nobody gave is an error.
    """
    environment = Environment(
        loader=FileSystemLoader([templates, _HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"picture": assets.picture, "json": assets.as_json}
    environment.globals["spoken"] = _spoken()  # a page in other languages gives its own
    return environment
