"""How often the right class is among the first guesses, network by network."""

from __future__ import annotations

import numpy as np

from thalweg.figures.drawing import Drawing, table
from thalweg.figures.finding import Finding
from thalweg.figures.theme import ONE, canvas, shares
from thalweg.measured import Measured, as_percent


def draw(drawing: Drawing) -> list[Finding]:
    """Return the share of every network, from the lowest to the highest."""
    found, first = Measured.read(drawing["share"]).percent(), drawing["first"]
    title = f"The right class is among the first {first} guesses {found} of the time"
    each = np.sort(drawing.arrays["member_share"])
    figure = canvas(title, across="networks, in order", up=f"right within {first} guesses")
    figure.add_scatter(x=np.arange(1, len(each) + 1), y=each, mode="markers", marker_color=ONE)
    shares(figure)
    return [
        drawing.finding(
            "guesses",
            (
                title,
                "What is not among them is no near miss: the network took it for something else altogether.",
                f"{drawing.n()} Interval over starts and examples together (95 %).",
            ),
            figure,
            table(("network", "share"), [(place + 1, as_percent(share)) for place, share in enumerate(each)]),
        )
    ]
