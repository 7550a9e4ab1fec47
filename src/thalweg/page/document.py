"""What every page stands in: its head, its policy, its styles and the one script at its end."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from thalweg.page import assets

_HERE = Path(__file__).parent / "templates"


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
    return environment
