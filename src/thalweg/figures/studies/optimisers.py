"""Which optimiser does better, each with its best learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import line, side_by_side
from thalweg.figures.theme import CATEGORIES, CHANCE, INK, MARKERS, ONE, canvas, logarithmic, shares
from thalweg.measured import Measured, as_percent

_SOURCE = "After DeepOBS (Schneider, Balles & Hennig 2019, arXiv 1903.05499)."


def draw(drawing: Drawing) -> list[Finding]:
    """Return what each optimiser reaches with its best learning rate, and every rate that was tried."""
    return [_final(drawing), _grid(drawing)]


def _final(drawing: Drawing) -> Finding:
    found: Mapping[str, Any] = drawing["optimisers"]
    best = drawing["best_on_validation"]
    title = f"Best on validation: {best}, right on {_last(found[best])} of new examples"
    others = {name: Measured.read(each["winner_leads_by"]) for name, each in found.items() if name != best}
    if others:
        nearest = min(others, key=lambda name: others[name].value)
        title += f"; its lead over {nearest} is {others[nearest].points()}"
    names = list(found)
    figure = canvas(title, across="new examples named rightly", up="", height=80 + 45 * len(names))
    sides = {
        words: ([Measured.read(each[f"test_accuracy_{key}_epoch"]) for each in found.values()], colour)
        for key, words, colour in (("last", "last epoch", ONE), ("best", "best on validation", CHANCE))
    }
    side_by_side(figure, names, sides)
    shares(figure, "x")
    return drawing.finding(
        "optimisers-final",
        (
            title,
            "A lead whose interval holds 0 can be luck. Each optimiser was given its own best learning rate: "
            "compared at one rate for all, any of them can be made to win.",
            f"n = {counted(drawing['members'], 'fresh start')} \u00d7 "
            f"{counted(drawing['test_examples'], 'example')}. Intervals over starts and examples together "
            f"(95 %). {_SOURCE}",
        ),
        figure,
        table(
            ("optimiser", "learning rate", "last epoch", "best epoch", f"{best} leads by"),
            [_row(name, each) for name, each in found.items()],
        ),
    )


def _last(each: Mapping[str, Any]) -> str:
    return Measured.read(each["test_accuracy_last_epoch"]).percent()


def _row(name: str, each: Mapping[str, Any]) -> tuple[str, ...]:
    lead = each["winner_leads_by"]
    return (
        name,
        f"{each['learning_rate']:.3g}",
        _last(each),
        Measured.read(each["test_accuracy_best_epoch"]).percent(),
        "" if lead is None else Measured.read(lead).points(),
    )


def _grid(drawing: Drawing) -> Finding:
    found: Mapping[str, Any] = drawing["optimisers"]
    edge = [name for name, each in found.items() if each["at_the_edge_of_the_grid"]]
    chosen = ", ".join(f"{name} {each['learning_rate']:.2g}" for name, each in found.items())
    title = f"Best learning rates: {chosen}"
    figure = canvas(title, across="learning rate (log scale)", up="validation, named rightly")
    for style, (name, each) in enumerate(found.items()):
        colour = CATEGORIES[style % len(CATEGORIES)]
        rates, reached = each["learning_rates"], each["validation_accuracy_by_rate"]
        line(figure, rates, reached, name=name, colour=colour, style=style, legendgroup=name)
        top = int(np.argmax(reached))
        figure.add_scatter(
            x=[rates[top]],
            y=[reached[top]],
            mode="markers",
            legendgroup=name,
            showlegend=False,
            name=name,
            marker={
                "color": colour,
                "symbol": MARKERS[style % len(MARKERS)],
                "size": 11,
                "line": {"color": INK, "width": 1},
            },
        )
    rates = np.concatenate([each["learning_rates"] for each in found.values()])
    logarithmic(figure, float(rates.min()), float(rates.max()), axis="x")
    shares(figure, "y", rangemode="tozero")
    beware = f" At the edge of what was tried, so perhaps not the best: {', '.join(edge)}." if edge else ""
    return drawing.finding(
        "optimisers-grid",
        (
            title,
            f"How much the learning rate matters, and how wide the range is in which it hardly does.{beware}",
            f"n = {counted(drawing['settings']['grid_starts'], 'start')} at each rate, their mean; a start "
            f"that diverged counts as 0. Marked: the rate that is run again from fresh starts. {_SOURCE}",
        ),
        figure,
        table(("learning rate", *found), _grid_rows(found)),
    )


def _grid_rows(found: Mapping[str, Any]) -> list[tuple[str, ...]]:
    reached = {
        name: dict(zip(each["learning_rates"], each["validation_accuracy_by_rate"], strict=True))
        for name, each in found.items()
    }
    rates = sorted({rate for each in reached.values() for rate in each})
    return [
        (f"{rate:.3g}", *("" if rate not in each else as_percent(each[rate]) for each in reached.values()))
        for rate in rates
    ]
