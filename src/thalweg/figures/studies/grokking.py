"""How often starts generalise long after they learned by heart, how late, and what that looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import level, measured, quantile_bands
from thalweg.figures.theme import CATEGORIES, CHANCE, MARKERS, ONE, canvas, logarithmic, shares
from thalweg.measured import Measured

_SOURCE = "After Liu, Michaud & Tegmark 2023, arXiv 2210.01117."

Cell = Mapping[str, Any]


def draw(drawing: Drawing) -> list[Finding]:
    """Return the share of delayed starts, the curves where it is largest, and how late they are."""
    cells: Sequence[Cell] = drawing["cells"]
    found = [_share(drawing, cells), _curves(drawing, cells[drawing["latest"]])]
    return [*found, _delay(drawing, cells)] if any(cell["delay"] for cell in cells) else found


def _n(drawing: Drawing) -> str:
    members = drawing["settings"]["members"]
    lost = sum(cell["diverged"] for cell in drawing["cells"])
    left_out = f" ({counted(lost, 'start')} diverged and left out)" if lost else ""
    return (
        f"n = {counted(members, 'start')} of each scale and weight decay{left_out}, "
        f"{drawing['examples']:,} training and {drawing['test_examples']:,} new examples, "
        f"{drawing['steps']:,} steps."
    )


def _rule(drawing: Drawing) -> str:
    rule = drawing["rule"]
    return (
        f"Delayed: {100 * rule['generalised']:g} % of new examples right after {rule['factor']:g} times as "
        f"many steps as {100 * rule['learned']:g} % of those learned, or more; fixed before measuring."
    )


def _share(drawing: Drawing, cells: Sequence[Cell]) -> Finding:
    latest = cells[drawing["latest"]]
    title = (
        f"With the start times {latest['scale']:g} and weight decay {latest['weight_decay']:g}, "
        f"{Measured.read(latest['share']).percent()} of starts understand late"
    )
    figure = canvas(title, across="what the start is multiplied by (log scale)", up="delayed starts")
    for style, decay in enumerate(sorted({cell["weight_decay"] for cell in cells})):
        row = [cell for cell in cells if cell["weight_decay"] == decay]
        measured(
            figure,
            [cell["scale"] for cell in row],
            [Measured.read(cell["share"]) for cell in row],
            name=f"weight decay {decay:g}",
            colour=CATEGORIES[style % len(CATEGORIES)],
            style=style,
        )
    scales = sorted({cell["scale"] for cell in cells})
    figure.update_xaxes(type="log", tickvals=scales, ticktext=[f"{scale:g}" for scale in scales])
    shares(figure, range=[-0.03, 1.03])
    return drawing.finding(
        "grokking-share",
        (
            title,
            "A delayed start is right on nearly all it learned from, and only much later on new examples. Of "
            "those that had not generalised in the end it is not known whether they would have.",
            f"{_n(drawing)} {_rule(drawing)} Wilson's intervals over starts that hold together at 95 %. "
            f"{_SOURCE}",
        ),
        figure,
        table(
            ("scale", "weight decay", "delayed", "prompt", "never", "not learned", "right on new in the end"),
            [_share_row(cell) for cell in cells],
        ),
    )


def _share_row(cell: Cell) -> tuple[str, ...]:
    kinds = cell["kinds"]
    return (
        f"{cell['scale']:g}",
        f"{cell['weight_decay']:g}",
        Measured.read(cell["share"]).percent(),
        *(str(kinds[kind]) for kind in ("prompt", "never", "unlearned")),
        Measured.read(cell["accuracy"]).percent(),
    )


def _curves(drawing: Drawing, cell: Cell) -> Finding:
    name, steps = f"{cell['scale']:g}-{cell['weight_decay']:g}", drawing.arrays["steps"]
    where = f"Start times {cell['scale']:g}, weight decay {cell['weight_decay']:g}"
    middle = cell["delay"].get("0.5")
    late = (
        f"after {middle:.3g} times as many steps (median)" if middle else "by fewer than half of the starts"
    )
    title = f"{where}: new examples are understood {late}"
    figure = canvas(title, across="steps (log scale)", up="examples named rightly", height=330)
    sides = {"learned from": ("train", CHANCE), "new": ("test", ONE)}
    quantiles = {
        words: quantile_bands(figure, steps, drawing.arrays[f"{side} {name}"], name=words, colour=colour)
        for words, (side, colour) in sides.items()
    }
    level(figure, drawing["rule"]["generalised"], "understood")
    logarithmic(figure, float(steps[0]), float(steps[-1]), axis="x")
    shares(figure, range=[0, 1.03])
    return drawing.finding(
        "grokking-curves",
        (
            title,
            "All starts of one scale and weight decay: how much of what they learned from, and of new "
            "examples, they name rightly while they train.",
            f"{_n(drawing)} Lines: medians over starts; bands: half and 90 % of them. {_SOURCE}",
        ),
        figure,
        table(
            ("steps", *(f"{words}, median" for words in sides)),
            [
                (f"{step:,}", *(f"{100 * found[2][place]:.1f} %" for found in quantiles.values()))
                for place, step in enumerate(steps.tolist())
            ],
        ),
    )


def _delay(drawing: Drawing, cells: Sequence[Cell]) -> Finding:
    known = [cell for cell in cells if cell["delay"] and cell["delay"]["0.5"] is not None]
    latest = max(known, key=lambda cell: cell["delay"]["0.5"], default=None)
    title = f"In no cell did half of the starts generalise, of {len(cells)}"
    if latest is not None:
        title = (
            f"Half of the starts understand within {latest['delay']['0.5']:.3g} times as many steps as they "
            f"learned in, at scale {latest['scale']:g} and weight decay {latest['weight_decay']:g}"
        )
    names = [f"{cell['scale']:g}, {cell['weight_decay']:g}" for cell in cells]
    figure = canvas(
        title, across="steps to understand / to learn (log scale)", up="", height=90 + 26 * len(cells)
    )
    drawn: list[float] = [1.0]
    for style, (share, words) in enumerate((("0.05", "5 %"), ("0.5", "half"), ("0.95", "95 %"))):
        values = [cell["delay"].get(share) for cell in cells]
        drawn += [value for value in values if value is not None]
        places = [place for place, value in enumerate(values) if value is not None]
        figure.add_scatter(
            x=[values[place] for place in places],
            y=[-place for place in places],
            mode="markers",
            name=f"{words} of the starts that learned",
            marker={"color": CATEGORIES[style], "symbol": MARKERS[style], "size": 9},
        )
    logarithmic(figure, max(min(drawn), 1e-3), max(drawn), axis="x")
    level(figure, drawing["rule"]["factor"], "delayed", upright=True, place="top left")
    figure.update_yaxes(
        tickvals=[-place for place in range(len(names))], ticktext=names, range=[0.5 - len(names), 0.6],
        zeroline=False, tickfont={"size": 11},
    )  # fmt: skip
    return drawing.finding(
        "grokking-delay",
        (
            title,
            "By which multiple of the steps that they learned in so many starts had understood; what is "
            "missing had not happened when training ended. Rows: scale and weight decay.",
            f"{_n(drawing)} Looked at after steps that rise by a fixed factor. {_rule(drawing)} {_SOURCE}",
        ),
        figure,
        table(
            ("scale", "weight decay", "learned after (median)", "5 %", "half", "95 %"),
            [_delay_row(cell) for cell in cells],
        ),
    )


def _delay_row(cell: Cell) -> tuple[str, ...]:
    learned = cell["learned_after"]
    each = (cell["delay"].get(share) for share in ("0.05", "0.5", "0.95"))
    return (
        f"{cell['scale']:g}",
        f"{cell['weight_decay']:g}",
        "never" if learned is None else f"{learned:,.0f} steps",
        *("not yet" if value is None else f"{value:.3g}" for value in each),
    )
