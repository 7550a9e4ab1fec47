"""How far a suspicion can be believed, drawn: what was said of labels, and how many of them were wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from thalweg.statistics.intervals import wilson

WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 520, 400, 64, 16, 16, 52
GROUPS = (
    ("errors that are even: uniform, pairs", ("uniform", "pairs"), "even", "circle"),
    ("errors that are not: one-sided, hard", ("one-sided", "hard"), "uneven", "square"),
)
STYLE = """
text { font: 14px system-ui, "DejaVu Sans", sans-serif; fill: #1d1f21 }
.grid { stroke: #d4d4cd } .honest { stroke: #55595e; stroke-dasharray: 5 5 }
.even { stroke: #0072b2; fill: #0072b2 } .uneven { stroke: #d55e00; fill: #d55e00 }
.line { fill: none; stroke-width: 2.5 } .whisker { stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e6e2 } .grid { stroke: #3a3e43 } .honest { stroke: #aeb2b6 }
  .even { stroke: #56b4e9; fill: #56b4e9 } .uneven { stroke: #f0a35e; fill: #f0a35e }
}
"""


def diagram(cells: Sequence[dict[str, Any]]) -> str:
    """Return an SVG: the share of labels that are wrong against what was said of them, with 95 % (Wilson).

    Labels are taken together by tenths of suspicion, over the cells in which a count is given. Labels of one
    cell go wrong together, so the intervals are the least that luck can do.
    """
    parts = [*_paper()]
    for number, (said, kinds, name, mark) in enumerate(GROUPS):
        own = [cell for cell in cells if cell["counted"] and cell["kind"] in kinds]
        parts += [*_drawn(np.sum([cell["bands"] for cell in own], axis=0), name, mark)]
        x, y = LEFT + 150, HIGH - BOTTOM - 50 + 24 * number
        parts += [_mark(x, y, name, mark), _text(x + 12, y + 5, said)]
    size = f'viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    title = "<title>Share of labels that are wrong, by suspicion</title>"
    return "\n".join([head, title, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


def _paper() -> list[str]:
    lines = []
    for tick in np.linspace(0, 1, 6):
        x, y = _at(tick, tick)
        lines.append(f'<line class="grid" x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{y}" y2="{y}"/>')
        lines.append(_text(LEFT - 8, y + 5, f"{tick:.0%}".replace("%", " %"), "end"))
        lines.append(_text(x, HIGH - BOTTOM + 20, f"{tick:.1f}", "middle"))
    (x1, y1), (x2, y2) = _at(0, 0), _at(1, 1)
    lines.append(f'<line class="honest" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    lines.append(_text((LEFT + WIDE - RIGHT) / 2, HIGH - 8, "suspicion", "middle"))
    middle = (TOP + HIGH - BOTTOM) / 2
    lines.append(
        f'<text x="16" y="{middle}" text-anchor="middle" transform="rotate(-90 16 {middle})">wrong</text>'
    )
    return lines


def _drawn(bands: np.ndarray, name: str, mark: str) -> list[str]:
    points, lines = [], []
    for labels, said, wrong in bands:
        if labels:
            x, y = _at(said / labels, wrong / labels)
            low, high = wilson(int(wrong), int(labels))
            (_, bottom), (_, top) = _at(0, low), _at(0, high)
            lines.append(f'<line class="{name} whisker" x1="{x}" x2="{x}" y1="{bottom}" y2="{top}"/>')
            lines.append(_mark(x, y, name, mark))
            points.append(f"{x},{y}")
    return [f'<polyline class="{name} line" points="{" ".join(points)}"/>', *lines]


def _at(across: float, up: float) -> tuple[float, float]:
    x = LEFT + across * (WIDE - RIGHT - LEFT)
    y = HIGH - BOTTOM - up * (HIGH - BOTTOM - TOP)
    return round(x, 1), round(y, 1)


def _mark(x: float, y: float, name: str, mark: str) -> str:
    if mark == "circle":
        return f'<circle class="{name}" cx="{x}" cy="{y}" r="4.5"/>'
    return f'<rect class="{name}" x="{x - 4}" y="{y - 4}" width="8" height="8"/>'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>'
