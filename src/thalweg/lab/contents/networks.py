"""The networks, to answer in the page."""

from __future__ import annotations

from typing import Any

from thalweg.lab.opened import Missing, Opened
from thalweg.page.networks import packed


def networks(opened: Opened) -> dict[str, Any]:
    """Return up to 64 networks as `page/static/network.js` unpacks them."""
    found = packed(opened.run)
    if found.content is None:
        raise Missing("missing.cannot_answer", why=found.why)
    return {**found.content, "note": found.note}
