"""For how many examples the answer is luck of the start, and for which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.drawing import Drawing, table
from thalweg.figures.facts import safe, shown
from thalweg.figures.finding import Finding, Picture, Tile
from thalweg.figures.marks import measured
from thalweg.figures.mosaic import mosaic, tiles
from thalweg.figures.theme import ONE, VOTE, canvas, shares
from thalweg.measured import Measured

SHOWN, COLUMNS, NAMED, FIRST = 20, 10, 3, 2
STEPS = (*(f"{low}\u2013{low + 10} %" for low in range(0, 100, 10)), "always")
"""Of self-consistency: ten steps, and the examples on which all agree."""


def draw(drawing: Drawing) -> list[Finding]:
    """Return how the examples are spread from arbitrary to certain, and what more networks change."""
    return [_examples(drawing), _sizes(drawing)]


def _examples(drawing: Drawing) -> Finding:
    asked = int(drawing["asked"])
    who = "Two networks disagree" if asked == FIRST else "Five networks do not all agree"
    title = f"{who} on {Measured.read(drawing['ambiguity'][str(asked)]).percent()} of new examples"
    right = drawing.arrays["vote_right"].astype(bool)
    steps = _steps(drawing.arrays["self_consistency"])
    sides = [
        (name, np.bincount(steps[chosen], minlength=len(STEPS)), colour)
        for name, chosen, colour in (("vote is right", right, ONE), ("vote is wrong", ~right, VOTE))
    ]
    return drawing.finding(
        "arbitrariness",
        (
            title,
            "There the answer that one network gives is luck of its start."
            f"{_errors(drawing)}{_such_as(drawing)}",
            f"{drawing.n()} {_scope(drawing, asked)} The bars count how often two of these networks "
            "agree on an example, over all pairs (self-consistency).",
        ),
        _bars(title, sides),
        table(
            ("how often two networks agree", *(name for name, _, _ in sides)),
            [
                (step, *(f"{int(counts[place]):,}" for _, counts, _ in sides))
                for place, step in enumerate(STEPS)
                if any(counts[place] for _, counts, _ in sides)
            ],
        ),
        pictures=_pictures(drawing),
    )


def _steps(consistency: np.ndarray) -> np.ndarray:
    # what lies on an edge up to rounding belongs above it
    below = np.minimum((10 * consistency + 1e-9).astype(int), 9)
    return np.where(consistency >= 1, len(STEPS) - 1, below)


def _bars(title: str, sides: list[tuple[str, np.ndarray, str]]) -> go.Figure:
    figure = canvas(title, across="how often two networks agree", up="examples (log scale)")
    for name, counts, colour in sides:
        figure.add_bar(
            x=list(STEPS),
            y=[int(count) or None for count in counts],
            name=name,
            marker_color=colour,
            customdata=[f"{name}<br>{step}: {count:,}" for step, count in zip(STEPS, counts, strict=True)],
            hovertemplate="%{customdata}<extra></extra>",
        )
    most = max(int(counts.max()) for _, counts, _ in sides)
    figure.update_yaxes(type="log", dtick=1, range=[-0.3, np.log10(most) + 0.1])
    return figure.update_xaxes(type="category", tickangle=-45, categoryarray=list(STEPS))


def _scope(drawing: Drawing, size: int) -> str:
    if size < drawing.members:
        return "Interval over starts and examples together (95 %)."
    return "Interval over examples, for these networks (95 %)."


def _errors(drawing: Drawing) -> str:
    luck = Measured.read(drawing["luck_of_errors"])
    if drawing["luck_of_errors"] is None:
        return " None of these networks is ever wrong."
    return f" Of one network's errors, {luck.percent()} are not made by another."


def _such_as(drawing: Drawing) -> str:
    """Name the most arbitrary, where they are no pictures to be looked at."""
    listed = drawing["most_arbitrary"][:NAMED]
    if "most_arbitrary_pictures" in drawing.arrays or not listed:
        return ""
    named = [f"{safe(_called(one))} ({_answers(one, len(one['answers']))})" for one in listed]
    return f" The most arbitrary: {', '.join(named)}."


def _called(one: Mapping[str, Any]) -> str:
    return str(one.get("called", f"example {one['example']}"))


def _answers(one: Mapping[str, Any], most: int) -> str:
    said = [f"{answer['members']:,} say {shown(answer['class'])}" for answer in one["answers"][:most]]
    return ", ".join([*said, "\u2026"] if len(one["answers"]) > most else said)


def _pictures(drawing: Drawing) -> tuple[Picture, ...]:
    pictures = drawing.arrays.get("most_arbitrary_pictures")
    listed = drawing["most_arbitrary"][:SHOWN]
    if pictures is None or not listed or not drawing["over_chance"]["learned"]:
        return ()
    pictures = pictures[: len(listed)] / 255
    labels = [f"{shown(one['label'])}: {_answers(one, FIRST)}" for one in listed]
    image = mosaic(pictures, columns=min(COLUMNS, len(listed)), labels=labels)
    caption = (
        "The most arbitrary examples, the most arbitrary first: its class, then what most "
        "networks say, with how many they are."
    )
    each = zip(tiles(pictures), labels, (safe(_called(one)) for one in listed), strict=True)
    return (Picture(image, caption, tuple(Tile(*one) for one in each)),)


def _sizes(drawing: Drawing) -> Finding:
    found, votes = (_by_size(drawing[name]) for name in ("ambiguity", "vote_changes"))
    title = _what_more_change(drawing, found, votes)
    figure = canvas(title, across="networks that are asked", up="share of new examples")
    measured(figure, list(found), list(found.values()), name="they do not all agree", colour=ONE)
    measured(
        figure,
        list(votes),
        list(votes.values()),
        name="two votes of so many differ",
        colour=VOTE,
        style=1,
    )
    every = sorted({*found, *votes})
    ticks = [size for size in every if size & (size - 1) == 0 or size == every[-1]]
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[str(size) for size in ticks])
    shares(figure, rangemode="tozero")
    return drawing.finding(
        "arbitrariness-size",
        (
            title,
            "The more networks are asked, the likelier one of them answers otherwise, and the less their "
            "vote depends on which they are: a vote takes much of the luck away.",
            f"{drawing.n()} Agreement of so many networks is counted over all draws of them, that of "
            "votes over random splits. Intervals over starts and examples together (95 %), but over examples "
            "for votes (rather too wide) and for all networks.",
        ),
        figure,
        table(
            ("networks", "do not all agree", "votes of so many differ"),
            [
                (size, *(side[size].percent() if size in side else "" for side in (found, votes)))
                for size in every
            ],
        ),
    )


def _by_size(content: Mapping[str, Any]) -> dict[int, Measured]:
    return {int(size): Measured.read(content[size]) for size in sorted(content, key=int)}


def _what_more_change(drawing: Drawing, found: dict[int, Measured], votes: dict[int, Measured]) -> str:
    size = max(votes)
    if size == 1:
        share = found[drawing.members].percent()
        return f"Not all {drawing.members:,} networks agree on {share} of new examples"
    return (
        f"Votes of {size:,} and of {size:,} other networks differ on {votes[size].percent()} of new "
        f"examples; two single networks on {votes[1].percent()}"
    )
