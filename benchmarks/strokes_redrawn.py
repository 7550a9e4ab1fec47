"""Is a digit recognised wherever and however large it is drawn? MNIST's own test digits, drawn again.

MNIST test digits are thinned to strokes (`drawing/thinned.py`), put on the lab's pad at a random size
(longer side 0.25 to 0.9 of the pad) and place, and answered in the page by the networks of a run; the same
with the raw switch (the drawing is left where it is); the first of them by real mouse events too. Printed:
accuracy of one network and of the vote on the drawn digits and on the very same images untouched, and the
difference in points with its interval.

    thalweg train --data mnist --recipe classic-modern --members 64 --epochs 4 --out runs/modern
    python benchmarks/strokes_redrawn.py runs/modern --examples 1000

Nothing is written. Needs MNIST (`thalweg data get mnist`), Playwright and Chromium.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

import thalweg as tw
from drawing.pages import by_mouse, draw_panel, written
from drawing.thinned import put_anywhere, strokes_of
from thalweg.measured import Measured
from thalweg.statistics.intervals import counted, crossed, student

SAID = """const largest = (all) => all.reduce((best, value, at) => (value > all[best] ? at : best), 0);
const said = (answers) => [...answers.map(largest),
  largest([...answers[0]].map((_, label) => answers.reduce((sum, own) => sum + own[label], 0)))];"""
DRAWN = f"""(drawings) => {{ {SAID}
  const {{ handle }} = thalwegLab;
  return drawings.map((state) => {{ handle.restore(state); return said(handle.answers()); }});
}}"""
UNTOUCHED = f"""async (images) => {{ {SAID}
  const networks = await thalwegLab.bench.networks();
  return images.map((image) => said(networks.answer(Float32Array.from(image, (level) => level / 255))));
}}"""
AT_ONCE = 50


def main() -> None:
    """Print what is recognised."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("run")
    parser.add_argument("--examples", type=int, default=1000)
    parser.add_argument("--by-mouse", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    test = tw.data.load("mnist").test
    generator = np.random.default_rng(given.seed)
    chosen = np.sort(generator.choice(len(test), given.examples, replace=False))
    images, labels = np.asarray(test.raw[chosen]), np.asarray(test.labels)[chosen]
    strokes = [put_anywhere(strokes_of(image), generator) for image in images]
    with draw_panel(given.run) as page:
        untouched = asked(page, UNTOUCHED, [image.ravel().tolist() for image in images]) == labels
        states = [{"strokes": written(each), "raw": False} for each in strokes]
        placed = asked(page, DRAWN, states) == labels
        raw = asked(page, DRAWN, [{**state, "raw": True} for state in states]) == labels
        page.evaluate("() => thalwegLab.handle.restore({strokes: '', raw: false})")
        few = strokes[: given.by_mouse]
        mouse = drawn_by_mouse(page, few) == labels[: len(few)]
    print(f"{given.run}: {len(placed) - 1} networks, {given.examples:,} MNIST test digits, seed {given.seed}")
    print("| | one network | against untouched | the vote | against untouched |\n|---|---|---|---|---|")
    tell("untouched", untouched, untouched)
    tell("redrawn", placed, untouched)
    tell("redrawn, raw", raw, untouched)
    if len(few):
        tell(f"by mouse, the first {len(few)}", mouse, untouched[:, : len(few)])
        tell("the same not by mouse", placed[:, : len(few)], untouched[:, : len(few)])


def asked(page: Any, question: str, entries: list[Any]) -> np.ndarray:
    """Return what each network, and last the vote, says of each entry: [members + 1, examples]."""
    parts = [page.evaluate(question, entries[at : at + AT_ONCE]) for at in range(0, len(entries), AT_ONCE)]
    return np.concatenate([np.array(part) for part in parts]).T


def drawn_by_mouse(page: Any, drawings: list[list[np.ndarray]]) -> np.ndarray:
    """Return the same of drawings that a mouse made."""
    found = []
    for strokes in drawings:
        by_mouse(page, strokes)
        found.append(page.evaluate(f"() => {{ {SAID} return said(thalwegLab.handle.answers()); }}"))
    return np.array(found).T


def tell(name: str, right: np.ndarray, untouched: np.ndarray) -> None:
    """Print a row of `right` [members + 1, examples], with the paired difference from `untouched`."""
    one, vote = crossed(right[:-1]), counted(int(right[-1].sum()), right.shape[1])
    cells = [one.measured.percent(), "", vote.percent(), ""]
    if right is not untouched:
        gaps = right.astype(float) - untouched
        difference = crossed(gaps[:-1], limits=(-1.0, 1.0))
        of_vote = Measured.of(float(gaps[-1].mean()), student(gaps[-1], limits=(-1.0, 1.0)))
        cells[1], cells[3] = difference.measured.points(), of_vote.points()
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
