"""Kinds of data that studies compare: their words, and the colour that each keeps in every figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.marks import QUANTILES, band, line
from thalweg.figures.theme import BLUE, GREEN, INK, ORANGE, PURPLE, VERMILION
from thalweg.measured import as_percent

WORDS = {
    "true": "true data",
    "random": "labels drawn at random",
    "shuffled-pixels": "pixels in one random order",
    "random-pixels": "pixels in random orders",
    "gaussian": "Gaussian noise",
}
COLOURS = dict(zip(WORDS, (BLUE, VERMILION, GREEN, PURPLE, ORANGE), strict=True))
_PLACES = 120


def words_of(kind: str) -> str:
    """Return what a reader calls a kind of data."""
    return WORDS.get(kind, kind)


def colour_of(kind: str) -> str:
    """Return the colour of a kind of data."""
    return COLOURS.get(kind, INK)


def style_of(kind: str) -> int:
    """Return the number of the dash and marker that repeat the colour."""
    return list(WORDS).index(kind) if kind in WORDS else len(WORDS)


def curves(figure: go.Figure, arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Draw a curve [members, epochs + 1] of each kind, from the first epoch on, as median and 90 % band.

    Returns the epochs that are drawn: all, or about 120 where there are many, evenly on a logarithmic scale.
    """
    last = max(_moves_until(values) for values in arrays.values())
    epochs = np.unique(np.round(np.geomspace(1, last, min(last, _PLACES))).astype(int))
    for kind, values in arrays.items():
        found = np.quantile(values[:, epochs], QUANTILES, axis=0)
        band(figure, epochs, found[0], found[4], name=words_of(kind), colour=colour_of(kind), opacity=0.2)
        words, style = words_of(kind), style_of(kind)
        line(figure, epochs, found[2], name=words, colour=colour_of(kind), style=style, legendgroup=words)
    ticks = [tick for power in range(5) for tick in (10**power, 2 * 10**power, 5 * 10**power) if tick <= last]
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{tick:,}" for tick in ticks])
    return epochs


def thinned(epochs: np.ndarray, most: int = 30) -> np.ndarray:
    """Return at most `most` of the epochs, for a table."""
    return epochs[np.unique(np.linspace(0, len(epochs) - 1, min(len(epochs), most)).astype(int))]


def curve_rows(arrays: dict[str, np.ndarray], epochs: Sequence[int] | np.ndarray) -> list[tuple[str, ...]]:
    """Return a row an epoch: the median over members of every kind."""
    return [
        (f"{epoch:,}", *(as_percent(float(np.median(values[:, epoch]))) for values in arrays.values()))
        for epoch in epochs
    ]


def _moves_until(values: np.ndarray) -> int:
    """Return the first epoch after which no member's curve changes any more, at least 2."""
    moving = np.flatnonzero((values != values[:, -1:]).any(axis=0))
    return min(max(int(moving[-1]) + 2 if len(moving) else 2, 2), values.shape[1] - 1) or 1
