"""Maps of networks whose weights' distances are known: near points are networks with similar weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from thalweg.figures.theme import GROWING_DARK, ONE, TEMPLATE, entitle


def scaled(pairs: np.ndarray, distances: np.ndarray) -> np.ndarray:
    """Return a place on a plane for each member [members, 2] whose distances are as near to `distances`.

    Classical scaling (Torgerson, Psychometrika 17, 1952). `pairs` [pairs, 2]: members, each pair once.
    """
    values, vectors = _spectrum(pairs, distances)
    found = vectors[:, :2] * np.sqrt(np.maximum(values[:2], 0.0))
    return np.pad(found, ((0, 0), (0, 2 - found.shape[1])))


def kept(pairs: np.ndarray, distances: np.ndarray) -> float:
    """Return the share of the squared distances that two dimensions keep."""
    values = np.maximum(_spectrum(pairs, distances)[0], 0.0)
    return float(values[:2].sum() / values.sum()) if values.sum() > 0 else 1.0


def maps(
    title: str,
    members: np.ndarray,
    places: Mapping[str, np.ndarray],
    *,
    across: str,
    coloured: np.ndarray | None = None,
    colour_title: str = "",
) -> go.Figure:
    """Draw one map beside the other on one scale; `places`: words -> [members, 2].

    `coloured` [members]: shares 0..1 that the points are coloured by.
    """
    figure = make_subplots(rows=1, cols=len(places), subplot_titles=list(places), horizontal_spacing=0.04)
    figure.update_layout(template=TEMPLATE, showlegend=False)
    entitle(figure, title, height=290 if coloured is None else 340, above=24)
    figure.update_annotations(font_size=12)
    reach = 1.3 * max(float(np.abs(found).max()) for found in places.values()) or 1.0
    for column, found in enumerate(places.values(), start=1):
        _points(figure, members, found, column, coloured)
    if coloured is not None:
        bar = {"orientation": "h", "thickness": 8, "outlinewidth": 0, "y": -0.24, "yanchor": "top"}
        title_of_bar = {"text": colour_title, "side": "bottom", "font": {"size": 12}}
        bar |= {"tickformat": ".3~%", "nticks": 4, "title": title_of_bar}
        scale = [list(stop) for stop in GROWING_DARK]
        figure.update_layout(coloraxis={"colorscale": scale, "colorbar": bar})
    figure.update_xaxes(range=[-reach, reach], title_text=across)
    return figure.update_yaxes(range=[-reach, reach], showticklabels=False)


def _points(
    figure: go.Figure, members: np.ndarray, found: np.ndarray, column: int, coloured: np.ndarray | None
) -> None:
    marker = {"color": ONE, "size": 9}
    if coloured is not None:
        marker = {"color": coloured, "size": 11, "coloraxis": "coloraxis", "line": {"width": 1}}
    figure.add_scatter(
        x=found[:, 0],
        y=found[:, 1],
        mode="markers+text",
        text=[str(member) for member in members],
        row=1,
        col=column,
        textposition="top center",
        textfont={"size": 11},
        marker=marker,
        hovertemplate="network %{text}<extra></extra>",
    )


def _spectrum(pairs: np.ndarray, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return eigenvalues (largest first) and eigenvectors of the doubly centred squared distances."""
    members = np.unique(pairs)
    places = np.searchsorted(members, pairs)
    squared = np.zeros((len(members), len(members)))
    squared[places[:, 0], places[:, 1]] = squared[places[:, 1], places[:, 0]] = np.square(distances)
    centring = np.eye(len(members)) - 1 / len(members)
    values, vectors = np.linalg.eigh(-centring @ squared @ centring / 2)
    return values[::-1], vectors[:, ::-1]
