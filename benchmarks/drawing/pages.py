"""The lab's Draw panel in a real browser, opened from a run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from thalweg import lab, runs

SIGNS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
READY = "document.querySelector('[data-panel=draw]')?.dataset.ready === 'yes'"


@contextmanager
def draw_panel(run: str | Path) -> Iterator[Any]:
    """Yield a page that shows the Draw panel of the exported lab of `run`, 1280 x 900, offline."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("THALWEG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        address = lab.export(runs.open(run), Path(folder) / "lab.html").as_uri()
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}#panel=draw")
        while not page.evaluate(READY):
            page.wait_for_timeout(50)
        page.locator(".pad-canvas").scroll_into_view_if_needed()
        yield page
        browser.close()


def written(strokes: list[np.ndarray]) -> str:
    """Return strokes as an address of the lab holds them; see `lab/static/draw/written.js`."""
    steps = [np.round(np.clip(stroke, 0, 1) * 4095).astype(int).ravel() for stroke in strokes]
    return "_" + ".".join("".join(SIGNS[step >> 6] + SIGNS[step & 63] for step in stroke) for stroke in steps)


def by_mouse(page: Any, strokes: list[np.ndarray]) -> None:
    """Draw strokes with the mouse, button down and up, on a pad that is cleared first."""
    page.get_by_role("button", name="Clear", exact=True).click()
    box = page.locator(".pad-canvas").bounding_box()
    for stroke in strokes:
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point)
        page.mouse.up()
    page.wait_for_timeout(60)  # the frame in which they are answered
