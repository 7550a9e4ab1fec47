"""How long until the lab is seen, and until its first panel answers?

    python benchmarks/lab_first_paint.py RUN --visits 10

A server of its own is started for RUN and asked by Chromium, each visit with an empty cache: milliseconds
until the browser first paints content, and until the Draw panel stands with its networks. Medians, with the
smallest and largest. The first visit of all, to a server that has made nothing yet, is printed by itself.
"""

from __future__ import annotations

import argparse
import statistics
import threading

import uvicorn
from playwright.sync_api import sync_playwright

from thalweg.lab.opened import opened
from thalweg.lab.server.app import application
from thalweg.lab.server.serving import listen
from thalweg.lab.site import Site

PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
READY = "document.querySelector('[data-panel=draw]')?.dataset.ready === 'yes'"


def main() -> None:
    """Print what visitors wait for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run")
    parser.add_argument("--visits", type=int, default=10)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    asked = parser.parse_args()
    listening = listen("127.0.0.1", None)
    app = application(Site(opened(asked.run)), sources=[asked.run])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/#panel=draw"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=asked.chromium, args=["--no-sandbox"])
        found = [visit(browser, address) for _ in range(asked.visits + 1)]
        browser.close()
    server.should_exit = True
    print(f"first visit: painted after {found[0][0]:.0f} ms, the panel answers after {found[0][1]:.0f} ms")
    for words, values in zip(("painted", "the panel answers"), zip(*found[1:], strict=True), strict=True):
        middle, ends = statistics.median(values), f"{min(values):.0f} to {max(values):.0f}"
        print(f"{words} after {middle:.0f} ms (median of {asked.visits}; {ends})")


def visit(browser, address: str) -> tuple[float, float]:
    """Return milliseconds until the first paint and until the panel stands."""
    page = browser.new_context(bypass_csp=True).new_page()
    page.goto(address)
    page.wait_for_function(READY, timeout=60_000)
    ready = page.evaluate("performance.now()")
    painted = page.evaluate(PAINT)
    page.context.close()
    return painted, ready


if __name__ == "__main__":
    main()
