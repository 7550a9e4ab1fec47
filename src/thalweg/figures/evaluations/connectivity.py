"""What lies on the straight line between two networks: a hill, or nothing."""

from __future__ import annotations

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import band, line
from thalweg.figures.theme import CATEGORIES, canvas
from thalweg.measured import Measured, as_significant

WORDS = {
    "unaligned": "as they are",
    "weights": "matched by weights",
    "activations": "matched by what units do",
    "curve": "on a trained curve",
}


def draw(drawing: Drawing) -> list[Finding]:
    """Return the cost along the lines, before and after the units were matched."""
    kinds = [
        kind for kind in drawing.content if isinstance(drawing[kind], dict) and "barrier" in drawing[kind]
    ]
    figure = canvas(
        _title(drawing, kinds),
        across="from one (0) to the other (1)",
        up=f"{drawing['cost']} cost",
        height=320,
    )
    for place, kind in enumerate(kinds):
        _add(
            figure,
            np.asarray(drawing["shares"], dtype=float),
            drawing.arrays[f"{kind}_cost"],
            WORDS.get(kind, kind.replace("_", " ")),
            place,
        )
    return [
        drawing.finding(
            "connectivity",
            (
                _title(drawing, kinds),
                "Two networks can be the same but for the order of their units. Where the hill between them "
                "goes when the units are put in the same order, they lay in one valley; what is left are "
                "really different solutions.",
                f"n = {counted(drawing['pairs'], 'pair')} of {counted(len(drawing['members']), 'network')} "
                f"\u00d7 {counted(drawing['examples'], 'example')}. Line: mean over pairs; band: half of the "
                "pairs. Barrier: highest cost less the mean of the ends; intervals over networks (95 %). "
                "Ainsworth et al. 2023, arXiv 2209.04836.",
            ),
            figure,
            table(
                ("along the line", *(f"cost, {WORDS.get(kind, kind)}" for kind in kinds)),
                _rows(drawing, kinds),
            ),
        )
    ]


def _rows(drawing: Drawing, kinds: list[str]) -> list[tuple[str, ...]]:
    along = [drawing.arrays[f"{kind}_cost"].mean(axis=0) for kind in kinds]
    barriers = [Measured.read(drawing[kind]["barrier"]).plain(decimals=4) for kind in kinds]
    errors = [Measured.read(drawing[kind]["error_barrier"]).percent() for kind in kinds]
    return [
        *(
            (f"{share:.2f}", *(as_significant(float(cost[place])) for cost in along))
            for place, share in enumerate(drawing["shares"])
        ),
        ("barrier", *barriers),
        ("barrier of the error", *errors),
    ]


def _title(drawing: Drawing, kinds: list[str]) -> str:
    hill = Measured.read(drawing[kinds[0]]["barrier"])
    title = f"Between two networks the cost rises by {hill.significant()}"
    left = {
        kind: Measured.read(drawing[kind]["remaining"])
        for kind in kinds
        if drawing[kind].get("remaining") is not None
    }
    if hill.low is not None and hill.low <= 0:  # a share of what may be nothing says nothing
        return f"{title}: no hill is shown"
    around = left.pop("curve", None)
    if left:
        least: Measured = min(left.values(), key=lambda found: found.value)
        title += f"; with their units matched {least.percent()} of that is left"
    return title if around is None else f"{title}; on a way around it, {around.percent()}"


def _add(figure, along: np.ndarray, cost: np.ndarray, words: str, place: int) -> None:
    colour = CATEGORIES[place % len(CATEGORIES)]
    if len(cost) > 1:
        low, high = np.quantile(cost, (0.25, 0.75), axis=0)
        band(figure, along, low, high, name=words, colour=colour)
    line(figure, along, cost.mean(axis=0), name=words, colour=colour, style=place, legendgroup=words)
