"""The way downhill in full: cost and angle along it, nudges by rank and by layer, full-batch descent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import level, line, quantile_bands, side_by_side
from thalweg.figures.theme import CHANCE, ONE, VOTE, canvas, logarithmic, shares
from thalweg.measured import Measured, as_percent, as_significant

WHEN = {"start": "at the start", "middle": "half way", "end": "at the end"}
COLOURS = {"start": CHANCE, "middle": VOTE, "end": ONE}
_PLACES = 200
_RANKS, _HUNDREDTH = 60, 100


def cost_along(drawing: Drawing) -> Finding:
    """Draw the cost of every member along the way that training took."""
    epochs, cost = drawing.arrays["walk_epochs"], drawing.arrays["walk_cost"]
    kept = _some(len(epochs))
    first, last = np.median(cost[:, 0]), np.median(cost[:, -1])
    spread = np.quantile(cost[:, -1], (0.05, 0.95))
    title = (
        f"The ball rolls from cost {as_significant(first)} to {as_significant(last)}; 90 % of networks end "
        f"from {as_significant(spread[0])} to {as_significant(spread[1])}"
    )
    if len(cost) == 1:
        title = f"The ball rolls from cost {as_significant(first)} to {as_significant(last)}"
    figure = canvas(title, across="epoch", up=f"{drawing['cost']} cost (log scale)")
    found = quantile_bands(figure, epochs[kept], cost[:, kept], name="one network", colour=ONE)
    logarithmic(figure, max(float(found.min()), 1e-12), float(found.max()))
    return drawing.finding(
        "descent-cost",
        (
            title,
            "Measured on all training examples with the weights held still, so that the way is seen and not "
            "the noise of batches.",
            f"{_n(drawing, len(cost))} Line: median over networks; bands: half and 90 % of them.",
        ),
        figure,
        table(
            ("epoch", "median cost", "5 % of networks below", "95 % below"),
            [
                (
                    f"{epochs[at]:g}",
                    *(as_significant(float(found[quantile, place])) for quantile in (2, 0, 4)),
                )
                for place, at in enumerate(kept)
            ],
        ),
    )


def turns(drawing: Drawing) -> Finding | None:
    """Draw the angle between one epoch's way and the next; None for too few epochs, and steps of rounding."""
    cosine = drawing.arrays.get("walk_turn")
    if cosine is None or cosine.shape[1] == 0:
        return None
    known = ~np.isnan(cosine).any(axis=0)
    if not known.any() or drawing["walk"].get("rounding_from") is not None:
        return None
    angles = np.degrees(np.arccos(np.clip(cosine[:, known], -1.0, 1.0)))
    epochs = drawing.arrays["walk_epochs"][1:-1][known]
    first, last = float(np.median(angles[:, 0])), float(np.median(angles[:, -1]))
    title = (
        f"From one epoch to the next the way turns by {first:.0f}\u00b0 at first, by {last:.0f}\u00b0 at last"
    )
    kept = _some(len(epochs))
    figure = canvas(title, across="epoch", up="angle, in degrees")
    found = quantile_bands(figure, epochs[kept], angles[:, kept], name="one network", colour=ONE)
    level(figure, 90, "a right angle")
    figure.update_yaxes(rangemode="tozero")
    return drawing.finding(
        "descent-turns",
        (
            title,
            "0\u00b0 is straight on. Near 90\u00b0 each epoch goes a way of its own: a ball that is jolted "
            "rather than one that rolls.",
            f"{_n(drawing, len(angles))} Angle between the weights\u2019 way of one epoch and the next. "
            "Line: median over networks; bands: half and 90 % of them.",
        ),
        figure,
        table(
            ("after epoch", "median angle, degrees", "5 % of networks below", "95 % below"),
            [
                (f"{epochs[at]:g}", *(f"{found[quantile, place]:.1f}" for quantile in (2, 0, 4)))
                for place, at in enumerate(kept)
            ],
        ),
    )


def ranked(drawing: Drawing, places: list[str]) -> Finding | None:
    """Draw the sizes of one network's nudges by rank; None where the nudges are not kept."""
    sizes = {place: _sizes(drawing, place) for place in places}
    if any(not len(each) for each in sizes.values()):
        return None
    last = sizes[places[-1]]
    one = min(_HUNDREDTH, len(last))
    times = last[0] / max(float(last[one - 1]), 1e-300)
    title = f"The largest nudge is {times:,.1f} times the one of rank {one}, {WHEN[places[-1]]}"
    figure = canvas(title, across="rank of the weight (log scale)", up="size of the nudge (log scale)")
    ranks = np.unique(np.round(np.geomspace(1, len(last), _RANKS)).astype(int))
    drawn = []
    for style, (place, each) in enumerate(sizes.items()):
        shown = each[ranks - 1]
        line(figure, ranks, shown, name=WHEN[place], colour=COLOURS[place], style=style)
        drawn.append(shown[shown > 0])
    heights = np.concatenate(drawn)
    top = float(heights.max())
    logarithmic(figure, max(float(heights.min()), top * 1e-6), top)
    logarithmic(figure, 1, float(ranks[-1]), axis="x")
    return drawing.finding(
        "descent-ranked",
        (
            title,
            "Every weight and bias, the one that is to be nudged most first. A steep curve says that few "
            "weights matter just now.",
            f"{_first_of(drawing, places)}, {counted(len(last), 'weight')} and biases, "
            f"{counted(drawing['examples'], 'training example')}. Nudge: minus the gradient.",
        ),
        figure,
        table(
            ("rank", *(WHEN[place] for place in sizes)),
            [
                (f"{rank:,}", *(as_significant(float(each[rank - 1])) for each in sizes.values()))
                for rank in ranks
            ],
        ),
    )


