"""Tickets of a lottery: how good, how soon, and because of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import measured, side_by_side
from thalweg.figures.theme import BLUE, CATEGORIES, CHANCE, canvas, logarithmic, shares
from thalweg.measured import Measured

_SOURCE = "After Frankle & Carbin 2019, arXiv 1803.03635."
_TOGETHER = "Paired over starts; all intervals of differences hold together at 95 % (Bonferroni)."
_OTHERS = ("new start", "shuffled", "random")
_AGAINST = ("whole network", *_OTHERS)
_SAID = {
    "whole network": "the whole network",
    "new start": "a new start",
    "shuffled": "its inputs' weights shuffled",
    "random": "as many weights anywhere",
}


def draw(drawing: Drawing) -> list[Finding]:
    """Return how tickets differ from what they are compared with, and what they come to round by round."""
    return [_against(drawing), _rounds(drawing, "accuracy"), _rounds(drawing, "epoch")]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _against(drawing: Drawing) -> Finding:
    levels: Sequence[Mapping[str, Any]] = drawing["levels"]
    said = [f"{_points(level, 'new start')} with {_percent(level['share'])}" for level in levels]
    title = f"Accuracy of tickets less that from a new start: {', '.join(said)} of the weights"
    verdicts = [f"{_percent(level['share'])} of the weights: {level['verdicts']['wins']}" for level in levels]
    names = list(_AGAINST)
    sides = {
        f"{_percent(level['share'])} of the weights": (
            [Measured.read(level["against"][name]["accuracy"]) for name in _AGAINST],
            CATEGORIES[place % len(CATEGORIES)],
        )
        for place, level in enumerate(levels)
    }
    figure = canvas(title, across="accuracy of tickets less ...", up="", height=80 + 55 * len(names))
    side_by_side(figure, names, sides)
    shares(figure, "x")
    figure.add_vline(x=0, line={"color": CHANCE, "width": 1, "dash": "dot"})
    return drawing.finding(
        "lottery-against",
        (
            title,
            f"Do they win against the whole network? {'; '.join(verdicts)}. Right of the line they are "
            "better: beside the same weights from a new start because of their start; beside as many weights "
            "of each input that go to other neurons (shuffled), or anywhere in the layer (random), because "
            "of which weights are left.",
            f"n = {counted(drawing['members'], 'start')} \u00d7 "
            f"{counted(drawing['test_examples'], 'example')}, at the epoch that was best on held-out "
            f"examples. Intervals over starts and examples. {_TOGETHER} {_SOURCE}",
        ),
        figure,
        table(
            ("weights", "tickets minus", "accuracy", "epochs sooner (-) or later", "verdict"),
            [row for level in levels for row in _rows(level)],
        ),
    )


def _points(level: Mapping[str, Any], name: str) -> str:
    return Measured.read(level["against"][name]["accuracy"]).points()


def _rows(level: Mapping[str, Any]) -> list[tuple[str, ...]]:
    verdicts = level["verdicts"]
    return [
        (
            _percent(level["share"]),
            _SAID[name],
            Measured.read(found["accuracy"]).points(2),
            Measured.read(found["epochs"]).plain(1) + ("" if found["finished"] else ", too few had stopped"),
            f"wins: {verdicts['wins']}" if name == "whole network" else f"because of it: {verdicts[name]}",
        )
        for name, found in level["against"].items()
    ]


_ASKED = {
    "accuracy": ("new examples named rightly", "Right on {}", Measured.percent),
    "epoch": ("epoch best on held-out examples", "Done after {} epochs", lambda one: one.plain(1)),
}


def _rounds(drawing: Drawing, asked: str) -> Finding:
    tickets: Sequence[Mapping[str, Any]] = drawing["tickets"]
    levels: Sequence[Mapping[str, Any]] = drawing["levels"]
    up, words, said = _ASKED[asked]
    read = lambda one: Measured.read(one[asked])  # noqa: E731
    whole, ends = read(tickets[0]), [(level, read(level["reached"]["ticket"])) for level in levels]
    title = f"{words.format(said(whole))} with all weights" + "".join(
        f", {said(found)} with {_percent(level['share'])}" for level, found in ends
    )
    figure = canvas(title, across="weights left, in per cent (log scale)", up=up)
    left = [100 * one["share"] for one in tickets]
    measured(figure, left, [read(one) for one in tickets], name="tickets", colour=BLUE)
    places = [100 * level["share"] for level in levels]
    for style, name in enumerate(_OTHERS, start=1):
        found = [read(level["reached"][name]) for level in levels]
        more = {} if len(places) > 1 else {"mode": "markers"}
        measured(figure, places, found, name=_SAID[name], colour=CATEGORIES[style], style=style, **more)
    logarithmic(figure, min(left), max(left), axis="x")
    figure.update_xaxes(range=list(figure.layout.xaxis.range)[::-1])  # type: ignore[attr-defined]
    if asked == "accuracy":
        shares(figure, "y")
    unfinished = max(one["unfinished"] for one in tickets)
    beware = (
        f" After the last of {drawing['epochs']} epochs up to {unfinished} of them were still getting better."
        if unfinished
        else ""
    )
    return drawing.finding(
        f"lottery-{asked}",
        (
            title,
            "From left to right more and more weights are pruned, the smallest first, and what is left "
            f"begins again where it began.{beware}",
            f"n = {counted(drawing['members'], 'start')}, each pruned for itself. Intervals (95 %) "
            f"{'over starts and examples' if asked == 'accuracy' else 'over starts'}. {_SOURCE}",
        ),
        figure,
        table(
            ("weights", "tickets", *(_SAID[name] for name in _OTHERS)),
            [_row(number, one, levels, asked, said) for number, one in enumerate(tickets)],
        ),
    )


def _row(
    number: int, one: Mapping[str, Any], levels: Sequence[Mapping[str, Any]], asked: str, said: Any
) -> tuple[str, ...]:
    level = next((level for level in levels if level["round"] == number), None)
    others = ["" if level is None else said(Measured.read(level["reached"][name][asked])) for name in _OTHERS]
    return _percent(one["share"]), said(Measured.read(one[asked])), *others
