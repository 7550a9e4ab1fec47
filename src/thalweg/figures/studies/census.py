"""What places starts lead to: how many minima, how far above the lowest, and what goes with what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import in_order, level, line, rows
from thalweg.figures.theme import CATEGORIES, MARKERS, ONE, canvas, shares
from thalweg.measured import Measured, as_percent, as_significant

_SOURCE = "After Choromanska et al. 2015, arXiv 1412.0233, and Frye et al. 2021, arXiv 2003.10397."
_CERTIFIED = ("strict local minimum", "minimum up to flat directions")
_ALIKE = {
    "yes": "nearly all are alike",
    "no": "they are not alike",
    "open": "whether nearly all are alike stays open",
}
MOST_POINTS = 1500


def draw(drawing: Drawing) -> list[Finding]:
    """Return how far minima are above the lowest, cost beside test accuracy, and all correlations."""
    found = [_costs(drawing)] if drawing["distinct"] is not None else []
    known = {name: one for name, one in drawing["correlations"].items() if one is not None}
    return [*found, _accuracies(drawing), *([_correlations(drawing, known)] if known else [])]


def _n(drawing: Drawing) -> str:
    return (
        f"n = {counted(drawing['members'], 'start')}, {drawing['parameters']:,} weights and biases, "
        f"{counted(drawing['examples'], 'training example')}."
    )


def _verdicts(drawing: Drawing) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in drawing["verdicts"].items() if count)


def _costs(drawing: Drawing) -> Finding:
    distinct: Mapping[str, Any] = drawing["distinct"]
    codes = list(drawing["verdicts"])
    certified = np.isin(drawing.arrays["verdict"], [codes.index(name) for name in _CERTIFIED])
    cost = np.sort(drawing.arrays["cost"][certified])
    above = cost / cost[0] - 1
    title = (
        f"{int(certified.sum()):,} of {drawing['members']:,} starts end in a certified minimum, in "
        f"{distinct['found']:,} different ones; there are at least "
        f"{Measured.read(distinct['least']).plain(0)}"
    )
    figure = canvas(title, across="cost above the lowest found", up="minima that are as low")
    share = np.arange(1, len(above) + 1) / len(above)
    kept = np.unique(np.linspace(0, len(above) - 1, MOST_POINTS).astype(int))
    line(figure, above[kept], share[kept], name="minima", colour=ONE, line_shape="hv", showlegend=False)
    level(figure, 0.05, "5 %", upright=True, place="bottom right")
    shares(figure, "x")
    shares(figure, "y", range=[0, 1.03])
    within = Measured.read(drawing["within"]["0.05"])
    return drawing.finding(
        "census-costs",
        (
            title,
            f"{within.percent()} of them cost at most 5 % more than the lowest: "
            f"{_ALIKE[drawing['all_alike']]}. The lowest was found {counted(distinct['lowest'], 'time')}. "
            "One more start leads to a minimum not met yet with "
            f"{Measured.read(distinct['new']).percent()}. Minima that differ in the order or the sign of "
            "their neurons alone are one.",
            f"{_n(drawing)} Ended: {_verdicts(drawing)}. At least so many (95 %): Chao1, from those found "
            f"once and twice; of one more start: Good & Turing's. {_SOURCE}",
        ),
        figure,
        table(
            ("share of minima", "cost above the lowest"),
            [
                (as_percent(float(share)), as_percent(value))
                for share, value in drawing["above_lowest"].items()
            ],
        ),
    )


def _accuracies(drawing: Drawing) -> Finding:
    found = Measured.read(drawing["test_accuracy"])
    pair = drawing["correlations"].get("cost, test accuracy")
    said = "" if pair is None else f"; rank correlation with the cost {Measured.read(pair).plain()}"
    title = f"Where starts end, {found.percent()} of new examples are named rightly{said}"
    figure = canvas(title, across="cost", up="new examples named rightly")
    codes, verdict = list(drawing["verdicts"]), drawing.arrays["verdict"]
    for style, name in enumerate(name for name in codes if drawing["verdicts"][name]):
        chosen = np.flatnonzero(verdict == codes.index(name))[:MOST_POINTS]
        figure.add_scatter(
            x=drawing.arrays["cost"][chosen],
            y=drawing.arrays["test_accuracy"][chosen],
            name=name,
            mode="markers",
            marker={
                "color": CATEGORIES[style % len(CATEGORIES)],
                "symbol": MARKERS[style % len(MARKERS)],
                "size": 6,
                "opacity": 0.6,
            },
        )
    shares(figure, "y")
    return drawing.finding(
        "census-accuracy",
        (
            title,
            "Each mark is a start that was taken all the way down, and certified. What lies further left "
            "fits the training examples better.",
            f"{_n(drawing)} {counted(drawing['test_examples'], 'test example')}. Interval of the accuracy "
            f"over starts and examples, of the correlation over starts. {_SOURCE}",
        ),
        figure,
        table(
            ("place", "starts", "lowest cost", "median cost", "median accuracy"),
            [
                (
                    name,
                    f"{count:,}",
                    as_significant(float(drawing.arrays["cost"][verdict == code].min())),
                    as_significant(float(np.median(drawing.arrays["cost"][verdict == code]))),
                    as_percent(float(np.median(drawing.arrays["test_accuracy"][verdict == code]))),
                )
                for code, (name, count) in enumerate(drawing["verdicts"].items())
                if count
            ],
        ),
    )


def _correlations(drawing: Drawing, known: Mapping[str, Any]) -> Finding:
    found = {name.replace(", ", " and "): Measured.read(one) for name, one in known.items()}
    strongest = max(found, key=lambda name: abs(found[name].value))
    shown = "Strongest rank correlation" if found[strongest].tells_from(0) else "No rank correlation is shown"
    title = f"{shown}: {strongest}, {found[strongest].plain()}"
    figure = canvas(title, across="rank correlation", up="", height=80 + 36 * len(found))
    rows(figure, list(found), list(found.values()), name="correlation", colour=ONE, showlegend=False)
    in_order(figure, list(found))
    level(figure, 0.0, "none", upright=True, place="bottom right")
    return drawing.finding(
        "census-correlations",
        (
            title,
            "Which of cost, sharpness (the largest eigenvalue of the Hessian), index (how many directions go "
            "down) and test accuracy go together. Where an interval holds 0, nothing is shown.",
            f"{_n(drawing)} Spearman's, over all different minima and saddles; intervals hold together at "
            f"95 %. {_SOURCE}",
        ),
        figure,
        table(("pair", "rank correlation"), [(name, one.plain()) for name, one in found.items()]),
    )
