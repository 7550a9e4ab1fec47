"""The accuracies that Michael Nielsen's book prints, each beside what many starts reach."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import side_by_side
from thalweg.figures.theme import FAINT, ONE, VOTE, canvas
from thalweg.measured import Measured

_WHICH = {"peak": "best epoch", "last": "last epoch"}


def draw(drawing: Drawing) -> list[Finding]:
    """Return the published numbers beside ours, or what ours are where none can be compared."""
    told = [(row, which) for row in drawing["rows"] for which in _WHICH if _is_told(row, which)]
    return [_book(drawing, told)]


def _is_told(row: Mapping[str, Any], which: str) -> bool:
    other = "last" if which == "peak" else "peak"
    return row[which]["published"] is not None or (which == "last" and row[other]["published"] is None)


def _book(drawing: Drawing, told: list[tuple[Mapping[str, Any], str]]) -> Finding:
    inside, of = drawing["inside"], drawing["published_numbers"]
    title = f"{inside} of {of} accuracies of Nielsen\u2019s book lie where one more run of ours would"
    if of == 0:
        first, which = told[0]
        ours = Measured.read(first[which]["ours"]).percent()
        title = f"Trained as in Nielsen\u2019s book, \u201c{first['name']}\u201d reaches {ours}"
    return _finding(drawing, told, title, _figure(title, told))


def _figure(title: str, told: list[tuple[Mapping[str, Any], str]]) -> go.Figure:
    """Draw every row on a scale of its own: from -1 to 1 is where one more run falls."""
    names = [f"{row['name']}, {which}" for row, which in told]
    figure = canvas(title, across="one more run", up="", height=90 + 30 * len(told))
    sides = {"our mean": ([_ours(row[which]) for row, which in told], ONE)}
    book = [_book_place(row[which]) for row, which in told]
    if any(place is not None for place in book):
        sides["the book"] = ([Measured(math.nan if at is None else at) for at in book], VOTE)
    side_by_side(figure, names, sides)
    figure.add_vrect(x0=-1, x1=1, fillcolor=FAINT, opacity=0.35, line_width=0, layer="below")
    reach = max([1.3, *(1.1 * abs(place) for place in book if place is not None)])
    figure.update_xaxes(tickvals=[-1, 0, 1], ticktext=["low", "", "high"], range=[-reach, reach])
    return figure


def _finding(
    drawing: Drawing, told: list[tuple[Mapping[str, Any], str]], title: str, figure: go.Figure
) -> Finding:
    return drawing.finding(
        "nielsen-book",
        (
            title,
            "The book prints one run of each. A number outside what is shaded would be hard to come by "
            "with the training that is described."
            if drawing["published_numbers"]
            else "Only trainings on MNIST with the book\u2019s epochs can be held against the book: "
            "these are not.",
            f"n = {counted(drawing['members'], 'start')} of each row. Shaded, on a scale of each row\u2019s "
            "own: where one more run falls with 95 % probability (Student\u2019s prediction interval; the "
            "best of several runs where the book printed that). Our mean with its 95 % interval over starts. "
            "Nielsen, Neural Networks and Deep Learning, 2015.",
        ),
        figure,
        table(
            ("chapter", "training", "measured on", "when", "the book", "ours", "one more run", "inside"),
            [_row(row, which) for row, which in told],
        ),
    )


def _place(found: Mapping[str, Any], value: float) -> float:
    """Return where a value lies in the interval of one more run: -1 its low end, 1 its high end."""
    low, high = found["one_more_run"]
    middle, half = (low + high) / 2, (high - low) / 2
    if half <= 0:
        return float(np.sign(value - middle))
    return (value - middle) / half


def _ours(found: Mapping[str, Any]) -> Measured:
    mean = Measured.read(found["ours"])
    ends = None if mean.interval is None else [_place(found, end) for end in mean.interval]
    return Measured(_place(found, mean.value), *(ends or ()))


def _book_place(found: Mapping[str, Any]) -> float | None:
    if found["published"] is None or found["inside"] is None:
        return None
    return _place(found, found["published"])


def _row(row: Mapping[str, Any], which: str) -> tuple[str, ...]:
    found = row[which]
    low, high = found["one_more_run"]
    published, inside = found["published"], found["inside"]
    return (
        row["chapter"],
        row["name"],
        row["measured_on"],
        _WHICH[which],
        "" if published is None else f"{100 * published:.2f} %",
        Measured.read(found["ours"]).percent(),
        f"{100 * low:.2f} to {100 * high:.2f} %",
        "not compared" if inside is None else ("inside" if inside else "outside"),
    )
