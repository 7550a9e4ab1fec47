"""How many labels are wrong by those that people checked, and how many were wrong in which stratum."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import in_order
from thalweg.figures.theme import ONE, VOTE, canvas
from thalweg.measured import Measured


def draw_checked(drawing: Drawing) -> Finding:
    """Return what people found among the labels that were drawn for them."""
    checked = drawing["checked"]
    wrong = Measured.read(checked["wrong"])
    title = (
        f"About {wrong.plain(0)} of {checked['labels']:,} labels are wrong, by {checked['used']:,} that "
        "people checked"
    )
    strata = checked["strata"]
    names = [_suspicion(stratum) for stratum in strata]
    return drawing.finding(
        "audit-checked",
        (
            title,
            f"{checked['found']:,} of those checked are wrong. They were drawn at random by known chances, "
            f"so the count holds whichever labels are wrong.{_left_open(checked)}",
            f"n = {counted(checked['used'], 'label')} of {checked['drawn']:,} that were drawn (draw "
            f"{checked['draw']}), more of those whose label is suspicious. The interval (95 %) inverts a "
            "test by stratum; no model of the errors is needed.",
        ),
        _bars(title, names, strata),
        table(
            ("suspicion", "labels", "checked", "wrong", "unsure"),
            [
                (name, *(f"{stratum[key]:,}" for key in ("labels", "used", "wrong", "unsure")))
                for name, stratum in zip(names, strata, strict=True)
            ],
        ),
    )


def _left_open(checked: Any) -> str:
    said = ""
    if checked["unsure"]:
        said += f" Of {checked['unsure']:,} nobody could say: right at the low end, wrong at the high end."
    if checked["unused"]:
        said += f" {counted(checked['unused'], 'answer')} after a gap could not be used."
    return said


def _suspicion(stratum: Any) -> str:
    if stratum["suspicion"] is None:
        return "not judged"
    low, high = stratum["suspicion"]
    return f"{low:.2g} to {high:.2g}"


def _bars(title: str, names: list[str], strata: list[Any]) -> go.Figure:
    figure = canvas(title, across="labels checked", up="suspicion", height=90 + 30 * len(names))
    wrong = [stratum["wrong"] for stratum in strata]
    rest = [stratum["used"] - stratum["wrong"] for stratum in strata]
    places = [f"{name} ({stratum['labels']:,})" for name, stratum in zip(names, strata, strict=True)]
    for name, counts, colour in (("wrong", wrong, VOTE), ("not wrong", rest, ONE)):
        figure.add_bar(
            x=counts,
            y=places,
            orientation="h",
            name=name,
            marker_color=colour,
        )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(rangemode="tozero", tickformat=",d")
    in_order(figure, places)
    return figure
