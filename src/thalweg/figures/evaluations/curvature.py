"""How steeply the valley curves where training stopped: the Hessian's eigenvalues."""

from __future__ import annotations

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import band, level, line
from thalweg.figures.theme import ONE, canvas, logarithmic
from thalweg.measured import Measured, as_significant


def draw(drawing: Drawing) -> list[Finding]:
    """Return the density of the Hessian's eigenvalues."""
    density = drawing["density"]
    values = np.asarray(density["values"], dtype=float)
    height, error = np.asarray(density["density"], dtype=float), np.asarray(density["error"], dtype=float)
    largest, smallest = Measured.read(drawing["largest"]), Measured.read(drawing["smallest"])
    ends = f"{as_significant(smallest.value)} to {as_significant(largest.value)}"
    title = f"Where it stopped the curvature runs from {ends}"
    floor = max(float(height.max()) * 1e-6, 1e-12)
    figure = canvas(title, across="eigenvalue of the Hessian", up="density (log scale)", height=320)
    band(
        figure,
        values,
        np.maximum(height - 1.96 * error, floor),
        np.maximum(height + 1.96 * error, floor),
        name="interval",
        colour=ONE,
    )
    line(figure, values, np.maximum(height, floor), name="density", colour=ONE)
    level(figure, 0.0, "flat", upright=True, place="top right")
    logarithmic(figure, floor, float(height.max()))
    first = drawing["members"][0]
    return [
        drawing.finding(
            "spectrum",
            (
                title,
                f"Of {drawing['parameters']:,} directions nearly all are almost flat, and a few carry "
                f"the curvature. " + _where(smallest),
                f"Network {first['member']}, {counted(drawing['examples'], 'example')}, "
                f"{counted(drawing['probes'], 'probe')} of stochastic Lanczos quadrature (Ghorbani et al. "
                f"2019, arXiv 1901.10159), smoothed by {as_significant(density['width'])}; band: 95 % over "
                f"probes. Largest {largest.significant(digits=5)}, smallest "
                f"{smallest.significant(digits=5)}, over {counted(len(drawing['members']), 'network')}: "
                "certain within the brackets.",
            ),
            figure,
            table(
                ("eigenvalue", "density", "error"),
                [
                    (as_significant(value), as_significant(found), as_significant(off))
                    for value, found, off in zip(values, height, error, strict=True)
                ],
            ),
        )
    ]


def _where(smallest: Measured) -> str:
    low, high = smallest.interval or (smallest.value, smallest.value)
    if high < 0:
        return "One of them bends down: training stopped before it reached a minimum."
    return "None that was found bends down." if low > 0 else "The smallest cannot be told from flat."
