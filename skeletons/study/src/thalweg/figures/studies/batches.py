"""Whether it matters how many examples a step looks at."""

from __future__ import annotations

from thalweg.figures.drawing import Drawing, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import measured
from thalweg.figures.theme import ONE, canvas, shares
from thalweg.measured import Measured


def draw(drawing: Drawing) -> list[Finding]:
    """Return the accuracy for each size of batch."""
    found = {size: Measured.read(entry) for size, entry in drawing["accuracy"].items()}
    best = max(found, key=lambda size: found[size].value)
    title = f"Batches of {best} do best: right on {found[best].percent()} of new examples"
    figure = canvas(title, across="examples in a step", up="new examples named rightly")
    measured(figure, [float(size) for size in found], list(found.values()), name="one network", colour=ONE)
    shares(figure)
    return [
        drawing.finding(
            "batches",
            (
                title,
                "The best of several is flattered: where intervals overlap, the next run may choose another.",
                f"{drawing.n()} Intervals over starts and examples together (95 %).",
            ),
            figure,
            table(("batch", "accuracy"), [(size, one.percent()) for size, one in found.items()]),
        )
    ]
