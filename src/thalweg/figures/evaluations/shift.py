"""What is left when pictures are moved, turned or damaged."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from thalweg.figures.drawing import Drawing, table
from thalweg.figures.finding import Finding
from thalweg.figures.hovering import HOVER
from thalweg.figures.marks import band, in_order, level, line, rows
from thalweg.figures.theme import GREEN, ONE, TEMPLATE, VOTE, canvas, entitle, shares
from thalweg.measured import Measured

COLUMNS, PANEL = 2, 150
_UNITS = {
    "translation": "pixels",
    "rotation": "degrees",
    "scale": "times",
    "thickness": "pixels",
    "contrast": "times",
    "blur": "pixels",
    "pixel_noise": "sd",
    "occlusion": "pixels",
}
"""Of the changes, short enough for a small panel; the table has them in full."""
_TITLED = {
    "pixel_noise": "noise",
    "translation": "moved",
    "occlusion": "covered",
}


def draw(drawing: Drawing) -> list[Finding]:
    """Return curves over how much pictures were changed, and the error under each named corruption."""
    found = [_curves(drawing)] if drawing.content.get("curves") else []
    return [*found, _corruptions(drawing)] if drawing.content.get("corruptions") else found


def _curves(drawing: Drawing) -> Finding:
    curves = drawing["curves"]
    first = next(iter(curves))
    title = _moved(first, curves[first])
    figure = _panels(drawing, title)
    how_examples = (
        drawing["examples"]["curves"] if isinstance(drawing["examples"], dict) else drawing["examples"]
    )
    return drawing.finding(
        "shift",
        (
            title,
            "People read a digit wherever it stands; these networks learned where each pixel is. Where "
            "confidence (green) stays up while accuracy falls, they do not notice.",
            f"{drawing.n(how_examples)} Band: 90 % of the networks; line: their mean. Intervals in the table "
            "are over networks and examples together (95 %).",
        ),
        figure,
        table(
            ("change", "how much", "unit", "one network right", "vote right", "one network sure"),
            [
                (
                    _named(name),
                    f"{amount:g}",
                    curve["unit"],
                    Measured.read(right).percent(),
                    Measured.read(vote).percent(),
                    Measured.read(sure).percent(),
                )
                for name, curve in curves.items()
                for amount, right, vote, sure in zip(
                    curve["levels"],
                    curve["accuracy"],
                    curve["ensemble_accuracy"],
                    curve["confidence"],
                    strict=True,
                )
            ],
        ),
    )


def _moved(name: str, curve: dict) -> str:
    levels = [abs(amount - curve["identity"]) for amount in curve["levels"]]
    unchanged = levels.index(min(levels))
    near = next((place for place, amount in enumerate(levels) if amount == 2.0), len(levels) - 1)
    before, after = Measured.read(curve["accuracy"][unchanged]), Measured.read(curve["accuracy"][near])
    if name == "translation":
        what = f"Moved by {levels[near]:g} pixels"
    else:
        what = f"{_named(name).capitalize()} ({curve['levels'][near]:g})"
    untouched = before.percent(bracket=False)
    return f"{what}, a picture is read rightly {after.percent()} of the time; untouched, {untouched}"


def _named(name: str) -> str:
    return _TITLED.get(name, name.replace("_", " "))


def _panel_title(name: str) -> str:
    return f"{_named(name)} ({_UNITS[name]})" if name in _UNITS else _named(name)


def _panels(drawing: Drawing, title: str) -> go.Figure:
    curves = drawing["curves"]
    lines = -(-len(curves) // COLUMNS)
    figure = make_subplots(
        rows=lines,
        cols=COLUMNS,
        shared_yaxes=True,
        horizontal_spacing=0.06,
        vertical_spacing=0.36 / max(lines, 2),
        subplot_titles=[_panel_title(name) for name in curves],
    )
    figure.update_layout(template=TEMPLATE)
    entitle(figure, title, height=60 + PANEL * lines, above=22)
    for place, (name, curve) in enumerate(curves.items()):
        _panel(figure, drawing, name, curve, place)
    figure.update_annotations(font_size=12)
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02], dtick=0.5)
    figure.update_xaxes(nticks=5, tickfont_size=11)
    return figure


def _panel(figure: go.Figure, drawing: Drawing, name: str, curve: dict, place: int) -> None:
    where = {"row": place // COLUMNS + 1, "col": place % COLUMNS + 1}
    levels, accuracy = curve["levels"], drawing.arrays[f"{name}_accuracy"]
    shown = {"showlegend": place == 0}
    if accuracy.shape[1] > 1:
        low, high = np.quantile(accuracy, (0.05, 0.95), axis=1)
        band(figure, levels, low, high, name="90 % of networks", colour=ONE, **where, **shown)
    values = (
        ("one network right", "accuracy", ONE),
        ("vote right", "ensemble_accuracy", VOTE),
        ("one network sure", "confidence", GREEN),
    )
    for style, (words, part, colour) in enumerate(values):
        found = [Measured.read(entry) for entry in curve[part]]
        unit = _UNITS.get(name, "")
        line(
            figure,
            levels,
            [each.value for each in found],
            name=words,
            colour=colour,
            style=style,
            legendgroup=words,
            customdata=[
                f"{words}: {each.percent()}<br>{_named(name)}: {amount:g} {unit}".strip()
                for amount, each in zip(levels, found, strict=True)
            ],
            hovertemplate=HOVER,
            **where,
            **shown,
        )


def _corruptions(drawing: Drawing) -> Finding:
    found = drawing["corruptions"]
    mean, clean = Measured.read(drawing["mean_corruption_error"]), Measured.read(drawing["clean_error"])
    title = f"Damaged pictures are misread {mean.percent()} of the time, clean ones {clean.percent()}"
    order = sorted(found, key=lambda name: Measured.read(found[name]["error"]).value)
    names = [name.replace("_", " ") for name in order]
    figure = canvas(title, across="misread", up="", height=90 + 22 * len(order))
    rows(
        figure, names, [Measured.read(found[name]["error"]) for name in order], name="one network", colour=ONE
    )
    in_order(figure, names[::-1])
    if drawing.many:
        rows(
            figure,
            names,
            [Measured.read(found[name]["ensemble_error"]) for name in order],
            name="vote",
            colour=VOTE,
            style=1,
        )
    level(figure, clean.value, "clean", upright=True, place="top right")
    shares(figure, "x", range=[0, 1])
    examples = (
        drawing["examples"]["corruptions"] if isinstance(drawing["examples"], dict) else drawing["examples"]
    )
    return drawing.finding(
        "corruptions",
        (
            title,
            f"The {len(order)} kinds of damage leave every digit readable for people (MNIST-C). A network "
            "that read shapes would lose little.",
            f"{drawing.n(examples)} Plain mean over all {len(order)} kinds, none chosen. Intervals over "
            "networks and examples together (95 %). Mu & Gilmer 2019, arXiv 1906.02337.",
        ),
        figure,
        table(
            ("damage", "misread", "times the clean error", "vote misreads", "how sure"),
            [
                (
                    name.replace("_", " "),
                    Measured.read(found[name]["error"]).percent(),
                    f"{Measured.read(found[name]['relative']).value:.1f}",
                    Measured.read(found[name]["ensemble_error"]).percent(),
                    Measured.read(found[name]["confidence"]).percent(),
                )
                for name in reversed(order)
            ],
        ),
    )
