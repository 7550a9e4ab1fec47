"""Ticks in per cent as the rest of a page writes them: `80 %`, where Plotly left to itself writes `80%`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

NO_BREAK = "\u00a0"
STEPS = ((0.1, 0), (0.01, 1), (0.0, 2))
"""Decimals that ticks need, by the extent of an axis from which on they do (shares)."""
WIDEST = 100.0
"""Extent of an axis of shares, which is one or two, from which on its ticks stay Plotly's."""
MARGIN = 0.25
"""How far ticks may lie beyond what is drawn, as a share of its extent."""


def spaced(figure: go.Figure) -> go.Figure:
    """Let every axis and every colour bar of shares write a space before its per cent sign.

    Plotly takes other words for a tick by what it would write (`labelalias`): so ticks stay its own, and are
    right however far a reader looks into the figure.
    """
    layout: Any = figure.layout
    for name in layout:
        if name[1:5] == "axis" and "%" in (layout[name].tickformat or ""):
            layout[name].labelalias = aliases(*_extent(figure, name))
    bars = [
        trace.marker.colorbar for trace in figure.data if "marker" in trace and "colorbar" in trace.marker
    ]
    for bar in [layout.coloraxis.colorbar, *bars]:
        if "%" in (bar.tickformat or ""):
            bar.labelalias = aliases(0.0, 1.0)
    return figure


def aliases(low: float, high: float) -> dict[str, str]:
    """Return what ticks between two shares are to be called, by what Plotly calls them (format `.3~%`).

    Nothing from `WIDEST` on.
    """
    extent = max(high - low, 1e-4)
    if not extent < WIDEST:
        return {}  # no shares: a damaged record may say that a trillion are right
    decimals = next(places for least, places in STEPS if extent >= least)
    size = 10.0**decimals
    first, last = (100 * size * (end + way * MARGIN * extent) for end, way in ((low, -1), (high, 1)))
    values = [number / size for number in range(int(np.floor(first)), int(np.ceil(last)) + 1)]
    # Plotly writes a minus sign, not a hyphen
    words = dict.fromkeys(f"{value:.3g}".replace("-", "\u2212") for value in values)
    return {f"{word}%": f"{word}{NO_BREAK}%" for word in words}


def _extent(figure: go.Figure, name: str) -> tuple[float, float]:
    """Return from where to where an axis goes: its range, or what is drawn on it."""
    axis: Any = figure.layout[name]
    if axis.range is not None and None not in axis.range:
        return min(axis.range), max(axis.range)
    drawn = np.array([value for value in _values(figure, name) if value is not None], dtype=float)
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return 0.0, 1.0
    low, high = float(drawn.min()), float(drawn.max())
    return (min(low, 0.0), max(high, 0.0)) if axis.rangemode == "tozero" else (low, high)


def _values(figure: go.Figure, name: str) -> Iterator[Any]:
    letter = name[0]
    for trace in figure.data:
        own = (trace[f"{letter}axis"] if f"{letter}axis" in trace else None) or letter
        if own != name.replace("axis", ""):
            continue
        for key in (letter, "lowerfence", "upperfence"):
            yield from (value for value in _listed(trace, key) if not isinstance(value, str))
        bars = trace[f"error_{letter}"] if f"error_{letter}" in trace else {}
        for key, way in (("array", 1), ("arrayminus", -1)):
            for value, reach in zip(_listed(trace, letter), _listed(bars, key), strict=False):
                if value is not None and reach is not None:
                    yield value + way * reach


def _listed(where: Any, key: str) -> list[Any]:
    found = where[key] if key in where else None
    return [] if found is None else list(found)
