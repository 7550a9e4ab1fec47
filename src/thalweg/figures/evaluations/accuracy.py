"""How often the networks are right, how much of that is luck of the start, and what they mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.facts import safe, shown
from thalweg.figures.finding import Finding, Picture, Table, Tile
from thalweg.figures.marks import QUANTILES, in_order
from thalweg.figures.mosaic import mosaic, tiles
from thalweg.figures.theme import GROWING, ONE, VOTE, canvas, clear, shares
from thalweg.limits import SQUARED
from thalweg.measured import Measured, as_percent
from thalweg.runs.results.confused import Confused, confused

SHOWN, COLUMNS, NAMED = 30, 10, 5
BIG, SHORT, LONG, MOST_NAMES = 12, 3, 14, 26  # classes, and letters of their names, that a map has room for
MOST_DRAWN, LISTED = 60, 200  # classes of very many, and mistakes of theirs, that are shown
HARDNESS = ("none", *(f"{low}\u2013{low + 10} %" for low in range(0, 100, 10)), "all")
_SIDES = (("train_accuracy", "train", "learned from"), ("test_accuracy", "test", "new"))


def draw(drawing: Drawing) -> list[Finding]:
    """Return the distribution over starts, the confusion of classes, and the hardest examples."""
    first = _starts(drawing)
    # which mistakes are made is nothing to conclude from where every answer is a guess
    return [first, _confusion(drawing), _hardest(drawing)] if learned(drawing["test_accuracy"]) else [first]


def learned(side: Mapping[str, Any]) -> bool:
    """Return whether anything was learned that can be told from guessing; an older run did not ask."""
    return side.get("over_chance", {"learned": True})["learned"]


def mean_of(side: Mapping[str, Any]) -> Measured:
    """Return how often one network is right on the examples of a side, with its widest interval."""
    intervals = side.get("interval") or {}
    widest = next((intervals[name] for name in ("both", "examples", "starts") if intervals.get(name)), None)
    return Measured.read({"value": side.get("mean"), "interval": widest})


def vote_of(side: Mapping[str, Any]) -> Measured:
    """Return how often the vote of all networks is right on the examples of a side."""
    return Measured.read({"value": side.get("ensemble"), "interval": side.get("ensemble_interval")})


def _starts(drawing: Drawing) -> Finding:
    test = drawing["test_accuracy"]
    title = _how_right(test)
    sides = [
        (words, drawing[key], drawing.arrays[f"{name}_member_accuracy"])
        for key, name, words in _SIDES
        if drawing.content.get(key)
    ]
    figure = canvas(title, across="examples named rightly", up="", height=80 + 60 * len(sides))
    shares(figure, "x")
    for words, side, accuracy in sides:
        _add_side(figure, words, side, accuracy)
    in_order(figure, [words for words, _, _ in sides][::-1])
    rows = [row for words, side, accuracy in sides for row in _side_rows(words, side, accuracy)]
    return drawing.finding(
        "accuracy",
        (title, _luck(test), _how_starts(test)),
        figure,
        table(("examples", "of", "right"), rows),
    )


def _how_right(test: Mapping[str, Any]) -> str:
    members = int(test["members"])
    if not learned(test):
        guess = f"always naming \u201c{shown(test['over_chance']['commonest'])}\u201d"
        return f"No better than {guess}: one network is right on {mean_of(test).percent()} of new examples"
    title = f"One network is right on {mean_of(test).percent()} of new examples"
    return title if members == 1 else f"{title}; the vote of {members:,} on {vote_of(test).percent()}"


def _add_side(figure: go.Figure, words: str, side: dict, accuracy: np.ndarray) -> None:
    first = words == "new"
    if len(accuracy) > 1:
        low, lower, middle, upper, high = np.quantile(accuracy, QUANTILES)
        figure.add_box(
            y=[words],
            q1=[lower],
            median=[middle],
            q3=[upper],
            lowerfence=[low],
            upperfence=[high],
            orientation="h",
            name="half and 90 % of networks",
            line={"color": ONE, "width": 1},
            width=0.35,
            fillcolor=clear(ONE, 0.15),
            showlegend=first,
            legendgroup="networks",
        )
    for name, found, colour, symbol in (
        ("their mean", mean_of(side), ONE, "circle"),
        ("their vote", vote_of(side), VOTE, "diamond"),
    ):
        if name == "their vote" and len(accuracy) == 1:
            continue
        ends = found.interval or (found.value, found.value)
        figure.add_scatter(
            x=[found.value],
            y=[words],
            mode="markers",
            name=name,
            legendgroup=name,
            showlegend=first,
            marker={"color": colour, "symbol": symbol, "size": 10},
            error_x={
                "type": "data",
                "array": [ends[1] - found.value],
                "arrayminus": [found.value - ends[0]],
                "color": colour,
                "thickness": 2,
                "width": 6,
            },
        )


def _side_rows(words: str, side: dict, accuracy: np.ndarray) -> list[tuple[str, str, str]]:
    rows = [(words, "mean of the networks", mean_of(side).percent())]
    if len(accuracy) > 1:
        rows.append((words, "vote of all", vote_of(side).percent()))
        names = (
            "worst twentieth below",
            "worst quarter below",
            "median",
            "best quarter above",
            "best twentieth above",
        )
        rows += [
            (words, f"networks: {name}", as_percent(value))
            for name, value in zip(names, np.quantile(accuracy, QUANTILES), strict=True)
        ]
        rows += [
            (words, "worst network", as_percent(side["min"])),
            (words, "best network", as_percent(side["max"])),
        ]
    return rows


def _luck(test: dict) -> str:
    if not learned(test):
        return f"Was anything learned? {test['over_chance']['verdict'].capitalize()}."
    if test["sd"] is None:
        return "With one network nothing can be said about the luck of its start: train more."
    return (
        f"Trained alike from different random starts, networks range from {as_percent(test['min'])} to "
        f"{as_percent(test['max'])}: a difference of less than about {200 * test['sd']:.1f} points between "
        "two single networks can be luck of the start alone."
    )


def _how_starts(test: dict) -> str:
    n = f"n = {counted(test['members'], 'network')} \u00d7 {counted(test['examples'], 'example')}."
    excluded = len(test["excluded"])
    left_out = f" {counted(excluded, 'network')} diverged in training and are left out." if excluded else ""
    caveat = test.get("caveat")  # an older run did not ask
    trusted = f" {caveat[0].upper()}{caveat[1:]}, by simulation." if caveat else ""
    return (
        f"{n} The interval of the mean is over random starts and examples together (95 %), that of the vote "
        f"over examples (Wilson).{safe(trusted)} Box: half of the networks; whiskers: 90 % of them.{left_out}"
    )


def _confusion(drawing: Drawing) -> Finding:
    found = confused(drawing["confusion"])
    names = drawing.facts.names(drawing.content, found.classes)
    title = _worst_pair(drawing, found, names)
    shown = _most_mistaken(found)
    wrong = found.table(shown)
    np.fill_diagonal(wrong, 0.0)
    figure = _confusion_map(title, wrong, [names[place] for place in shown])
    few = len(shown) < found.classes
    of = f" Of {found.classes:,} classes the {len(shown):,} that are mistaken most often."
    return drawing.finding(
        "confusion",
        (
            title,
            "Each row is what the examples of one class were taken for; the right answers are left blank, so "
            f"that the mistakes can be seen.{of if few else ''}",
            f"Mean of {counted(drawing['test_accuracy']['members'], 'network')}; the "
            + _over(drawing, "commonest_mistake", "the examples of the class"),
        ),
        figure,
        _listed(found, names) if few else _whole(found, names),
    )


def _most_mistaken(found: Confused) -> np.ndarray:
    """Return the classes that are drawn, in their order: all, or of very many those mistaken most often."""
    if found.classes <= SQUARED:
        return np.arange(found.classes)
    wrong = found.labels != found.answers
    often = np.bincount(found.labels[wrong], found.shares[wrong], minlength=found.classes)
    return np.sort(np.argsort(-often, kind="stable")[:MOST_DRAWN])


def _whole(found: Confused, names: list[str]) -> Table:
    """Return the table of every class by every class."""
    share = found.table(np.arange(found.classes))
    rows = [
        (names[row], f"{total:,.0f}", *(as_percent(value) for value in share[row]))
        for row, total in enumerate(found.totals)
    ]
    return table(("class", "examples", *(f"as {name}" for name in names)), rows)


def _listed(found: Confused, names: list[str]) -> Table:
    """Return the commonest mistakes, one a row."""
    shares = np.where(found.labels == found.answers, 0.0, found.shares)
    order = [place for place in np.argsort(-shares, kind="stable")[:LISTED] if shares[place] > 0]
    rows = [
        (
            names[found.labels[place]],
            f"{found.totals[found.labels[place]]:,.0f}",
            names[found.answers[place]],
            as_percent(float(shares[place])),
        )
        for place in order
    ]
    return table(("class", "examples", "taken for", "how often"), rows)


def _kept(drawing: Drawing, name: str, share: float) -> Measured:
    """Return a share with its interval; an older run kept the interval of none."""
    return Measured.read(drawing.content.get(name, share))


def _over(drawing: Drawing, name: str, what: str) -> str:
    if name not in drawing.content:
        return "interval is not known: this run was measured before it was kept."
    return f"interval is over {what} (Wilson), for these networks."


def _worst_pair(drawing: Drawing, found: Confused, names: list[str]) -> str:
    wrong = np.where(found.labels == found.answers, 0.0, found.shares)
    if not wrong.any():
        return "No network mistakes one class for another"
    worst = int(wrong.argmax())
    often = _kept(drawing, "commonest_mistake", wrong[worst])
    label, answer = names[found.labels[worst]], names[found.answers[worst]]
    mistake = f"\u201c{label}\u201d is taken for \u201c{answer}\u201d"
    others = int((wrong == wrong[worst]).sum()) - 1
    tied = f"; {counted(others, 'other mistake')} as often" if others else ""
    return f"The commonest mistake: {mistake}, {often.percent()} of the time{tied}"


def _confusion_map(title: str, wrong: np.ndarray, names: list[str]) -> go.Figure:
    written = len(names) <= BIG and max(len(name) for name in names) <= SHORT
    blank = np.where(np.eye(len(names), dtype=bool), np.nan, wrong)
    figure = canvas(title, across="taken for", up="true class", height=400)
    figure.add_heatmap(
        z=np.round(100 * blank, 3),
        colorscale=[list(stop) for stop in GROWING],
        zmin=0,
        showscale=not written,
        colorbar={"title": {"text": "%"}, "thickness": 12, "outlinewidth": 0} if not written else None,
        texttemplate="%{z:.1f}" if written else None,
        textfont={"size": 11},
        xgap=1,
        ygap=1,
        hovertemplate="%{y} taken for %{x}: %{z:.2f} %<extra></extra>",
    )
    # Places rather than names on the axes: two names may look alike once they are cut.
    every = slice(None, None, -(-len(names) // MOST_NAMES))
    places, labels = list(range(len(names)))[every], [_cut(name) for name in names][every]
    figure.update_xaxes(tickvals=places, ticktext=labels, showgrid=False, zeroline=False)
    figure.update_yaxes(tickvals=places, ticktext=labels, showgrid=False, zeroline=False)
    return figure.update_yaxes(autorange="reversed")


def _cut(name: str) -> str:
    return name if len(name) <= LONG else f"{name[: LONG - 1]}\u2026"


def _hardest(drawing: Drawing) -> Finding:
    right = drawing.arrays["test_share_right"]
    members, never = int(drawing["test_accuracy"]["members"]), int((right == 0).sum())
    found = _kept(drawing, "never_right", never / len(right))
    every = "the network" if members == 1 else f"all {members:,} networks"
    title = f"{never:,} of {len(right):,} new examples ({found.percent()}) are named wrongly by {every}"
    counts = _by_hardness(right)
    return drawing.finding(
        "hardest",
        (
            title,
            _why_hard(never) + _such_as(drawing),
            f"n = {counted(members, 'network')} \u00d7 {counted(len(right), 'example')}. The "
            + _over(drawing, "never_right", "examples"),
        ),
        _hardness(title, counts),
        table(("share of the networks that are right", "examples"), list(zip(HARDNESS, counts, strict=True))),
        pictures=_hardest_pictures(drawing),
    )


def _by_hardness(right: np.ndarray) -> np.ndarray:
    """Count examples by the share of networks that are right: none, ten steps, all."""
    steps = 1 + np.minimum((10 * right).astype(int), 9)
    places = np.where(right <= 0, 0, np.where(right >= 1, len(HARDNESS) - 1, steps))
    return np.bincount(places, minlength=len(HARDNESS))


def _hardness(title: str, counts: np.ndarray) -> go.Figure:
    figure = canvas(title, across="networks that are right", up="examples (log scale)")
    figure.add_bar(x=list(HARDNESS), y=counts, marker_color=ONE, hovertemplate="%{x}: %{y:,}<extra></extra>")
    figure.update_yaxes(type="log", dtick=1, range=[-0.3, np.log10(counts.max()) + 0.1])
    return figure.update_xaxes(type="category", tickangle=-45)


def _why_hard(never: int) -> str:
    if never == 0:
        return "Every example is named rightly by some network."
    return (
        "What every network gets wrong is not bad luck of a start: such examples are unlike those learned "
        "from, or their label is wrong. Look at them."
    )


def _such_as(drawing: Drawing) -> str:
    """Name the first of the hardest, where they are no pictures to be looked at."""
    if "test_hardest_pictures" in drawing.arrays:
        return ""
    named = [
        f"{safe(hard['called'])} ({shown(hard['label'])}, named {shown(hard['usual_mistake'])})"
        for hard in drawing["hardest"]
        if hard["usual_mistake"] is not None and "called" in hard
    ]
    return f" The hardest: {', '.join(named[:NAMED])}." if named else ""


def _hardest_pictures(drawing: Drawing) -> tuple[Picture, ...]:
    pictures = drawing.arrays.get("test_hardest_pictures")
    hardest = [hard for hard in drawing["hardest"] if hard["usual_mistake"] is not None][:SHOWN]
    if pictures is None or not hardest:
        return ()
    labels = [f"{shown(hard['label'])} as {shown(hard['usual_mistake'])}" for hard in hardest]
    pictures = pictures[: len(hardest)] / 255
    image = mosaic(pictures, columns=min(COLUMNS, len(hardest)), labels=labels)
    caption = (
        "The hardest examples, hardest first: its class, as what most of the mistaken networks take it for. "
    )
    notes = [safe(hard.get("called", f"test {hard['example']}")) for hard in hardest]
    each = zip(tiles(pictures), labels, notes, strict=True)
    return (Picture(image, caption.strip(), tuple(Tile(*one) for one in each)),)
