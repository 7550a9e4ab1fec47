"""How every figure looks: colours, fonts, margins. Backgrounds are clear, for light and dark pages alike.

Categories: Okabe & Ito's colours (jfly.uni-koeln.de/color, 2008), told apart with any colour vision; a dash
or a marker repeats each. Signed quantities: blue, white, orange, symmetric about 0.
"""

from __future__ import annotations

import math
import re
import textwrap
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from thalweg.figures.percents import spaced

BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW = "#E69F00", "#56B4E9", "#F0E442"
CATEGORIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
MARKERS = ("circle", "diamond", "square", "triangle-up", "cross", "x")
INK, FAINT = "#7a7a7a", "rgba(128,128,128,0.28)"
"""Grey that reads on white and on black alike, and the same for grids."""

ONE, VOTE, CHANCE = BLUE, VERMILION, INK
"""One network, the vote of all, and what is compared with: the same colour in every figure."""

DIVERGING = ((0.0, "#004C8C"), (0.25, "#5AA5DC"), (0.5, "#FFFFFF"), (0.75, "#F3A34B"), (1.0, "#B35600"))
GROWING = ((0.0, "#FFFFFF"), (0.4, "#F3C67A"), (1.0, "#B35600"))
"""Colours of shares from 0 up: the upper half of the signed ones."""

GROWING_DARK = ((0.0, "#56B4E9"), (0.5, "#8A8A8A"), (1.0, "#D55E00"))
"""Colours of points that must be seen on white and on black: sky, grey, vermilion."""

TITLE_WIDTH, TITLE_SIZE, AXIS_WIDTH = 42, 14, 36
_LINE = 19

_AXIS = {
    "gridcolor": FAINT,
    "linecolor": FAINT,
    "zerolinecolor": FAINT,
    "showline": True,
    "ticks": "outside",
    "tickcolor": FAINT,
    "ticklen": 4,
    "automargin": True,
    "title": {"standoff": 8, "font": {"size": 13}},
    "tickfont": {"size": 12},
}

TEMPLATE = go.layout.Template(
    layout={
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {
            "family": "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif",
            "color": INK,
            "size": 13,
        },
        "colorway": list(CATEGORIES),
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "hoverlabel": {"font": {"size": 13}, "align": "left", "namelength": -1},
        "margin": {"l": 12, "r": 14, "b": 40},
        "title": {
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"l": 12},
            "font": {"size": TITLE_SIZE},
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.01,
            "yanchor": "bottom",
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12},
            "itemsizing": "constant",
            "tracegroupgap": 0,
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": INK},
    }
)


def canvas(title: str, *, across: str, up: str, height: int = 300) -> go.Figure:
    """Return an empty figure with a title and named axes; `height`: below the title, in pixels."""
    figure = go.Figure(layout={"template": TEMPLATE})
    figure.update_layout(xaxis_title_text=_wrapped(across, AXIS_WIDTH), yaxis_title_text=up)
    return entitle(figure, title, height=height)


def entitle(figure: go.Figure, title: str, *, height: int, above: int = 0) -> go.Figure:
    """Put `title` over `figure`, broken to lines that fit 360 pixels.

    `height`: of the part below the title. `above`: pixels of it between title (or legend) and axes.
    """
    return figure.update_layout(
        title_text=_wrapped(title, TITLE_WIDTH), height=height, meta={"height": height, "above": above}
    )


def finish(figure: go.Figure) -> go.Figure:
    """Make room for the title, and for a legend where there is more than one thing to tell apart.

    A legend stands between title and axes, in as many lines as the narrowest page needs. Ticks in per cent
    get their space.
    """
    entries = {trace.legendgroup or trace.name for trace in figure.data if trace.showlegend is not False}
    lines = len(entries - {None}) if len(entries - {None}) > 1 else 0
    layout: Any = figure.layout
    height, above = layout.meta["height"], layout.meta["above"]
    top = 22 + _LINE * (1 + layout.title.text.count("<br>")) + 20 * lines + above
    return spaced(figure).update_layout(
        showlegend=lines > 0,
        legend_y=1 + (above + 4) / height,
        title_y=1 - 14 / (height + top),
        margin_t=top,
        height=height + top,
        meta={"height": height, "above": 20 * lines + above},
    )


def _wrapped(text: str, width: int) -> str:
    # Nothing is broken between a number and its unit, nor inside an interval.
    kept = re.sub(r"(\d) %", "\\1\u00a0%", re.sub(r"\[([^\]]*), ", "[\\1,\u00a0", text))
    return "<br>".join(textwrap.wrap(kept, width))


def shares(figure: go.Figure, axis: str = "y", **more: Any) -> go.Figure:
    """Make an axis show shares 0..1 in per cent."""
    return figure.update_layout({f"{axis}axis": {"tickformat": ".3~%", **more}})


def clear(colour: str, opacity: float) -> str:
    """Return a `#rrggbb` colour with an opacity 0..1."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def diverging(low: float, high: float) -> list[list]:
    """Return the part of the signed colours that values from `low` to `high` need, white still at 0."""
    reach = max(abs(low), abs(high), 1e-12)
    places = np.linspace(low, high, 21)
    scale = [list(stop) for stop in DIVERGING]
    colours = sample_colorscale(scale, list(np.clip(0.5 + places / (2 * reach), 0, 1)))
    return [[step / 20, colour] for step, colour in enumerate(colours)]


def logarithmic(figure: go.Figure, low: float, high: float, *, axis: str = "y") -> go.Figure:
    """Make an axis logarithmic over `low` to `high` (above zero), with a few ticks that can be read."""
    first, last = math.log10(low), math.log10(high)
    pad = 0.04 * max(last - first, 0.2)
    powers = range(math.floor(first - pad), math.ceil(last + pad) + 1)
    steps = (1, 2, 3, 4, 5, 6, 8) if last - first < 0.8 else (1, 2, 5) if last - first < 2 else (1,)
    every = max(1, len(powers) // 7)
    ticks = [(step, power) for power in powers[::every] for step in steps]
    return figure.update_layout(
        {
            f"{axis}axis": {
                "type": "log",
                "range": [first - pad, last + pad],
                "tickvals": [step * 10.0**power for step, power in ticks],
                "ticktext": [_power(step, power) for step, power in ticks],
            }
        }
    )


def _power(step: int, power: int) -> str:
    if -3 <= power <= 4:
        return f"{step * 10.0**power:,.10g}"
    raised = str(power).translate(
        str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
    )
    return f"10{raised}" if step == 1 else f"{step}\u00b710{raised}"
