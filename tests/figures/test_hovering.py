"""What a point says is written as a table would write it, with the interval that is drawn."""

import numpy as np
import plotly.graph_objects as go
import pytest

from thalweg.figures.hovering import said, tell

from .hovers import check_hovers


@pytest.mark.parametrize(
    ("value", "share", "ends", "text"),
    [
        (0.95253, True, (None, None), "95.3 %"),
        (0.95253, True, (0.948, 0.957), "95.3 % [94.8, 95.7]"),
        (0.0, True, (None, None), "0.0 %"),
        (0.0001, True, (None, None), "under 0.1 %"),
        (12345, False, (None, None), "12,345"),
        (12345.6, False, (None, None), "12,346"),
        (0.012345, False, (None, None), "0.0123"),
        (3.21, False, (3.05, 3.37), "3.21 [3.05, 3.37]"),
        (float("nan"), True, (None, None), ""),
        (None, False, (None, None), ""),
        ("blur", True, (None, None), "blur"),
    ],
)
def test_a_number_is_said_as_the_tables_say_it(value, share, ends, text):
    assert said(value, share=share, low=ends[0], high=ends[1]) == text


def drawn(**layout):
    return go.Figure(layout={"xaxis": {"title": {"text": "how<br>sure (log scale)"}}, **layout})


def test_a_point_says_whose_it_is_and_both_its_numbers():
    figure = drawn(yaxis={"tickformat": ".0%", "title": {"text": "right"}})
    bars = {"type": "data", "array": [0.02, 0.0], "arrayminus": [0.01, 0.0]}
    figure.add_scatter(x=[1000, 2], y=[0.9, None], error_y=bars, name="vote")
    (trace,) = tell(figure).data
    assert list(trace.customdata) == [
        "vote<br>how sure: 1,000<br>right: 90.0 % [89.0, 92.0]",
        "vote<br>how sure: 2",
    ]
    check_hovers(figure)


def test_what_a_row_is_called_is_said_once_and_before_its_number():
    figure = drawn(yaxis={"tickvals": [0, -1], "ticktext": ["blur", "fog"]})
    figure.add_scatter(x=[5, 6], y=[0.2, -1.2], name="fog")
    (trace,) = tell(figure).data
    assert list(trace.customdata) == ["fog<br>blur<br>how sure: 5", "fog<br>how sure: 6"]


def test_a_box_says_its_ends_at_its_middle():
    figure = go.Figure(layout={"xaxis": {"tickformat": ".0%"}})
    figure.add_box(
        y=["new"], q1=[0.2], median=[0.3], q3=[0.4], lowerfence=[0.1], upperfence=[0.5], orientation="h"
    )
    box, point = tell(figure).data
    assert box.hoverinfo == "skip"
    assert (list(point.x), list(point.y)) == ([0.3], ["new"])
    assert "half of them: 20.0 % to 40.0 %" in point.customdata[0]
    assert "90 % of them: 10.0 % to 50.0 %" in point.customdata[0]


def test_a_gap_in_a_map_says_nothing_and_own_words_stay():
    figure = go.Figure()
    figure.add_heatmap(z=[[1.0, np.nan]], hovertemplate="own %{z}<extra></extra>")
    (trace,) = tell(figure).data
    assert trace.hoverongaps is False
    assert trace.hovertemplate == "own %{z}<extra></extra>"


def test_the_check_sees_what_it_is_there_for():
    for text in ("NaN %", "95%", "95.25312 %"):
        figure = go.Figure().add_scatter(
            x=[1], y=[1], customdata=[text], hovertemplate="%{customdata}<extra></extra>"
        )
        with pytest.raises(AssertionError):
            check_hovers(figure)
    with pytest.raises(AssertionError):
        check_hovers(go.Figure().add_scatter(x=[1], y=[1]))
