"""How many frames a second does the map of minima make while thousands of dots glide?

The lab's own map (static/minima/map.js, 760 x 760 pixels) is painted in Chromium for three seconds on the way
from before the matching of neurons to after it and back, one frame after the other. Its places are those of
really trained networks: `--members` of one small hidden layer, one epoch on the embedded digits, as the lab's
page has them (as many are matched as its patience allows). With `--random` they are drawn from a normal
distribution instead, which takes no training; there is as much to paint. Printed: how long the places took,
frames a second, and medians and 95th percentiles of three times: from frame to frame; of painting; and of
painting with one pixel read back, which waits until all is really on the canvas. The goal is 30 frames a
second.

    python benchmarks/lab_map.py --members 4096

Nothing is kept. Needs Playwright and Chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from thalweg.lab import site
from thalweg.page.bundle import bundle

GLIDE = """async (seconds) => {
  const canvas = document.querySelector("canvas"), map = new NetworkMap(canvas, places);
  const found = { frames: [], painted: [], waited: [] };
  const frame = () => new Promise((done) => requestAnimationFrame(() => done(performance.now())));
  const paint = (now) => map.paint(0.5 - 0.5 * Math.cos(now / 300), [0, 1], 2);
  for (let warm = 0; warm < 10; warm++) paint(await frame());
  const began = await frame();
  for (let now = began, last = began; now - began < 1000 * seconds; last = now) {
    paint(now);
    found.painted.push(performance.now() - now);
    now = await frame();
    found.frames.push(now - last);
  }
  for (let count = 0; count < 60; count++) {
    const now = await frame();
    paint(now);
    canvas.getContext("2d").getImageData(0, 0, 1, 1);
    found.waited.push(performance.now() - now);
  }
  return found;
}"""


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--members", type=int, default=4096)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--random", action="store_true", help="random places, no training")
    given = parser.parse_args()
    places = drawn(given.members) if given.random else trained(given.members)
    found = glided(places, given.seconds)
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, of which {load:.1f} were asked for while this ran")
    frames = np.array(found["frames"])
    print(f"{len(frames)} frames: {1000 * len(frames) / frames.sum():.1f} a second")
    names = {"frames": "frame to frame", "painted": "painting", "waited": "painting, and read back"}
    for name, words in names.items():
        median, most = np.quantile(found[name], (0.5, 0.95))
        print(f"{words}: median {median:.1f} ms, 95th percentile {most:.1f} ms")


def drawn(members: int) -> dict[str, Any]:
    """Return random places before and after, and random shares for colours."""
    generator = np.random.default_rng(0)
    print(f"{members:,} random places")
    before, after = generator.standard_normal((2, members, 2))
    return {"before": before.tolist(), "after": after.tolist(), "shares": generator.random(members).tolist()}


def trained(members: int) -> dict[str, Any]:
    """Return the places of networks that are trained now, as the lab's page has them."""
    from thalweg import data, recording
    from thalweg.lab.contents import part
    from thalweg.lab.opened import opened
    from thalweg.networks import Mlp
    from thalweg.training import Recipe, Sgd

    digits = data.load("digits")
    recipe = Recipe(
        network=Mlp((4,)), optimiser=Sgd(learning_rate=0.5), batch_size=16, epochs=1, name="small"
    )
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        run = recording.train_run(recipe, digits, members=members, seed=0, out=Path(folder) / "run")
        recording.evaluate_run(run, only=("accuracy",), dataset=digits)
        print(f"{members:,} networks trained and measured in {time.monotonic() - began:.0f} s")
        began = time.monotonic()
        found = part("minima", opened(run))
        print(f"mapped in {time.monotonic() - began:.0f} s, {found['matched']:,} of them matched")
    accuracy = np.array(found["accuracy"])
    shares = (accuracy - accuracy.min()) / np.ptp(accuracy)
    return {"before": found["before"], "after": found["after"], "shares": shares.tolist()}


def glided(places: dict[str, Any], seconds: float) -> dict[str, list[float]]:
    """Return the times from frame to frame and of painting, in ms."""
    script = bundle(Path(site.__file__).parent / "static" / "minima" / "map.js")
    last = script.rsplit("const module", 1)[1].split(" ")[0]
    script += f"\nconst {{ NetworkMap }} = module{last};"
    with sync_playwright() as playwright:
        path = os.environ.get("THALWEG_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_content('<canvas width="760" height="760"></canvas>')
        page.evaluate(f"() => {{ {script} Object.assign(globalThis, {{ NetworkMap }}); }}")
        page.evaluate(f"() => {{ globalThis.places = {json.dumps(places)}; }}")
        found = page.evaluate(GLIDE, seconds)
        browser.close()
    return found


if __name__ == "__main__":
    main()
