"""What networks draw when asked for a class: pictures that make them surest."""

from __future__ import annotations

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding, Picture
from thalweg.figures.marks import in_order, rows
from thalweg.figures.mosaic import mosaic
from thalweg.figures.theme import ONE, VOTE, canvas, shares
from thalweg.measured import Measured

STYLES = {"free": "anything goes", "smooth": "kept smooth"}
ROWS = 2


def draw(drawing: Drawing) -> list[Finding]:
    """Return how sure the dreamer and the others are of its pictures, with the pictures."""
    styles = [style for style in STYLES if style in drawing.content]
    judged = [style for style in styles if drawing[style].get("judge_confidence") is not None]
    title = _title(drawing, styles[0])
    figure = canvas(title, across="how sure of the class dreamt of", up="", height=70 + 45 * len(styles))
    names = [STYLES[style] for style in styles]
    rows(
        figure,
        names,
        [Measured.read(drawing[style]["own_confidence"]) for style in styles],
        name="the network itself",
        colour=ONE,
    )
    if judged:
        found = [Measured.read(drawing[style]["judge_confidence"]) for style in judged]
        rows(figure, [STYLES[style] for style in judged], found, name="the others", colour=VOTE, style=1)
    shares(figure, "x", range=[0, 1.02])
    in_order(figure, names)
    return [
        drawing.finding(
            "dreams",
            (
                title,
                "Whoever can read a digit and knows what makes one can draw one. These pictures make a "
                "network as sure as it can be, and lie "
                f"{Measured.read(drawing[styles[0]]['distance_ratio']).plain(decimals=1)} times as far from "
                "any real picture as real pictures lie from each other.",
                f"n = {counted(drawing.members, 'network')}, {len(drawing['classes'])} classes, "
                f"{len(drawing['starts'])} beginnings each, {drawing['steps']} steps up the gradient. Judge: "
                f"{drawing.content.get('judge') or 'none'}. Intervals over networks (95 %).",
            ),
            figure,
            table(
                (
                    "drawn",
                    "the network itself is sure",
                    "the judge is sure",
                    "the judge agrees",
                    "distance from real pictures",
                ),
                [_row(drawing, style) for style in styles],
            ),
            pictures=tuple(
                _picture(drawing, style) for style in styles if f"{style}_pictures" in drawing.arrays
            ),
        )
    ]


def _title(drawing: Drawing, style: str) -> str:
    own = Measured.read(drawing[style]["own_confidence"]).percent()
    if drawing[style].get("judge_agrees") is None:
        return f"Asked to draw a class, a network is {own} sure of its drawing"
    agrees = Measured.read(drawing[style]["judge_agrees"]).percent()
    return f"Of what a network draws the others recognise {agrees}; it is {own} sure itself"


def _row(drawing: Drawing, style: str) -> tuple[str, ...]:
    found = drawing[style]
    judged = [
        Measured.read(found[key]).percent() if found.get(key) is not None else ""
        for key in ("judge_confidence", "judge_agrees")
    ]
    return (
        STYLES[style],
        Measured.read(found["own_confidence"]).percent(),
        *judged,
        Measured.read(found["distance_ratio"]).plain(),
    )


def _picture(drawing: Drawing, style: str) -> Picture:
    dreamt = drawing.arrays[f"{style}_pictures"][:ROWS, :, 0]
    names = drawing.facts.names({"class_names": drawing["classes"]}, dreamt.shape[1])
    image = mosaic(dreamt.reshape(-1, *dreamt.shape[2:]), columns=dreamt.shape[1], labels=names * len(dreamt))
    start = drawing["starts"][0]
    columns = f"one row a network, one column a class ({', '.join(names)})"
    return Picture(image, f"{STYLES[style].capitalize()}, begun from {start}: {columns}.")
