"""What the cost looks like around the networks: planes through weights, and slices."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import band, line
from thalweg.figures.theme import ONE, canvas, diverging, logarithmic
from thalweg.measured import as_percent, as_significant

SURFACES = {
    "path": "the plane of the path",
    "members": "the plane through three networks",
    "random": "two random directions around one network",
}
_GRID = 61
_ROUNDING, _ROUNDING_OF_SQUARES = 1e-7, 1e-14
"""Costs below are rounding in numbers of 32 bits: they have one colour."""


def draw(drawing: Drawing) -> list[Finding]:
    """Return a map of the cost on every plane, and the cost along random directions."""
    planes = [_plane(drawing, name) for name in SURFACES if name in drawing.content]
    slices = drawing.content.get("slices")
    # twice a cost of rounding is rounding
    return [*planes, _slices(drawing)] if slices and not slices.get("rounding") else planes


def _plane(drawing: Drawing, name: str) -> Finding:
    across, up, cost = (drawing.arrays[f"{name}_{part}"] for part in ("across", "up", "cost"))
    marks, there = drawing.arrays[f"{name}_marks"], np.asarray(drawing[name]["cost_at_marks"], dtype=float)
    title = _title(drawing, name, there)
    figure = _map(
        title,
        _thin(across),
        _thin(up),
        _thin(_thin(cost).T).T,
        reference=float(there[-1] if name == "path" else there[0]),
        floor=_ROUNDING_OF_SQUARES if drawing["cost"] == "quadratic" else _ROUNDING,
        unit="lengths of the weights" if name == "random" else "distance of weights",
    )
    _mark(figure, name, marks)
    lowest, highest = drawing[name]["lowest"], drawing[name]["highest"]
    return drawing.finding(
        f"landscape-{name}",
        (title, _sentence(name), _how(drawing, name)),
        figure,
        table(
            ("place", "across", "up", "cost"),
            [
                *(
                    (
                        f"{'step' if name == 'path' else 'network'} {place + 1}",
                        f"{x:.2f}",
                        f"{y:.2f}",
                        as_significant(float(value)),
                    )
                    for place, ((x, y), value) in enumerate(zip(marks, there, strict=True))
                ),
                (
                    "lowest on the plane",
                    *(f"{value:.2f}" for value in lowest["at"]),
                    as_significant(lowest["cost"]),
                ),
                ("highest on the plane", "", "", as_significant(highest["cost"])),
            ],
        ),
    )


def _thin(values: np.ndarray) -> np.ndarray:
    return values[:: max(1, -(-len(values) // _GRID))]


def _title(drawing: Drawing, name: str, there: np.ndarray) -> str:
    first, last = as_significant(float(there[0])), as_significant(float(there[-1]))
    if name == "path":
        return f"The way downhill: cost {first} at the start, {last} at the end"
    if name == "members":
        ends = as_significant(float(there.mean()))
        return (
            f"Half way between three networks of cost {ends} the cost is {as_significant(_between(drawing))}"
        )
    highest = as_significant(drawing["random"]["highest"]["cost"])
    return f"From cost {first} the ground rises to {highest} within one length of the weights"


def _between(drawing: Drawing) -> float:
    """Return the cost at the centre of the triangle of the three networks."""
    across, up, marks = (drawing.arrays[f"members_{part}"] for part in ("across", "up", "marks"))
    x, y = marks.mean(axis=0)
    return float(drawing.arrays["members_cost"][np.abs(up - y).argmin(), np.abs(across - x).argmin()])


def _map(
    title: str,
    across: np.ndarray,
    up: np.ndarray,
    cost: np.ndarray,
    *,
    reference: float,
    floor: float,
    unit: str,
) -> go.Figure:
    reference = max(reference, floor)
    relative = np.log10(np.maximum(cost, floor) / reference)
    known = relative[np.isfinite(relative)]
    low, high = min(0.0, float(known.min())), max(0.0, float(known.max()), 1e-6)
    figure = canvas(title, across=unit, up="", height=400)
    ticks = np.linspace(low, high, 4) if low > -0.1 * high else np.array([low, 0.0, high / 2, high])
    figure.add_contour(
        x=across,
        y=up,
        z=np.round(relative, 3),
        zmin=low,
        zmax=high,
        contours={"start": low, "end": high, "size": (high - low) / 16},
        line={"width": 0.5, "color": "rgba(90,90,90,0.5)"},
        colorscale=diverging(low, high),
        colorbar={
            "title": {"text": "cost", "font": {"size": 12}},
            "tickvals": ticks,
            "ticktext": [f"{reference * 10**tick:.2g}" for tick in ticks],
            "tickfont": {"size": 11},
            "thickness": 10,
            "outlinewidth": 0,
        },
        customdata=_three_digits(cost),
        hovertemplate="%{x:.2f}, %{y:.2f}: cost %{customdata}<extra></extra>",
    )
    figure.update_yaxes(scaleanchor="x", constrain="domain")
    figure.update_xaxes(constrain="domain")
    return figure


def _three_digits(cost: np.ndarray) -> list[list[float | None]]:
    return [[float(f"{each:.3g}") if np.isfinite(each) else None for each in row] for row in cost]


def _mark(figure: go.Figure, name: str, marks: np.ndarray) -> None:
    drawn = {"color": "black", "size": 9, "symbol": "circle", "line": {"color": "white", "width": 1.5}}
    if name == "path":
        drawn["size"] = [10, *[3] * max(len(marks) - 2, 0), 12][: len(marks)]
    letters = [str(place + 1) for place in range(len(marks))] if name == "members" else None
    figure.add_scatter(
        x=marks[:, 0],
        y=marks[:, 1],
        mode="markers+text" if letters else ("lines+markers" if name == "path" else "markers"),
        text=letters,
        textposition="top right",
        textfont={"color": "black", "size": 13},
        marker=drawn,
        line={"color": "black", "width": 1.5},
        hovertemplate="%{x:.2f}, %{y:.2f}<extra></extra>",
    )


def _sentence(name: str) -> str:
    beware = "It is two directions of thousands: it shows what lies on it and nothing else."
    return {
        "path": f"The plane that holds the most of the way that training took. {beware}",
        "members": f"Three networks from different starts, and all that lies between them. {beware}",
        "random": f"The ground around one network, in two directions drawn at random. {beware}",
    }[name]


def _how(drawing: Drawing, name: str) -> str:
    who = {
        "random": f"Network {drawing['member']}; each neuron\u2019s part of a direction is as long as its "
        "weights (Li et al. 2018, arXiv 1712.09913).",
        "members": f"Networks {', '.join(map(str, drawing['through']))} "
        "(Garipov et al. 2018, arXiv 1802.10026).",
        "path": "Principal plane of the path (Li et al. 2018, arXiv 1712.09913, section 7).",
    }[name]
    off = float(drawing[name]["projection_error"])
    return (
        f"{who} {drawing['cost'].capitalize()} cost of {counted(drawing['examples'], 'example')}. White: the "
        f"cost at {'the end' if name == 'path' else 'the first mark'}; blue is lower, orange higher "
        f"(logarithmic). Marks are off the plane by {as_percent(off)} of their extent."
    )


def _slices(drawing: Drawing) -> Finding:
    slices = drawing["slices"]
    steps, mean = np.asarray(slices["steps"], dtype=float), np.asarray(slices["cost"], dtype=float)
    doubled, members = slices["doubled_at"], len(slices["members"])
    far = f"{100 * (steps.max() if doubled is None else doubled):.0f} % of the weights\u2019 length"
    title = f"In a random direction the cost has doubled after {far}"
    if doubled is None:
        title = f"In a random direction the cost does not double within {far}"
    figure = canvas(
        title,
        across="step, in lengths of the weights",
        up=f"{drawing['cost']} cost (log scale)",
    )
    low, high = slices.get("low"), slices.get("high")
    if low is not None and high is not None:
        floor = 0.2 * float(mean.min())
        band(figure, steps, np.maximum(low, floor), high, name="interval", colour=ONE)
    line(figure, steps, mean, name="mean of the networks", colour=ONE)
    drawn = np.concatenate([trace.y for trace in figure.data])
    logarithmic(figure, float(drawn.min()), float(drawn.max()))
    none = [None] * len(steps)
    return drawing.finding(
        "landscape-slices",
        (
            title,
            "How much the weights may be shaken before it shows: a wide valley forgives more.",
            f"n = {counted(members, 'network')} \u00d7 {counted(drawing['examples'], 'example')}, a random "
            "direction each. Band: 95 % interval of the mean over networks.",
        ),
        figure,
        table(
            ("step", "mean cost", "from", "to"),
            [
                (
                    f"{step:.2f}",
                    as_significant(value),
                    *("" if end is None else as_significant(end) for end in (lower, upper)),
                )
                for step, value, lower, upper in zip(steps, mean, low or none, high or none, strict=True)
            ],
        ),
    )
