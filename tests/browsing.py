"""Looking at a page as its reader does: in a real browser, offline, with whatever it complains of noted."""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

PIXELS = """(selector) => {  // from a copy: a browser complains of a canvas that is read from twice
    const canvas = document.querySelector(selector);
    const copy = document.createElement("canvas"), pen = copy.getContext("2d");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    pen.drawImage(canvas, 0, 0);
    const levels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    return [canvas.height, canvas.width, [...levels].filter((_, place) => place % 4 === 0)];
}"""


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


def unfold(page: Any, within: str = "main") -> None:
    """Open "The numbers behind it" there, and wait for the tables: some are made only then."""
    for summary in page.locator(f"{within} summary", has_text="The numbers behind it").all():
        summary.click()
    opened = f"[...document.querySelectorAll('{within} details[open]')]"
    rows = f"{opened}.map((each) => each.querySelectorAll('tbody tr').length)"
    until(page, f"Math.min(...{rows}.concat({opened}.length)) > 0")


def violations(page: Any) -> list[tuple[str, str]]:
    """Return what axe-core finds, as (rule, first element). Open the page with `bypass_csp=True`."""
    package = pytest.importorskip("axe_playwright_python", reason="needs axe-core (axe-playwright-python)")
    page.evaluate((importlib.resources.files(package) / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("axe.run()")
    assert len(found["passes"]) > 10
    return [(each["id"], each["nodes"][0]["html"][:200]) for each in found["violations"]]


def readable(page: Any, width: int) -> None:
    """Everything folded out, no rule of accessibility is broken and nothing is wider than the page."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.wait_for_timeout(100)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def painted(page: Any, selector: str) -> np.ndarray:
    """Return the red of a canvas as a picture in 0..1, float32 [height, width]."""
    height, width, levels = page.evaluate(PIXELS, selector)
    return np.array(levels, np.float32).reshape(height, width) / 255


def number(text: str) -> float:
    """Return the number that a text begins with, whatever it is over or under."""
    return float(text.replace("over ", "").replace("under ", "").split()[0])


def stroke_of_a_finger(page: Any, selector: str) -> None:
    """Draw a line downwards over the element, with a finger."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    client = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    for kind, moved in [("touchStart", 0), *(("touchMove", 25 * step) for step in range(1, 9))]:
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y + moved}]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
