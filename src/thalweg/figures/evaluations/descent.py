"""The way downhill: slope and steps, which weights the slope nudges, and where plain descent ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.evaluations.descent_in_full import WHEN, by_layer, cost_along, full_batch, ranked, turns
from thalweg.figures.finding import Finding, Picture
from thalweg.figures.marks import in_order, quantile_bands, rows
from thalweg.figures.mosaic import mosaic
from thalweg.figures.theme import CHANCE, ONE, VOTE, canvas, logarithmic, shares
from thalweg.measured import Measured, as_significant

_PLACES = 200


def draw(drawing: Drawing) -> list[Finding]:
    """Return the way along the path, the weights that are nudged, full-batch descent and jumping neurons."""
    walked = bool(drawing.content.get("walk"))
    nudges: Mapping[str, Any] = drawing["nudges"]
    places = [place for place in WHEN if place in nudges and not nudges[place].get("rounding")]
    found = [cost_along(drawing), _steps(drawing), turns(drawing)] if walked else []
    if places:
        found += [_nudges(drawing, places), ranked(drawing, places), by_layer(drawing, places)]
    found.append(full_batch(drawing))
    if drawing.content.get("on_off"):
        found.append(_on_off(drawing))
    return [finding for finding in found if finding is not None]


def _steps(drawing: Drawing) -> Finding:
    walk: Mapping[str, Any] = drawing["walk"]
    epochs = np.asarray(walk["epochs"], dtype=float)
    kept = np.unique(np.linspace(0, len(epochs) - 2, min(len(epochs) - 1, _PLACES)).astype(int))
    slope = drawing.arrays["walk_gradient_norm"][:, :-1][:, kept]
    step = drawing.arrays["walk_step_length"][:, kept]
    title = _steps_title(walk)
    figure = canvas(title, across="epoch", up="length (log scale)", height=320)
    curves = {
        "slope before the epoch": quantile_bands(
            figure, epochs[kept], slope, name="slope before the epoch", colour=ONE
        ),
        "way of the epoch": quantile_bands(figure, epochs[kept], step, name="way of the epoch", colour=VOTE),
    }
    drawn = np.concatenate([values.ravel() for values in curves.values()])
    if (drawn > 0).any():
        logarithmic(figure, float(drawn[drawn > 0].min()), float(drawn.max()))
    lost = walk.get("rounding_from")
    left_out = "" if lost is None else f" From epoch {lost} on the cost is rounding: nothing is concluded."
    return drawing.finding(
        "descent-steps",
        (
            title,
            "A step is the slope times the learning rate: where the hill is flatter, steps are shorter, and "
            f"there is less danger of overshooting.{left_out}",
            f"n = {counted(len(slope), 'network')} \u00d7 "
            f"{counted(drawing['examples'], 'training example')}. Slope: length of the gradient of the cost "
            "over all of them; way: distance of the weights from one epoch to the next. Line: median over "
            "networks; bands: half and 90 % of them. Correlation: Spearman\u2019s, interval over networks "
            "(95 %).",
        ),
        figure,
        table(
            ("epoch", *(f"{name}, median" for name in curves)),
            [
                (f"{epochs[at]:g}", *(as_significant(float(values[2, place])) for values in curves.values()))
                for place, at in enumerate(kept)
            ],
        ),
    )


def _steps_title(walk: Mapping[str, Any]) -> str:
    together = walk.get("steps_with_slope")
    if together is None:
        return "The slope and the steps along the way"
    found = Measured.read(together)
    if not found.tells_from(0.0):
        return f"That steps go with the slope is not shown: rank correlation {found.plain()}"
    return f"Steps go with the slope: rank correlation {found.plain()}"


def _nudges(drawing: Drawing, places: list[str]) -> Finding:
    nudges: Mapping[str, Any] = drawing["nudges"]
    top = Measured.read(nudges[places[-1]]["top_10_percent"])
    title = f"A tenth of the weights gets {top.percent()} of all nudging {WHEN[places[-1]]}"
    figure = canvas(title, across="share of all nudging", up="", height=70 + 45 * len(places))
    for style, (key, words, colour) in enumerate(
        (("top_1_percent", "largest 1 %", VOTE), ("top_10_percent", "largest 10 %", ONE))
    ):
        found = [Measured.read(nudges[place][key]) for place in places]
        rows(figure, [WHEN[place] for place in places], found, name=words, colour=colour, style=style)
    in_order(figure, [WHEN[place] for place in places])
    shares(figure, "x", range=[0, 1.02])
    return drawing.finding(
        "descent-nudges",
        (
            title,
            "The gradient says by how much each weight is to be nudged. If all mattered alike, a tenth of "
            "them would get a tenth.",
            f"n = {counted(len(nudges[places[-1]]['members']), 'network')} \u00d7 "
            f"{counted(drawing['examples'], 'training example')}. Nudge: minus the gradient. Intervals over "
            "networks (95 %).",
        ),
        figure,
        table(
            ("when", "largest 1 % of nudges", "largest 10 %", "nudges that point up"),
            [_nudge_row(place, nudges[place]) for place in places],
        ),
        pictures=_by_pixel(drawing, places),
    )


def _nudge_row(place: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    keys = ("top_1_percent", "top_10_percent", "upward")
    return (WHEN[place], *(Measured.read(found[key]).percent() for key in keys))


def _by_pixel(drawing: Drawing, places: list[str]) -> tuple[Picture, ...]:
    maps = [drawing.arrays.get(f"nudges_{place}_by_pixel") for place in places]
    if any(found is None or found.ndim != 2 for found in maps):
        return ()
    scaled = np.stack([found / max(float(found.max()), 1e-30) for found in maps if found is not None])
    names = [WHEN[place] for place in places]
    image = mosaic(scaled, columns=len(scaled), labels=names, width=480)
    caption = (
        f"Nudging of the first weights, by pixel: {', '.join(names)}. Bright: much; each by its own most."
    )
    return (Picture(image, caption),)


def _on_off(drawing: Drawing) -> Finding:
    found: Mapping[str, Any] = drawing["on_off"]
    sizes = [float(size) for size in found["sizes"]]
    sides = (("smooth neurons", "smooth", ONE), ("on/off neurons", "on_off", CHANCE))
    jumping = Measured.read(found["unmoved"]["on_off"][0])
    title = f"With neurons that are only on or off {jumping.percent()} of small nudges change nothing"
    names = [f"nudge of {size:g}" for size in sizes]
    figure = canvas(title, across="nudges that leave the cost as it was", up="", height=70 + 45 * len(names))
    for style, (words, key, colour) in enumerate(sides):
        values = [Measured.read(entry) for entry in found["unmoved"][key]]
        rows(figure, names, values, name=words, colour=colour, style=style)
    in_order(figure, names)
    shares(figure, "x", range=[-0.02, 1.02])
    return drawing.finding(
        "descent-on-off",
        (
            title,
            "Learning by nudges needs a cost that answers to them. Smooth neurons give it a slope; neurons "
            "that jump leave it flat almost everywhere.",
            f"n = {counted(len(found['members']), 'network')}, {counted(found['weights'], 'hidden weight')} "
            f"in all, {counted(found['examples'], 'example')}; nudged up and down, counted where the cost "
            "stays the same to the last bit. Intervals over networks and weights (95 %).",
        ),
        figure,
        table(
            ("nudge", *(f"{words}: nothing changes" for words, _, _ in sides)),
            [
                (name, *(Measured.read(found["unmoved"][key][place]).percent() for _, key, _ in sides))
                for place, name in enumerate(names)
            ],
        ),
    )
