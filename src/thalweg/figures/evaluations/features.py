"""What the first weights look like, and whether that is more than chance."""

from __future__ import annotations

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding, Picture
from thalweg.figures.marks import level
from thalweg.figures.mosaic import mosaic
from thalweg.figures.theme import ONE, canvas, shares
from thalweg.measured import Measured, as_percent

NEURONS, BINS = 16, 40


def draw(drawing: Drawing) -> list[Finding]:
    """Return the structure of first-layer weights against chance, with the weights as pictures."""
    mean = Measured.read(drawing["moran"])
    chance = drawing["shuffled"]
    structured = Measured.read(chance["share_structured"])
    kind = drawing["kind"]
    title = (
        f"{structured.percent()} of {kind}s have more structure than chance: neighbouring weights agree "
        f"by {mean.plain()}"
    )
    moran = drawing.arrays["moran"]
    figure = canvas(
        title,
        across="likeness of neighbours (Moran\u2019s I)",
        up=f"share of {kind}s",
        height=320,
    )
    counts, edges = np.histogram(moran[np.isfinite(moran)], np.linspace(-0.2, 1.0, BINS + 1))
    share = counts / max(counts.sum(), 1)
    figure.add_bar(x=(edges[:-1] + edges[1:]) / 2, y=share, marker_color=ONE, width=edges[1] - edges[0])
    _compare(figure, drawing)
    shares(figure, "y")
    return [
        drawing.finding(
            "weights",
            (title, _sentence(drawing), _how(drawing, moran)),
            figure,
            table(
                ("Moran\u2019s I from", "to", f"share of {kind}s"),
                [
                    (f"{low:.2f}", f"{high:.2f}", as_percent(part))
                    for low, high, part in zip(edges[:-1], edges[1:], share, strict=True)
                    if part > 0
                ],
            ),
            pictures=_pictures(drawing),
        )
    ]


def _compare(figure, drawing: Drawing) -> None:
    for value, words, place in (
        (drawing["shuffled"]["moran"], "shuffled", "top left"),
        ((drawing.content.get("starts") or {}).get("moran"), "at the start", "bottom right"),
        ((drawing.content.get("permuted") or {}).get("moran"), "pixels shuffled", "bottom left"),
        (drawing.content.get("examples_moran"), "the data", "top right"),
    ):
        if value is not None:
            level(figure, Measured.read(value).value, words, upright=True, place=place)


def _sentence(drawing: Drawing) -> str:
    return (
        "Weights shuffled over the pixels would agree with their neighbours by "
        f"{Measured.read(drawing['shuffled']['moran']).plain()}. Weights that look random to the eye can "
        "still hold structure; here it is measured."
    )


def _how(drawing: Drawing, moran: np.ndarray) -> str:
    members, units = moran.shape
    return (
        f"n = {counted(members, 'network')} \u00d7 {counted(units, drawing['kind'])}. Moran\u2019s I "
        f"(Biometrika 37, 1950) over {drawing['pixels']:,} pixels; each against its own pixels shuffled, "
        f"false discovery rate {as_percent(drawing['false_discovery_rate'])} (Benjamini & Hochberg). "
        "Intervals over networks (95 %)."
    )


def _pictures(drawing: Drawing) -> tuple[Picture, ...]:
    images = drawing.arrays.get("images")
    if images is None or not images.size:
        return ()
    kept = images[:, :NEURONS]
    flat = kept.reshape(-1, *kept.shape[2:])
    image = mosaic(flat, columns=kept.shape[1], signed=True)
    caption = (
        f"One row a network: the weights into its first {counted(kept.shape[1], drawing['kind'])}. Orange "
        "says for, blue against, white nothing; each by its own largest weight."
    )
    return (Picture(image, caption),)
