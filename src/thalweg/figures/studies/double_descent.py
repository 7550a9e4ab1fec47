"""Test cost and error against the number of parameters, and test error over epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import level, measured
from thalweg.figures.theme import CATEGORIES, canvas, logarithmic, shares
from thalweg.measured import Measured

_SOURCE = "After Belkin et al. 2019, PNAS 116, 15849."
_ACROSS = "parameters / (examples \u00d7 classes), log scale"

Entry = Mapping[str, Any]


def draw(drawing: Drawing) -> list[Finding]:
    """Return test cost and test error over widths, and test error over epochs."""
    return [_cost(drawing), _error(drawing), _epochs(drawing)]


def _n(drawing: Drawing) -> str:
    members = min(curve["members"] for curve in drawing["curves"])
    lost = max(curve["diverged"] for curve in drawing["curves"])
    left_out = f" (at most {counted(lost, 'start')} of a curve diverged and left out)" if lost else ""
    return (
        f"n = {counted(members, 'start')} of each width{left_out}, {drawing['examples']:,} training and "
        f"{drawing['test_examples']:,} new examples."
    )


def _called(curve: Entry) -> str:
    return f"{100 * curve['noise']:g} % wrong labels, {'reused' if curve['reused'] else 'fresh'}"


def _highest(curves: Sequence[Entry], key: str) -> Entry | None:
    """Return the curve whose peak stands highest, if one has a place for a peak."""
    known = [curve for curve in curves if curve[key] is not None]
    return max(known, key=lambda curve: curve[key]["height"]["value"], default=None)


def _how_many(subject: str, within: str, shown: int, curves: int) -> str:
    if not shown:
        return f"No peak of {within} is shown in {counted(curves, 'curve')}"
    return f"{subject} has a peak in {shown} of {counted(curves, 'curve')}"


def _over_widths(drawing: Drawing, key: str, title: str, up: str):
    figure = canvas(title, across=_ACROSS, up=up, height=330)
    for style, curve in enumerate(drawing["curves"]):
        measured(
            figure,
            [point["enough"] for point in curve["points"]],
            [Measured.read(point[key]) for point in curve["points"]],
            name=_called(curve),
            colour=CATEGORIES[style % len(CATEGORIES)],
            style=style,
        )
    enough = [point["enough"] for point in drawing["curves"][0]["points"]]
    logarithmic(figure, min(enough), max(enough), axis="x")
    level(figure, 1.0, "just enough", upright=True, place="top right")
    return figure


def _cost(drawing: Drawing) -> Finding:
    curves: Sequence[Entry] = drawing["curves"]
    shown = [curve for curve in curves if curve["verdict"] == "peak"]
    highest = _highest(shown or curves, "of_cost")
    title = _how_many("Test cost", "test cost", len(shown), len(curves))
    if highest is not None:
        height = Measured.read(highest["of_cost"]["height"]).significant(2)
        title += f"; the highest point stands {height} above its sides, with {_called(highest)}"
    return drawing.finding(
        "double-descent-cost",
        (
            title,
            "A peak is shown where the interval of its height lies above 0: the cost there is higher than "
            "with fewer parameters, and than with more.",
            f"{_n(drawing)} {drawing['cost'].capitalize()} cost of new examples with 95 % intervals over "
            "starts and examples that hold together. A peak is looked for between half and twice the "
            f"parameters that are just enough. {_SOURCE}",
        ),
        _over_widths(drawing, "test_cost", title, "cost of new examples"),
        table(
            ("curve", "verdict", "height of test cost", "at neurons", "test set's share"),
            [_height_row(curve, "of_cost") for curve in curves],
        ),
    )


def _height_row(curve: Entry, key: str) -> tuple[str, ...]:
    found = curve[key]
    if found is None:
        return (_called(curve), "open", "", "", "")
    share = "" if found["test_set"] is None else f"{100 * found['test_set']:.0f} %"
    height = Measured.read(found["height"])
    said = height.significant(2) if key == "of_cost" else height.points(2)
    return (_called(curve), found["verdict"], said, str(curve["points"][found["at"]]["width"]), share)


def _error(drawing: Drawing) -> Finding:
    curves: Sequence[Entry] = drawing["curves"]
    shown = [curve for curve in curves if curve["of_error"] and curve["of_error"]["verdict"] == "peak"]
    title = _how_many("Test error", "test error", len(shown), len(curves))
    figure = _over_widths(drawing, "test_error", title, "new examples named wrongly")
    shares(figure, rangemode="tozero")
    return drawing.finding(
        "double-descent-error",
        (
            title,
            "The same of errors: an answer may be wrong by little or by much, and only the cost tells that.",
            f"{_n(drawing)} Intervals over starts and examples that hold together at 95 %. {_SOURCE}",
        ),
        figure,
        table(
            ("curve", "neurons", "parameters / enough", "train error", "test error", "test cost"),
            [_point_row(curve, point) for curve in curves for point in curve["points"]],
        ),
    )


def _point_row(curve: Entry, point: Entry) -> tuple[str, ...]:
    return (
        _called(curve),
        str(point["width"]),
        f"{point['enough']:.2f}",
        f"{100 * point['train_error']:.1f} %",
        Measured.read(point["test_error"]).percent(),
        Measured.read(point["test_cost"]).significant(),
    )


def _epochs(drawing: Drawing) -> Finding:
    every: Sequence[Entry] = drawing["over_epochs"]
    shown = sum(one["verdict"] == "peak" for one in every)
    width = every[0]["width"]
    title = _how_many("Over epochs test error", "test error over epochs", shown, len(every))
    title += f" ({width} neurons)"
    figure = canvas(title, across="epochs (log scale)", up="new examples named wrongly", height=320)
    for style, one in enumerate(every):
        measured(
            figure,
            one["epochs"],
            [Measured.read(error) for error in one["error"]],
            name=f"{100 * one['noise']:g} % wrong labels",
            colour=CATEGORIES[style % len(CATEGORIES)],
            style=style,
        )
    logarithmic(figure, every[0]["epochs"][0], every[0]["epochs"][-1], axis="x")
    shares(figure, rangemode="tozero")
    return drawing.finding(
        "double-descent-epochs",
        (
            title,
            "Where there are wrong labels, they are learned last: the error of new examples rises when they "
            "are, and may fall again after.",
            f"{_n(drawing)} Fresh starts. Intervals over starts that hold together at 95 %. Over epochs: "
            "Nakkiran et al. 2020, arXiv 1912.02292.",
        ),
        figure,
        table(
            ("wrong labels", "epochs", "test error", "height of a peak", "verdict"),
            [_epoch_row(one, place) for one in every for place in range(len(one["epochs"]))],
        ),
    )


def _epoch_row(one: Entry, place: int) -> tuple[str, ...]:
    height = one["height"]
    at = height is not None and height["at"] == place
    return (
        f"{100 * one['noise']:g} %",
        str(one["epochs"][place]),
        Measured.read(one["error"][place]).percent(),
        Measured.read(height["height"]).points(2) if at and height is not None else "",
        one["verdict"] if at else "",
    )
