"""What goes into the page as it is: scripts, styles, and the policy that keeps everything else out."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

STATIC = Path(__file__).parent / "static"
"""Where the modules and styles are that pages share."""


@cache
def style(*paths: Path) -> str:
    """Return style sheets as one; of every page by default."""
    return "\n".join(path.read_text("utf-8") for path in paths or (STATIC / "page.css",))


@cache
def plots_library() -> str:
    """Return Plotly's JavaScript, from the installed wheel."""
    from plotly.offline import get_plotlyjs

    return get_plotlyjs()


def policy(*scripts: str, asks: str = "'none'") -> str:
    """Return a content security policy: these scripts, inline styles and embedded pictures, and no network.

    `asks`: whom the page may ask, such as 'self'. Styles may be inline because Plotly writes them while it
    draws.
    """
    allowed = " ".join(f"'sha256-{_digest(code)}'" for code in scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        f"connect-src {asks}; base-uri 'none'; form-action 'none'"
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


def _digest(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
