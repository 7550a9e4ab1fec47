"""The few things that figures are drawn with: lines, bands, points with intervals, rows of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.theme import DASHES, INK, MARKERS, clear
from thalweg.measured import Measured

Values = Sequence[float] | np.ndarray

BANDS = "half and 90 % of networks"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Of members: the ends of the wide band, of the narrow one, and the line in the middle."""


def line(
    figure: go.Figure, x: Values, y: Values, *, name: str, colour: str, style: int = 0, **more: Any
) -> None:
    """Draw a line; `style` numbers the dash that repeats the colour."""
    drawn = {"color": colour, "dash": DASHES[style % len(DASHES)], "width": 2}
    figure.add_scatter(x=x, y=y, name=name, mode="lines", line=drawn, **more)


def band(
    figure: go.Figure, x: Values, low: Values, high: Values, *, name: str, colour: str, **more: Any
) -> None:
    """Fill the room between two lines; in the legend only where `showlegend` asks for it."""
    nothing = {"width": 0, "color": colour}
    shared = {"x": x, "mode": "lines", "line": nothing, "hoverinfo": "skip", "legendgroup": name}
    opacity, show = more.pop("opacity", 0.28), more.pop("showlegend", False)
    figure.add_scatter(y=low, showlegend=False, **shared, **more)
    figure.add_scatter(
        y=high, name=name, fill="tonexty", fillcolor=clear(colour, opacity), showlegend=show, **shared, **more
    )


def measured(
    figure: go.Figure,
    x: Values,
    found: Sequence[Measured],
    *,
    name: str,
    colour: str,
    style: int = 0,
    **more: Any,
) -> None:
    """Draw numbers as points with their intervals, joined by a line."""
    more.setdefault("mode", "lines+markers")
    figure.add_scatter(
        x=x,
        y=[_plain(entry.value) for entry in found],
        error_y=_bars(found, colour),
        name=name,
        line={"color": colour, "dash": DASHES[style % len(DASHES)], "width": 2},
        marker={"color": colour, "symbol": MARKERS[style % len(MARKERS)], "size": 7},
        **more,
    )


def rows(
    figure: go.Figure,
    names: Sequence[str],
    found: Sequence[Measured],
    *,
    name: str,
    colour: str,
    style: int = 0,
    **more: Any,
) -> None:
    """Draw numbers as points with intervals, one row a name, the first on top."""
    figure.add_scatter(
        x=[_plain(entry.value) for entry in found],
        y=list(names),
        error_x=_bars(found, colour),
        name=name,
        mode="markers",
        marker={"color": colour, "symbol": MARKERS[style % len(MARKERS)], "size": 9},
        **more,
    )


def side_by_side(
    figure: go.Figure, names: Sequence[str], sides: Mapping[str, tuple[Sequence[Measured], str]]
) -> None:
    """Draw a row a name, the first on top, in it the numbers of every side one above the other.

    `sides`: name -> (numbers of each row, colour). Unlike with `rows`, no interval hides another.
    """
    apart = 0.56 / len(sides)
    for style, (side, (found, colour)) in enumerate(sides.items()):
        aside = (style - (len(sides) - 1) / 2) * apart
        rows(figure, names, found, name=side, colour=colour, style=style)
        figure.data[-1].y = [-place - aside for place in range(len(names))]
    ticks = [-place for place in range(len(names))]
    figure.update_yaxes(
        tickvals=ticks, ticktext=list(names), range=[0.4 - len(names), 0.6], zeroline=False, showgrid=False
    )


def in_order(figure: go.Figure, names: Sequence[str]) -> None:
    """Put rows in the order of `names`, the first on top, close together."""
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=list(names)[::-1],
        range=[-0.6, len(names) - 0.4],
    )


def quantile_bands(figure: go.Figure, x: Values, values: np.ndarray, *, name: str, colour: str) -> np.ndarray:
    """Draw members [members, points] as a median and two bands; return the quantiles [5, points]."""
    found = np.quantile(values, QUANTILES, axis=0)
    if len(values) > 1:
        first = all(trace.name != BANDS for trace in figure.data)
        band(figure, x, found[0], found[4], name=BANDS, colour=colour, opacity=0.22, showlegend=first)
        band(figure, x, found[1], found[3], name=f"half of {name}", colour=colour, opacity=0.32)
    line(figure, x, found[2], name=name, colour=colour)
    return found


def level(
    figure: go.Figure, value: float, words: str, *, upright: bool = False, place: str | None = None
) -> None:
    """Draw a thin straight line across the axes at `value`, named at its end.

    On a logarithmic axis, which must be one already, Plotly wants the place of the name in powers of ten.
    """
    axis = "x" if upright else "y"
    drawn = {"color": INK, "width": 1, "dash": "dot"}
    note: dict[str, Any] = {"text": words, "font": {"size": 11}}
    scale: Any = figure.layout[f"{axis}axis"]
    if scale.type == "log":
        note[axis] = math.log10(value)
    if upright:
        figure.add_vline(x=value, line=drawn, annotation={**note}, annotation_position=place or "top")
    else:
        figure.add_hline(y=value, line=drawn, annotation=note, annotation_position=place or "top left")


def _bars(found: Sequence[Measured], colour: str) -> dict[str, Any] | None:
    if all(entry.interval is None for entry in found):
        return None
    above = [0.0 if entry.high is None else entry.high - entry.value for entry in found]
    below = [0.0 if entry.low is None else entry.value - entry.low for entry in found]
    return {
        "type": "data",
        "array": above,
        "arrayminus": below,
        "thickness": 1.5,
        "width": 4,
        "color": colour,
    }


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else value
