"""Ticks in per cent have a space, as the text of a page does."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from thalweg.figures.percents import aliases, spaced


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, ["0", "20", "50", "100"]),
        (0.92, 0.98, ["92", "93.5", "97", "98"]),
        (0.0, 0.004, ["0", "0.05", "0.25", "0.4"]),
        (-0.3, 0.3, ["\u221230", "\u22125", "0", "25"]),
        (0.5, 0.5, ["50"]),
    ],
)
def test_whatever_tick_is_round_has_its_alias(low, high, ticks):
    found = aliases(low, high)
    for tick in ticks:
        assert found[f"{tick}%"] == f"{tick}\u00a0%"
    assert len(found) < 400


@pytest.mark.parametrize("high", [1e3, 1e12, 1e100, np.inf, np.nan])
def test_what_is_no_share_has_no_end_of_aliases(high):
    assert aliases(0.0, high) == {}


def test_only_axes_of_shares_are_changed_each_by_what_is_drawn_on_it():
    figure = go.Figure(layout={"yaxis": {"tickformat": ".3~%"}, "yaxis2": {"tickformat": ".0%"}})
    figure.add_scatter(x=[1, 2], y=[0.95, 0.96])
    figure.add_scatter(x=[1, 2], y=[0.1, np.nan, 0.9], yaxis="y2")
    spaced(figure)
    assert "95.5%" in figure.layout.yaxis.labelalias
    assert "50%" not in figure.layout.yaxis.labelalias
    assert "50%" in figure.layout.yaxis2.labelalias
    assert "95.5%" not in figure.layout.yaxis2.labelalias
    assert figure.layout.xaxis.labelalias is None


def test_a_range_that_is_given_counts_and_so_does_zero():
    figure = go.Figure(layout={"xaxis": {"tickformat": ".0%", "range": [0, 1.02]}})
    figure.add_bar(x=[0.5], y=["one"], orientation="h")
    assert {"0%", "100%"} <= set(spaced(figure).layout.xaxis.labelalias)
    figure = go.Figure(layout={"yaxis": {"tickformat": ".0%", "rangemode": "tozero"}})
    figure.add_scatter(x=[1], y=[0.5])
    assert {"0%", "40%"} <= set(spaced(figure).layout.yaxis.labelalias)


def test_error_bars_are_drawn_too():
    figure = go.Figure(layout={"yaxis": {"tickformat": ".0%"}})
    figure.add_scatter(x=[1, 2], y=[0.7, 0.8], error_y={"array": [0.1, 0.1], "arrayminus": [0.2, 0.1]})
    assert {"45%", "95%"} <= set(spaced(figure).layout.yaxis.labelalias)


def test_colour_bars_too():
    figure = go.Figure(layout={"coloraxis": {"colorbar": {"tickformat": ".3~%"}}})
    assert "80%" in spaced(figure).layout.coloraxis.colorbar.labelalias
