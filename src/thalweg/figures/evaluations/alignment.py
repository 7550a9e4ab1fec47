"""Whether networks are the same but for the order of their units: before and after matching."""

from __future__ import annotations

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import in_order, rows
from thalweg.figures.scaling import kept, maps, scaled
from thalweg.figures.theme import CHANCE, ONE, VOTE, canvas
from thalweg.measured import Measured, as_percent

METHODS = {"weights": "matched by weights", "activations": "matched by what units do"}
BEFORE = "unaligned_distance"


def draw(drawing: Drawing) -> list[Finding]:
    """Return how alike units are before and after matching, and the map of minima if distances are known."""
    methods = [method for method in METHODS if method in drawing.content]
    found = [_units(drawing, methods)]
    return [*found, _map(drawing, methods[0])] if BEFORE in drawing.arrays else found


def _units(drawing: Drawing, methods: list[str]) -> Finding:
    layers = len(drawing["widths"])
    sides = [("as they are", drawing["unaligned"], CHANCE)]
    sides += [
        (METHODS[method], drawing[method], colour)
        for method, colour in zip(methods, (ONE, VOTE), strict=False)
    ]
    last = drawing[methods[-1]]
    title = (
        f"Matched, the units of two networks correlate by {Measured.read(last['correlation'][0]).plain()}; "
        f"as they stand, by {Measured.read(drawing['unaligned']['correlation'][0]).plain()}"
    )
    names = [f"layer {layer + 1}" for layer in range(layers)]
    figure = canvas(title, across="correlation of their units", up="", height=100 + 50 * layers)
    for style, (words, side, colour) in enumerate(sides):
        rows(
            figure,
            names,
            [Measured.read(entry) for entry in side["correlation"]],
            name=words,
            colour=colour,
            style=style,
        )
    in_order(figure, names)
    distances = "; ".join(
        f"{METHODS[method]}, {Measured.read(drawing[method]['distance']).percent()}" for method in methods
    )
    return drawing.finding(
        "alignment",
        (
            title,
            "1 would mean that both networks found the same units and only stand them in another order. "
            f"Weights left apart, of the distance before: {distances}.",
            f"n = {counted(drawing['pairs'], 'pair')} of {counted(len(drawing['members']), 'network')} "
            f"\u00d7 {counted(drawing['examples'], 'example')}. Intervals over networks (95 %). Ainsworth et "
            "al. 2023, arXiv 2209.04836.",
        ),
        figure,
        table(
            ("layer", *(words for words, _, _ in sides)),
            [
                (name, *(Measured.read(side["correlation"][layer]).plain() for _, side, _ in sides))
                for layer, name in enumerate(names)
            ],
        ),
    )


def _map(drawing: Drawing, method: str) -> Finding:
    pairs, before = drawing.arrays["pairs"], drawing.arrays[BEFORE]
    after = before * drawing.arrays[f"{method}_distance"]
    members = np.unique(pairs)
    places = {"as they are": scaled(pairs, before), METHODS[method]: scaled(pairs, after)}
    left = Measured.read(drawing[method]["distance"]).percent()
    title = f"Matched, networks lie {left} as far apart as they stand"
    return drawing.finding(
        "minima",
        (
            title,
            "Each point is a network; points that are near have similar weights. Both maps have the same "
            "scale.",
            f"n = {counted(len(members), 'network')}. Classical scaling (Torgerson 1952) of the distances of "
            f"their weights to two dimensions, which keep {as_percent(kept(pairs, before))} of them before "
            f"and {as_percent(kept(pairs, after))} after: the rest is not seen.",
        ),
        maps(title, members, places, across="distance of weights"),
        table(
            ("network", *(f"{axis}, {words}" for words in places for axis in ("across", "up"))),
            [
                (member, *(f"{found[row, axis]:.3f}" for found in places.values() for axis in (0, 1)))
                for row, member in enumerate(members)
            ],
        ),
    )
