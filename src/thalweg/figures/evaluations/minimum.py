"""Whether the place that training leads to is a minimum: certificates."""

from __future__ import annotations

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.theme import ONE, VERMILION, canvas, logarithmic
from thalweg.measured import Measured, as_significant

SHOWN = 60
FALLING = "falling on towards zero"
"""The verdict on a network whose slope is small because its cost is."""


def draw(drawing: Drawing) -> list[Finding]:
    """Return every network's smallest curvature, with its verdict."""
    members = drawing["members"]
    total, certified = len(members), drawing["certified"]
    title = f"{certified} of {counted(total, 'network')} lead to a certified local minimum"
    endless = sum(member["verdict"] == FALLING for member in members)
    if endless:
        title += f"; of {endless} the cost falls on towards zero"
    smallest = np.array([Measured.read(member["smallest"]).value for member in members])
    smallest[[member["verdict"] == FALLING for member in members]] = np.nan  # no place to speak of
    figure = canvas(title, across="network", up="smallest eigenvalue (log scale)", height=320)
    for words, chosen, colour, symbol in (
        ("bends up", smallest > 0, ONE, "circle"),
        ("bends down (drawn by its size)", smallest <= 0, VERMILION, "x"),
    ):
        if chosen.any():
            figure.add_scatter(
                x=[str(members[place]["member"]) for place in np.flatnonzero(chosen)],
                y=np.abs(smallest[chosen]),
                error_y=_bars(members, np.flatnonzero(chosen)),
                mode="markers",
                name=words,
                marker={"color": colour, "symbol": symbol, "size": 9},
            )
    sizes = np.abs(smallest[np.isfinite(smallest) & (smallest != 0)])
    if len(sizes):
        logarithmic(figure, float(sizes.min()), float(sizes.max()))
    figure.update_xaxes(type="category")
    return [
        drawing.finding(
            "minimum",
            (
                title,
                "Followed further down to where the slope is zero to the last digit, the ground bends up in "
                "every direction in a minimum; in a saddle it still bends down in some.",
                f"n = {counted(total, 'network')}, {drawing['parameters']:,} weights, {drawing['cost']} cost "
                f"with l2 = {drawing['l2']:g} of all {counted(drawing['examples'], 'example')}, float64. An "
                "eigenvalue lies within its interval for certain (residual bound).",
            ),
            figure if endless < total else None,
            table(
                ("network", "verdict", "cost", "slope left", "smallest eigenvalue", "largest eigenvalue"),
                [_row(member) for member in members[:SHOWN]],
            ),
        )
    ]


def _bars(members: list, places: np.ndarray) -> dict:
    found = [Measured.read(members[place]["smallest"]) for place in places]
    half = [0.0 if one.interval is None else (one.interval[1] - one.interval[0]) / 2 for one in found]
    return {"type": "data", "array": half, "thickness": 1.5, "width": 4}


def _row(member: dict) -> tuple[str, ...]:
    return (
        str(member["member"]),
        member["verdict"] + (f" ({member['caveat']})" if member["caveat"] else ""),
        as_significant(member["cost"], digits=5),
        f"{member['gradient_norm']:.1e}",
        Measured.read(member["smallest"]).significant(digits=5),
        Measured.read(member["largest"]).significant(digits=5),
    )
