"""Where luck of the start falls below that of the test set, the binary tasks, and the best learning rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import level, line, measured
from thalweg.figures.theme import (
    CATEGORIES,
    DIVERGING,
    MARKERS,
    ONE,
    VOTE,
    canvas,
    logarithmic,
    shares,
)
from thalweg.measured import Measured

_SOURCE = "After Jordan 2023, arXiv 2304.01910."
_MARKS = {"lasts": " \u25b2", "vanished": " \u25bc", "open": "", "diverged": ""}
_FOURFOLD = 2.0  # of two to the power: beyond four times or a quarter all colours are the same

Cell = Mapping[str, Any]


def draw(drawing: Drawing) -> list[Finding]:
    """Return luck against width, the whole grid, the binary tasks and the best learning rates."""
    found = [_widths(drawing), _map(drawing)]
    if drawing["cells"][drawing["best"]]["binary"] is not None:
        found.append(_binary(drawing))
    return [*found, _rates(drawing)]


def _n(drawing: Drawing) -> str:
    members = drawing["settings"]["members"]
    lost = sum(cell["diverged"] for cell in drawing["cells"])
    left_out = f"; {counted(lost, 'start')} diverged and left out" if lost else ""
    return (
        f"n = {counted(members, 'start')} at each point, {drawing['test_examples']:,} new examples{left_out}."
    )


def _ratio(cell: Cell) -> Measured:
    return Measured.read(cell["ratio"])


def _at_best_rates(drawing: Drawing, epochs: int) -> list[Cell]:
    """Return, of each width, the cell whose rate did best on held-out examples; those with numbers."""
    cells = [cell for cell in drawing["cells"] if cell["epochs"] == epochs and cell["ratio"] is not None]
    widths = sorted({cell["width"] for cell in cells})
    return [
        max((cell for cell in cells if cell["width"] == width), key=lambda cell: cell["validation"])
        for width in widths
    ]


def _widths(drawing: Drawing) -> Finding:
    every = {epochs: _at_best_rates(drawing, epochs) for epochs in _values(drawing, "epochs")}
    longest = max(every)
    first, last = every[longest][0], every[longest][-1]
    title = (
        f"Luck of the start is {_ratio(first).plain(1)} times the test set's own at {first['width']} "
        f"neurons, {_ratio(last).plain(1)} times at {last['width']}"
    )
    figure = canvas(title, across="neurons of a hidden layer (log scale)", up="true sd / test set's luck")
    for style, (epochs, cells) in enumerate(every.items()):
        measured(
            figure,
            [cell["width"] for cell in cells],
            [_ratio(cell) for cell in cells],
            name=counted(epochs, "epoch"),
            colour=CATEGORIES[style % len(CATEGORIES)],
            style=style,
        )
    level(figure, 1.0, "as large as the test set's", place="top right")
    widths = _values(drawing, "width")
    figure.update_xaxes(type="log", tickvals=widths, ticktext=list(map(str, widths)))
    figure.update_yaxes(rangemode="tozero")
    turns = {one["epochs"]: one["said"] for one in drawing["turns"] if one["learning_rate"] is None}
    where = "; ".join(f"{said} ({counted(epochs, 'epoch')})" for epochs, said in turns.items())
    return drawing.finding(
        "luck-width",
        (
            title,
            "Below 1, a run that does better on this test set than another mostly owes it to the test set: "
            f"on new examples the two are nearly equal. It falls below 1 {where}.",
            f"{_n(drawing)} At each width the rate that did best on held-out training examples. True sd: "
            "seen variance less the test set's own (two-way components); intervals over starts and examples "
            f"that hold together at 95 %. {_SOURCE}",
        ),
        figure,
        table(
            ("epochs", "neurons", "rate", "right on new", "seen sd", "true sd", "true / test set's"),
            [_row(cell) for cells in every.values() for cell in cells],
        ),
    )


def _values(drawing: Drawing, key: str) -> list[Any]:
    return sorted({cell[key] for cell in drawing["cells"]})


def _row(cell: Cell) -> tuple[str, ...]:
    spread = cell["spread"]
    return (
        str(cell["epochs"]),
        str(cell["width"]),
        f"{cell['learning_rate']:g}",
        Measured.read(cell["accuracy"]).percent(),
        Measured.read(spread["seen_sd"]).points(2),
        Measured.read(spread["true_sd"]).points(2),
        _ratio(cell).plain(),
    )


def _map(drawing: Drawing) -> Finding:
    widths = _values(drawing, "width")
    rows = sorted({(cell["epochs"], cell["learning_rate"]) for cell in drawing["cells"]})
    by_place = {(cell["width"], cell["epochs"], cell["learning_rate"]): cell for cell in drawing["cells"]}
    cells = [[by_place[width, *row] for width in widths] for row in rows]
    verdicts = [cell["verdict"] for cell in drawing["cells"]]
    lasts, gone = verdicts.count("lasts"), verdicts.count("vanished")
    title = (
        f"Luck of the start is larger than the test set's at {lasts} of {len(verdicts)} points, "
        f"smaller at {gone}"
    )
    figure = canvas(title, across="neurons of a hidden layer", up="", height=80 + 26 * len(rows))
    figure.add_heatmap(
        z=[[_colour(cell) for cell in row] for row in cells],
        x=[str(width) for width in widths],
        y=[f"{epochs} ep., {rate:g}" for epochs, rate in rows],
        text=[[_text(cell) for cell in row] for row in cells],
        customdata=[[_hover(cell) for cell in row] for row in cells],
        zmin=-_FOURFOLD,
        zmax=_FOURFOLD,
        colorscale=[list(stop) for stop in DIVERGING],
        showscale=False,
        texttemplate="%{text}",
        textfont={"size": 11},
        xgap=1,
        ygap=1,
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 11})
    figure.update_xaxes(showgrid=False, type="category")
    return drawing.finding(
        "luck-map",
        (
            title,
            "Each number: the true sd of accuracy between starts as a multiple of what the test set alone "
            "makes of equal networks. Marked where the interval leaves no doubt: \u25b2 above 1, \u25bc "
            "below. Rows: epochs and learning rate.",
            f"{_n(drawing)} Intervals of all points hold together at 95 % (Bonferroni). {_SOURCE}",
        ),
        figure,
        table(
            ("epochs", "rate", "neurons", "true sd", "true / test set's", "verdict", "diverged"),
            [_map_row(cell) for row in cells for cell in row],
        ),
    )


def _colour(cell: Cell) -> float:
    value = _ratio(cell).value
    if np.isnan(value):
        return float("nan")
    return float(np.clip(log2(value), -_FOURFOLD, _FOURFOLD)) if value > 0 else -_FOURFOLD


def _text(cell: Cell) -> str:
    value = _ratio(cell).value
    return "" if np.isnan(value) else f"{value:.1f}{_MARKS[cell['verdict']]}"


def _hover(cell: Cell) -> str:
    where = f"{cell['width']} neurons, {counted(cell['epochs'], 'epoch')}, rate {cell['learning_rate']:g}"
    return f"{where}: {'no number' if cell['ratio'] is None else _ratio(cell).plain()}"


def _map_row(cell: Cell) -> tuple[str, ...]:
    spread = cell["spread"]
    return (
        str(cell["epochs"]),
        f"{cell['learning_rate']:g}",
        str(cell["width"]),
        "" if spread is None else Measured.read(spread["true_sd"]).points(2),
        "" if cell["ratio"] is None else _ratio(cell).plain(),
        cell["verdict"],
        str(cell["diverged"]),
    )


def _binary(drawing: Drawing) -> Finding:
    best = drawing["cells"][drawing["best"]]
    found = best["binary"]
    slope = Measured.read(found["slope"])
    title = f"{counted(found['tasks'], 'binary task')}: accuracy varies {slope.plain()} times as much as "
    title += "error / 2n"
    if found["r2"] is not None:
        r2 = Measured.read(found["r2"])
        title += f", R\u00b2 {r2.plain()}" if r2.value > 0 else ", R\u00b2 below 0"
    foretold, seen = (np.sqrt(drawing.arrays[f"binary {name}"]) for name in ("predicted", "seen"))
    figure = canvas(title, across="sd foretold from the error", up="sd seen between starts", height=320)
    figure.add_scatter(
        x=foretold,
        y=seen,
        mode="markers",
        name="a way to sort the classes into two groups",
        marker={"color": ONE, "size": 5, "opacity": 0.6},
    )
    ends = np.array([0.0, float(max(foretold.max(), seen.max()))])
    line(figure, ends, ends, name="as foretold", colour=VOTE, style=1, hoverinfo="skip")
    for axis in ("x", "y"):
        shares(figure, axis, rangemode="tozero")
    law = "holds" if found["holds"] else "does not hold"
    return drawing.finding(
        "luck-binary",
        (
            title,
            f"If runs err independently and their vote is calibrated, the multiple is 1: here the law {law}. "
            "Above 1, starts differ by more than the luck of single answers.",
            f"{_n(drawing)} {best['width']} neurons, {counted(best['epochs'], 'epoch')}, rate "
            f"{best['learning_rate']:g}: best on held-out examples. A network that tells all classes names a "
            "group by its class. Intervals over starts (jackknife); that of the multiple holds together with "
            f"those of all points. Published: R\u00b2 {drawing['published']['r2']} on CIFAR-10. {_SOURCE}",
        ),
        figure,
        table(
            ("neurons", "epochs", "rate", "seen / foretold", "R\u00b2", "R\u00b2 of a line", "the law"),
            [_binary_row(cell) for cell in drawing["cells"] if cell["binary"] is not None],
        ),
    )


def _binary_row(cell: Cell) -> tuple[str, ...]:
    found = cell["binary"]
    return (
        str(cell["width"]),
        str(cell["epochs"]),
        f"{cell['learning_rate']:g}",
        Measured.read(found["slope"]).plain(),
        "" if found["r2"] is None else Measured.read(found["r2"]).plain(3),
        "" if found["line"] is None else f"{found['line']:.3f}",
        "holds" if found["holds"] else "does not hold",
    )


def _rates(drawing: Drawing) -> Finding:
    found = drawing["best_rate"]
    trials: Sequence[Mapping[str, Any]] = found["trials"]
    title = (
        f"The best rate is the largest that leaves starts alike in {found['agreeing']} of {found['decided']}"
    )
    title += f" trials ({100 * found['chance']:.0f} % by chance)" if found["decided"] else " trials that tell"
    names = [f"{trial['width']}, {trial['epochs']} ep." for trial in trials]
    figure = canvas(title, across="learning rate (log scale)", up="", height=80 + 24 * len(names))
    sides = {
        "best on held-out examples": ("best", ONE, 0.14),
        "largest that leaves starts alike": ("calm", VOTE, -0.14),
    }
    for style, (name, (key, colour, aside)) in enumerate(sides.items()):
        known = [place for place, trial in enumerate(trials) if trial[key] is not None]
        figure.add_scatter(
            x=[trials[place][key] for place in known],
            y=[aside - place for place in known],
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": MARKERS[style], "size": 9},
        )
    rates = _values(drawing, "learning_rate")
    logarithmic(figure, rates[0], rates[-1], axis="x")
    figure.update_xaxes(tickvals=rates, ticktext=[f"{rate:g}" for rate in rates])
    ticks = [-place for place in range(len(names))]
    figure.update_yaxes(
        tickvals=ticks, ticktext=names, range=[0.5 - len(names), 0.6], zeroline=False, tickfont={"size": 11}
    )
    return drawing.finding(
        "luck-rates",
        (
            title,
            f"Jordan's conjecture: {found['verdict']}. Where starts are alike at every rate that was tried, "
            "a trial tells nothing. Rows: neurons and epochs.",
            f"{_n(drawing)} Best rate: mean accuracy on held-out training examples. A rate makes starts "
            "differ where one diverged, or where its interval of the true sd (all hold together at 95 %) "
            f"lies above that of the smallest. {_SOURCE}",
        ),
        figure,
        table(
            ("neurons", "epochs", "best rate", "largest calm rate", "conjecture"),
            [
                (
                    str(trial["width"]),
                    str(trial["epochs"]),
                    f"{trial['best']:g}",
                    "" if trial["calm"] is None else f"{trial['calm']:g}",
                    trial["verdict"],
                )
                for trial in trials
            ],
        ),
    )
