"""Distributions over networks as boxes side by side: half and 90 % of them, the mean, and each one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.marks import QUANTILES
from thalweg.figures.theme import MARKERS, clear
from thalweg.measured import Measured

BOX = "half and 90 % of networks"
_MOST_POINTS, _ROOM = 80, 0.7


def boxes(
    figure: go.Figure,
    groups: Sequence[str],
    sides: Mapping[str, tuple[Sequence[np.ndarray], Sequence[Measured], str]],
) -> None:
    """Draw a box for each group and side; `sides`: name -> (values of each group, means, colour)."""
    wide = _ROOM / len(sides)
    for style, (name, (values, means, colour)) in enumerate(sides.items()):
        at = np.arange(len(groups)) + (style + 0.5) * wide - _ROOM / 2
        low, lower, middle, upper, high = np.array([np.quantile(each, QUANTILES) for each in values]).T
        figure.add_box(
            x=at,
            q1=lower,
            median=middle,
            q3=upper,
            lowerfence=low,
            upperfence=high,
            width=0.8 * wide,
            name=BOX,
            legendgroup=BOX,
            showlegend=style == 0,
            line={"color": colour, "width": 1},
            fillcolor=clear(colour, 0.15),
        )
        _each(figure, at, values, colour=colour, wide=wide)
        _means(figure, at, means, name=name, colour=colour, symbol=MARKERS[style])
    figure.update_xaxes(tickvals=list(range(len(groups))), ticktext=list(groups), zeroline=False)
    figure.update_layout(boxmode="overlay")


def _each(
    figure: go.Figure, at: np.ndarray, values: Sequence[np.ndarray], *, colour: str, wide: float
) -> None:
    """Draw every network as a faint point, where there are few enough to be told apart."""
    for place, each in zip(at, values, strict=True):
        if len(each) <= _MOST_POINTS:
            aside = 0.5 * wide * (np.arange(len(each)) * 0.618034 % 1 - 0.5)  # even, and the same every time
            figure.add_scatter(
                x=place + aside,
                y=each,
                mode="markers",
                marker={"size": 4, "color": clear(colour, 0.55)},
                showlegend=False,
                name="one network",
            )


def _means(
    figure: go.Figure, at: np.ndarray, means: Sequence[Measured], *, name: str, colour: str, symbol: str
) -> None:
    ends = [mean.interval or (mean.value, mean.value) for mean in means]
    figure.add_scatter(
        x=at,
        y=[mean.value for mean in means],
        mode="markers",
        name=name,
        marker={"color": colour, "symbol": symbol, "size": 9, "line": {"color": "white", "width": 1}},
        error_y={
            "type": "data",
            "array": [high - mean.value for mean, (_, high) in zip(means, ends, strict=True)],
            "arrayminus": [mean.value - low for mean, (low, _) in zip(means, ends, strict=True)],
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
    )
