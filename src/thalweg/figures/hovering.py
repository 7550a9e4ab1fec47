"""What is said of a point that one looks at: the numbers behind it, in the words of the page.

Plotly left to itself writes "95.253% +0.448%" and "NaN %". Here every point has its own text, made as the
tables make theirs: `95.3 % [94.8, 95.7]`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from thalweg.figures.facts import safe
from thalweg.measured import Measured, as_percent

HOVER = "%{customdata}<extra></extra>"
_SMALLEST = 0.0005  # a share below this would be written 0.0 %


def tell(figure: go.Figure) -> go.Figure:
    """Give every trace that does not say itself what it tells a text for each of its points.

    What an axis is called and whether it shows shares is read from the axis; intervals from the error bars.
    """
    for trace in tuple(figure.data):
        if trace.type in ("heatmap", "contour"):
            trace.hoverongaps = False
        if trace.type == "box":
            _tell_box(figure, trace)
        elif trace.hoverinfo != "skip" and trace.hovertemplate is None:
            trace.customdata, trace.hovertemplate = _texts(figure, trace), HOVER
    return figure


def said(value: Any, *, share: bool, low: float | None = None, high: float | None = None) -> str:
    """Return a number with its interval as a hover says it: a share in per cent, others as they are."""
    if isinstance(value, str):
        return value
    if value is None or math.isnan(value):
        return ""
    found = Measured(float(value), low, high)
    if share:
        tiny = found.interval is None and 0 < found.value < _SMALLEST
        return f"under {as_percent(2 * _SMALLEST)}" if tiny else found.percent()
    if found.interval is not None:
        return found.significant()
    if abs(found.value) >= 1000 or found.value == round(found.value):
        return f"{found.value:,.0f}" if abs(found.value) < 1e15 else f"{found.value:.3g}"
    return f"{found.value:.3g}"


def _texts(figure: go.Figure, trace: Any) -> list[str]:
    sides = [_Side(figure, trace, axis) for axis in ("x", "y")]
    name = [trace.name] if trace.name else []
    points = range(max((len(side.values) for side in sides), default=0))
    sides.sort(key=lambda side: side.of_numbers)  # what a row is called goes before what it holds
    lines = ([*name, *(side.at(place) for side in sides)] for place in points)
    return ["<br>".join(dict.fromkeys(filter(None, each))) for each in lines]


class _Side:
    """One axis of a trace: its values, what they are of, and how they are written."""

    def __init__(self, figure: go.Figure, trace: Any, axis: str) -> None:
        number = (trace[f"{axis}axis"] or axis)[1:]
        layout: Any = figure.layout[f"{axis}axis{number}"]
        self.values: Sequence[Any] = [] if trace[axis] is None else list(trace[axis])
        self.title = _plain(layout.title.text or "")
        self.share = "%" in (layout.tickformat or "")
        self.ticks = {}
        if layout.type != "log" and layout.ticktext is not None:
            self.ticks = dict(zip(layout.tickvals, layout.ticktext, strict=False))
        bars = trace[f"error_{axis}"] if f"error_{axis}" in trace else None
        self.above = None if bars is None else bars.array
        self.below = None if bars is None else bars.arrayminus

    @property
    def of_numbers(self) -> bool:
        """Whether it is an axis of numbers, rather than of names."""
        return not self.ticks and not any(isinstance(value, str) for value in self.values)

    def at(self, place: int) -> str:
        """Return `how often it is right: 95.3 % [94.8, 95.7]`, or nothing where there is nothing."""
        if place >= len(self.values):
            return ""
        value = self.values[place]
        if self.ticks and not isinstance(value, str):
            return safe(str(self.ticks[min(self.ticks, key=lambda tick: abs(tick - value))]))
        low, high = self._ends(place)
        text = said(value, share=self.share, low=low, high=high)
        return f"{self.title}: {text}" if text and self.title else text

    def _ends(self, place: int) -> tuple[float | None, float | None]:
        value = self.values[place]
        if self.above is None or self.below is None or value is None:
            return None, None
        above, below = float(self.above[place]), float(self.below[place])
        return (None, None) if above == below == 0 else (value - below, value + above)


def _tell_box(figure: go.Figure, box: Any) -> None:
    """Say a box's ends at its middle: of a box drawn from quantiles Plotly says them in its own way only."""
    box.hoverinfo = "skip"
    lying = box.orientation == "h"
    across, along = ("y", "x") if lying else ("x", "y")
    layout: Any = figure.layout[f"{along}axis"]
    share = "%" in (layout.tickformat or "")
    texts = []
    for low, lower, middle, upper, high in zip(
        box.lowerfence, box.q1, box.median, box.q3, box.upperfence, strict=True
    ):
        low, lower, middle, upper, high = (
            said(float(end), share=share) for end in (low, lower, middle, upper, high)
        )
        texts.append(
            f"median of the networks: {middle}<br>half of them: {lower} to {upper}<br>"
            f"90 % of them: {low} to {high}"
        )
    figure.add_scatter(
        **{across: list(box[across]), along: list(box.median)},
        mode="markers",
        marker={"opacity": 0, "size": 12},
        showlegend=False,
        customdata=texts,
        hovertemplate=HOVER,
    )


def _plain(title: str) -> str:
    return re.sub(r" \(log scale\)", "", title.replace("<br>", " ").replace("\u00a0", " "))
