"""How sure networks are of inputs that show nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import QUANTILES, in_order, level, line, quantile_bands, rows
from thalweg.figures.theme import ONE, VOTE, canvas, shares
from thalweg.measured import Measured, as_percent
from thalweg.wording import OF_PICTURES


def draw(drawing: Drawing) -> list[Finding]:
    """Return the confidence on every kind of noise, its distribution on one, and what strength does."""
    kinds = [kind for kind in OF_PICTURES.noise if kind in drawing.content]
    found = [_kinds(drawing, kinds), _distribution(drawing, kinds[0])]
    if drawing.content.get("scale_sweep"):
        found.append(_sweep(drawing))
    return found


def _many(drawing: Drawing, kind: str) -> bool:
    return drawing[kind]["members"] > 1 and drawing[kind].get("ensemble") is not None


def _kinds(drawing: Drawing, kinds: list[str]) -> Finding:
    first = drawing[kinds[0]]
    members, many = first["members"], _many(drawing, kinds[0])
    sure = Measured.read(first["mean_confidence"]).percent()
    title = f"Shown {drawing.facts.noise(kinds[0])}, one network is {sure} sure of its answer"
    if many:
        vote = Measured.read(first["ensemble"]["mean_confidence"])
        title += f"; the vote of {members:,} is {vote.percent()} sure"
    figure = canvas(title, across="how sure on average", up="", height=290)
    names = [drawing.facts.noise(kind) for kind in kinds]
    sides = [("one network", [drawing[kind] for kind in kinds], ONE)]
    if many:
        sides.append((f"vote of {members:,}", [drawing[kind]["ensemble"] for kind in kinds], VOTE))
    for style, (whose, side, colour) in enumerate(sides):
        rows(
            figure,
            names,
            [Measured.read(entry["mean_confidence"]) for entry in side],
            name=whose,
            colour=colour,
            style=style,
        )
    classes = len(first["digits_named"]["shares"])
    level(figure, 1 / classes, "not sure at all", upright=True, place="top right")
    shares(figure, "x", range=[0, 1.02])
    in_order(figure, names)
    return drawing.finding(
        "noise",
        (
            title,
            f"A network that knew it was shown nothing would be {as_percent(1 / classes)} sure: any of "
            f"{classes} classes alike. Nothing in its training asks for that.",
            f"n = {counted(members, 'network')} \u00d7 {counted(first['examples'], 'example')} of each kind. "
            "Intervals over networks and examples together (95 %).",
        ),
        figure,
        table(
            (
                "shown",
                *(f"{whose}: how sure" for whose, _, _ in sides),
                "one network: above 99 % sure",
                "most often named",
            ),
            [_kind_row(drawing, kind, place, sides) for place, kind in enumerate(kinds)],
        ),
    )


def _kind_row(drawing: Drawing, kind: str, place: int, sides: list) -> tuple[str, ...]:
    found = drawing[kind]
    names = list(found["digits_named"]["shares"])
    most = drawing.facts.names({"class_names": names}, len(names))[names.index(found["digits_named"]["most"])]
    sure = (Measured.read(side[place]["mean_confidence"]).percent() for _, side, _ in sides)
    return (drawing.facts.noise(kind), *sure, Measured.read(found["share_above"]["0.99"]).percent(), most)


def _distribution(drawing: Drawing, kind: str) -> Finding:
    found, edges = drawing[kind], drawing.arrays["edges"]
    above = Measured.read(found["share_above"]["0.9"])
    to = f"answers to {drawing.facts.noise(kind)}"
    title = f"{above.percent()} of single networks' {to} are more than 90 % sure"
    figure = canvas(title, across="how sure", up="share of the answers")
    sides = [("one network", drawing.arrays[f"{kind}_histogram"], ONE)]
    if _many(drawing, kind):
        sides.append((f"vote of {found['members']:,}", drawing.arrays[f"{kind}_ensemble_histogram"], VOTE))
    centres = (edges[:-1] + edges[1:]) / 2
    drawn = [(words, counts / max(counts.sum(), 1), colour) for words, counts, colour in sides]
    for words, share, colour in drawn:
        figure.add_bar(
            x=centres, y=share, name=words, marker_color=colour, opacity=0.7, width=edges[1] - edges[0]
        )
    figure.update_layout(barmode="overlay", bargap=0)
    shares(figure, "x", range=[0, 1])
    shares(figure, "y")
    return drawing.finding(
        f"noise-{kind.replace('_', '-')}",
        (
            title,
            "Every bar counts answers by how sure they are; with nothing to go by, all should stand at the "
            "left.",
            f"n = {counted(found['members'], 'network')} \u00d7 {counted(found['examples'], 'example')}. The "
            "interval is over networks and examples together (95 %).",
        ),
        figure,
        table(
            ("how sure", *(words for words, _, _ in drawn)),
            [
                (
                    f"{as_percent(edges[place])} to {as_percent(edges[place + 1])}",
                    *(as_percent(share[place]) for _, share, _ in drawn),
                )
                for place in range(len(edges) - 1)
                if any(share[place] > 0 for _, share, _ in drawn)
            ],
        ),
    )


def _sweep(drawing: Drawing) -> Finding:
    scales = np.asarray(drawing["scale_sweep"]["scales"], dtype=float)
    positive = scales > 0
    sweep: Mapping[str, Any] = drawing["scale_sweep"]["uniform"]
    found = drawing.arrays["scale_sweep_uniform_confidence"][:, positive]
    last = Measured.read(sweep["mean_confidence"][-1])
    more = f"times {drawing.facts.words.larger}"
    made = f"{drawing.facts.noise('uniform').capitalize()} made {scales[-1]:,.0f} {more}"
    title = f"{made}: one network is {last.percent()} sure"
    figure = canvas(title, across=more, up="how sure")
    quantiles = quantile_bands(figure, scales[positive], found, name="one network", colour=ONE)
    vote = sweep.get("ensemble_confidence")
    if vote is not None and len(found) > 1:
        line(figure, scales[positive], np.asarray(vote)[positive], name="vote", colour=VOTE, style=1)
    figure.update_xaxes(type="log", dtick=1)
    shares(figure, "y", range=[0, 1.02])
    return drawing.finding(
        "noise-strength",
        (
            title,
            "Far from everything it was trained on a network made of ReLUs grows ever surer, whatever it is "
            "shown (Hein et al. 2019, arXiv 1812.05720); sigmoids level off.",
            f"n = {counted(len(found), 'network')}. Line: median over networks of their mean confidence; "
            "bands: half and 90 % of the networks.",
        ),
        figure,
        table(
            (more, *(f"{100 * quantile:.0f} % of networks below" for quantile in QUANTILES)),
            [
                (f"{scale:g}", *(as_percent(value) for value in quantiles[:, place]))
                for place, scale in enumerate(scales[positive])
            ],
        ),
    )