def _sizes(drawing: Drawing, place: str) -> np.ndarray:
    layers = drawing["nudges"][place].get("by_layer") or {}
    kept = [drawing.arrays.get(f"nudges_{place}_{layer}") for layer in layers]
    found = [np.abs(each).ravel() for each in kept if each is not None]
    return np.sort(np.concatenate(found))[::-1] if found else np.zeros(0)


def _first_of(drawing: Drawing, places: list[str]) -> str:
    return f"Network {drawing['nudges'][places[-1]]['members'][0]}"


def by_layer(drawing: Drawing, places: list[str]) -> Finding | None:
    """Draw each layer's share of all nudging; None where it was not measured."""
    nudges: Mapping[str, Any] = drawing["nudges"]
    layers = list(nudges[places[-1]].get("by_layer") or {})
    if not layers:
        return None
    last = {layer: Measured.read(nudges[places[-1]]["by_layer"][layer]["share"]) for layer in layers}
    heavy = max(last, key=lambda layer: last[layer].value)
    title = f"{_words(heavy).capitalize()} get {last[heavy].percent()} of all nudging {WHEN[places[-1]]}"
    names = [_words(layer) for layer in layers]
    figure = canvas(title, across="share of all nudging", up="", height=90 + 40 * len(names))
    sides = {
        WHEN[place]: (
            [Measured.read(nudges[place]["by_layer"][layer]["share"]) for layer in layers],
            COLOURS[place],
        )
        for place in places
    }
    side_by_side(figure, names, sides)
    shares(figure, "x", range=[-0.02, 1.02])
    return drawing.finding(
        "descent-layers",
        (
            title,
            "A layer gets much of the nudging by having many weights, or by weights that matter one by one: "
            "the mean nudge of a weight tells the two apart.",
            f"{_n(drawing, len(nudges[places[-1]]['members']))} Intervals over networks (95 %).",
        ),
        figure,
        table(
            ("layer", *(f"share {WHEN[place]}" for place in places), f"mean nudge {WHEN[places[-1]]}"),
            [
                (
                    name,
                    *(sides[WHEN[place]][0][row].percent() for place in places),
                    Measured.read(nudges[places[-1]]["by_layer"][layer]["mean"]).significant(),
                )
                for row, (layer, name) in enumerate(zip(layers, names, strict=True))
            ],
        ),
    )


def _words(layer: str) -> str:
    """Return `layers.0.weight` as a reader calls it: `weights of layer 1`."""
    parts = layer.split(".")
    kind = {"weight": "weights", "bias": "biases"}.get(parts[-1], parts[-1])
    where = next((int(part) + 1 for part in parts if part.isdigit()), None)
    return kind if where is None else f"{kind} of layer {where}"


def full_batch(drawing: Drawing) -> Finding | None:
    """Draw plain gradient descent with every step on all examples; None where it was not, or could not be."""
    downhill: Mapping[str, Any] | None = drawing.content.get("downhill")
    cost, slope = drawing.arrays.get("downhill_cost"), drawing.arrays.get("downhill_gradient_norm")
    if not downhill or downhill.get("rounding") or cost is None or slope is None:
        return None
    ways = downhill["members"]
    left = [way["slope_left"] for way in ways]
    kept_slope = " to ".join(dict.fromkeys(as_percent(end) for end in (min(left), max(left))))
    title = (
        f"With every step on all examples {downhill['reached']} of {len(ways)} ways come to rest; "
        f"{kept_slope} of the slope is left"
    )
    figure = canvas(title, across="step", up="share of the first (log scale)", height=320)
    sides = (("slope", slope, ONE), ("cost", cost, VOTE))
    for style, (words, values, colour) in enumerate(sides):
        for place, way in enumerate(values / values[:, :1]):
            there = ~np.isnan(way)
            steps = np.flatnonzero(there)
            chosen = steps[_some(len(steps))]
            legend = {"showlegend": place == 0, "legendgroup": words}
            line(figure, chosen, way[chosen], name=words, colour=colour, style=style, **legend)
    drawn = np.concatenate([np.asarray(trace.y, float) for trace in figure.data])
    drawn = drawn[drawn > 0]
    level(figure, downhill["tolerance"], "at rest", place="top left")
    # Plotly places words as if the axis were not logarithmic
    figure.update_annotations(y=float(np.log10(downhill["tolerance"])))
    logarithmic(figure, min(float(drawn.min()), downhill["tolerance"]), float(drawn.max()))
    return drawing.finding(
        "descent-full-batch",
        (
            title,
            "The mathematician\u2019s descent: no batches, no noise, each step straight down the slope. It "
            f"is at rest where the slope is {downhill['tolerance']:g} of the first one.",
            f"n = {counted(len(ways), 'network')} from the {downhill['origin']}, "
            f"{counted(downhill['examples'], 'training example')}, at most {downhill['most_steps']:,} steps; "
            "each learning rate is twice the last, halved until the cost falls enough.",
        ),
        figure,
        table(
            ("network", "steps", "cost at first", "at last", "slope left", "at rest"),
            [
                (
                    way["member"],
                    f"{way['steps']:,}",
                    as_significant(way["cost"][0]),
                    as_significant(way["cost"][1]),
                    as_percent(way["slope_left"]),
                    "yes" if way["reached"] else "no",
                )
                for way in ways
            ],
        ),
    )


def _n(drawing: Drawing, members: int) -> str:
    return f"n = {counted(members, 'network')} \u00d7 {counted(drawing['examples'], 'training example')}."


def _some(count: int) -> np.ndarray:
    return np.unique(np.linspace(0, count - 1, min(count, _PLACES)).astype(int))
