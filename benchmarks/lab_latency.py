"""How long from the pointer to the answer of every network, in the browser?

The lab's Draw panel is opened from a run (offline, 1280 x 900), and a spiral is drawn with the mouse, one
real pointermove at a time. Timed for each in the page: from the event's own time to the end of the frame in
which the votes of all networks, the activations of one and what each pixel adds are painted; and of that
the panel's own work. A screen of 60 frames a second makes everybody wait for up to 17 ms of the first.
Printed: medians and 95th percentiles in ms, and how many events.

    thalweg train --data mnist --recipe classic --members 64 --epochs 3 --out runs/classic
    python benchmarks/lab_latency.py runs/classic

Nothing is written. Needs Playwright and Chromium.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

import numpy as np

from drawing.pages import draw_panel

WATCH = """() => {
  const found = [], channel = new MessageChannel();
  let event = null, began = 0;
  globalThis.latencies = found;
  channel.port1.onmessage = () => {
    const { answers } = document.querySelector(".votes-of").dataset;
    found.push([performance.now() - event.time, event.worked, answers]);
    event = null;
  };
  // the first of two frame callbacks runs before the panel's own, the second after it
  addEventListener("pointermove", ({ timeStamp, buttons }) => {
    if (event || !buttons) return;
    event = { time: timeStamp };
    requestAnimationFrame(() => { began = performance.now(); });
  }, true);
  addEventListener("pointermove", () => {
    if (!event || event.isWaiting) return;
    event.isWaiting = true;
    requestAnimationFrame(() => { event.worked = performance.now() - began; channel.port2.postMessage(0); });
  });
}"""


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run")
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("--strokes", type=int, default=6)
    given = parser.parse_args()
    with draw_panel(given.run) as page:
        page.evaluate(WATCH)
        for _ in range(given.strokes):
            spiral(page, given.events // given.strokes)
        found = page.evaluate("latencies")
    times = np.array([row[:2] for row in found], dtype=float)
    answers = {row[2] for row in found}
    load = os.getloadavg()[0]
    print(f"{given.run}: {', '.join(sorted(answers))} networks answer, {len(times)} events")
    print(f"{os.cpu_count()} cores, of which {load:.1f} were asked for while this ran")
    for name, column in zip(
        ("event to painted answer", "of which the panel's own work"), times.T, strict=True
    ):
        median, most = np.quantile(column, (0.5, 0.95))
        print(f"{name}: median {median:.1f} ms, 95th percentile {most:.1f} ms")


def spiral(page: Any, events: int) -> None:
    """Draw one stroke of so many events, each answered before the next is made."""
    page.get_by_role("button", name="Clear", exact=True).click()
    box = page.locator(".pad-canvas").bounding_box()
    for event in range(events):
        angle, radius = 6 * np.pi * event / events, 0.4 * event / events
        x, y = 0.5 + radius * np.cos(angle), 0.5 + radius * np.sin(angle)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if event == 0:
            page.mouse.down()
        page.wait_for_timeout(40)
    page.mouse.up()
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
