"""Looking at a page as its reader does: in a real browser, offline, with whatever it complains of noted."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def visiting(chromium: Any) -> Iterator[Any]:
    """Yield a function that opens an address; what was opened is closed in the end.

    Of the page that it returns, `page.asked` are the requests and `page.said` the console's complaints.
    """
    contexts = []

    def visit(
        address: str, *, width: int = 1280, scheme: str = "light", offline: bool = True, **options: Any
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=offline, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda line: page.said.append(line.text) if line.type != "log" else None)
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()


def until(page: Any, expression: str, seconds: float = 10.0) -> None:
    """Wait until the expression is true. Playwright's own way evaluates text, which the policy forbids."""
    for _ in range(round(seconds * 40)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    pytest.fail(f"never true: {expression}")


def violations(page: Any) -> list[tuple[str, str]]:
    """Return what axe-core finds, as (rule, first element). Open the page with `bypass_csp=True`."""
    package = pytest.importorskip("axe_playwright_python", reason="needs axe-core (axe-playwright-python)")
    page.evaluate((importlib.resources.files(package) / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 10
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]]
