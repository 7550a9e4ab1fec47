"""What goes into the page as it is: scripts, styles, and the policy that keeps everything else out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

_STATIC = Path(__file__).parent / "static"
_MODULES = (
    "drawing",
    "network",
    "colours",
    "figures",
    "painting",
    "pad",
    "page",
    "sorting",
    "checking",
    "start",
)
"""In this order each module stands after those that it imports from."""


@cache
def script() -> str:
    """Return the page's modules as one: each as it is, less its imports and the word `export`."""
    return "\n".join(map(module, _MODULES))


def module(name: str) -> str:
    """Return one of the page's modules, less its imports and the word `export`, for another page to use."""
    return _plain((_STATIC / f"{name}.js").read_text("utf-8"))


@cache
def style() -> str:
    """Return the page's style sheet."""
    return (_STATIC / "report.css").read_text("utf-8")


@cache
def plots_library() -> str:
    """Return Plotly's JavaScript, from the installed wheel."""
    from plotly.offline import get_plotlyjs

    return get_plotlyjs()


def policy(*scripts: str) -> str:
    """Return a content security policy: these scripts, inline styles and embedded pictures, and no network.

    Styles may be inline because Plotly writes them while it draws.
    """
    allowed = " ".join(f"'sha256-{_digest(code)}'" for code in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def as_json(value: Any) -> Markup:
    """Return `value` as JSON that can stand in a script element, whatever texts are in it."""
    return json_text(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def json_text(text: str) -> Markup:
    """Return JSON `text` with `<`, `>` and `&` escaped as JSON escapes them, so that no tag can end it."""
    for sign, escaped in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):
        text = text.replace(sign, escaped)
    return Markup(text)


def picture(png: bytes) -> str:
    """Return a PNG as a `data:` address."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def _plain(module: str) -> str:
    without_imports = re.sub(r"^import .*;\n", "", module, flags=re.MULTILINE)
    return re.sub(r"^export ", "", without_imports, flags=re.MULTILINE)


def _digest(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
