"""What networks draw when asked for a class: pictures that make them surest."""

from __future__ import annotations

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding, Picture
from thalweg.figures.marks import in_order, rows
from thalweg.figures.mosaic import mosaic
from thalweg.figures.numbers import number, percent, plain
from thalweg.figures.theme import ONE, VOTE, canvas, shares

WAYS = {"free": "anything goes", "smooth": "kept smooth"}
ROWS = 2


def draw(drawing: Drawing) -> list[Finding]:
    """Return how sure the dreamer and the others are of its pictures, with the pictures."""
    ways = [way for way in WAYS if way in drawing.content]
    judged = [way for way in ways if drawing[way].get("judge_confidence") is not None]
    title = _title(drawing, ways[0])
    figure = canvas(title, across="how sure of the class dreamt of", up="", height=70 + 45 * len(ways))
    names = [WAYS[way] for way in ways]
    rows(
        figure,
        names,
        [number(drawing[way]["own_confidence"]) for way in ways],
        name="the network itself",
        colour=ONE,
    )
    if judged:
        found = [number(drawing[way]["judge_confidence"]) for way in judged]
        rows(figure, [WAYS[way] for way in judged], found, name="the others", colour=VOTE, style=1)
    shares(figure, "x", range=[0, 1.02])
    in_order(figure, names)
    return [
        drawing.finding(
            "dreams",
            (
                title,
                "Whoever can read a digit and knows what makes one can draw one. These pictures make a "
                "network as sure as "
                f"it can be, and lie {plain(number(drawing[ways[0]]['distance_ratio']), decimals=1)} "
                f"times as far from any "
                "real picture as real pictures lie from each other.",
                f"n = {counted(drawing.members, 'network')}, {len(drawing['classes'])} classes, "
                f"{len(drawing['starts'])} "
                f"beginnings each, {drawing['steps']} steps up the gradient. Judge: "
                f"{drawing.content.get('judge') or 'none'}. "
                "Intervals over networks (95 %).",
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
                [_row(drawing, way) for way in ways],
            ),
            pictures=tuple(_picture(drawing, way) for way in ways if f"{way}_pictures" in drawing.arrays),
        )
    ]


def _title(drawing: Drawing, way: str) -> str:
    own = percent(number(drawing[way]["own_confidence"]))
    if drawing[way].get("judge_agrees") is None:
        return f"Asked to draw a class, a network is {own} sure of its drawing"
    agrees = percent(number(drawing[way]["judge_agrees"]))
    return f"Of what a network draws the others recognise {agrees}; it is {own} sure itself"


def _row(drawing: Drawing, way: str) -> tuple[str, ...]:
    found = drawing[way]
    judged = [
        percent(number(found[key])) if found.get(key) is not None else ""
        for key in ("judge_confidence", "judge_agrees")
    ]
    return (
        WAYS[way],
        percent(number(found["own_confidence"])),
        *judged,
        plain(number(found["distance_ratio"])),
    )


def _picture(drawing: Drawing, way: str) -> Picture:
    dreamt = drawing.arrays[f"{way}_pictures"][:ROWS, :, 0]
    names = drawing.facts.names({"class_names": drawing["classes"]}, dreamt.shape[1])
    image = mosaic(dreamt.reshape(-1, *dreamt.shape[2:]), columns=dreamt.shape[1], labels=names * len(dreamt))
    start = drawing["starts"][0]
    columns = f"one row a network, one column a class ({', '.join(names)})"
    return Picture(image, f"{WAYS[way].capitalize()}, begun from {start}: {columns}.")
