"""Which examples were learned and which only remembered, how sure that is, and what they are good for."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.facts import safe
from thalweg.figures.finding import Finding, Picture, Tile
from thalweg.figures.marks import level, line, side_by_side
from thalweg.figures.mosaic import mosaic, tiles
from thalweg.figures.theme import CHANCE, GROWING, ONE, VOTE, canvas, shares
from thalweg.measured import Measured, as_percent

BINS, COLUMNS = 40, 10
_SOURCE = "Feldman & Zhang 2020, arXiv 2008.03703"


def draw(drawing: Drawing) -> list[Finding]:
    """Return scores with the most memorised examples, how sure they are, and what removing them does."""
    found = [_scores(drawing), _sure(drawing)]
    if drawing.content.get("most_influential"):
        found.append(_influence(drawing))
    return [*found, _removal(drawing)] if drawing.content.get("removal") else found


def _n(drawing: Drawing) -> str:
    return (
        f"n = {counted(drawing['members'], 'network')}, each trained on "
        f"{as_percent(drawing['share'])} of {counted(drawing['examples'], 'example')}."
    )


def _scores(drawing: Drawing) -> Finding:
    share = Measured.read(drawing["memorised_share"])
    title = f"{share.percent()} of the training examples are remembered rather than learned"
    scores = drawing.arrays["memorisation"]
    counts, edges = np.histogram(scores, np.linspace(-1.0, 1.0, BINS + 1))
    first = int(np.flatnonzero(counts)[0])
    counts, edges = counts[first:], edges[first:]
    figure = canvas(title, across="memorisation", up="examples (log scale)")
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        width=np.diff(edges),
        marker_color=ONE,
        hovertemplate="%{x:.2f}: %{y:,} examples<extra></extra>",
    )
    figure.update_yaxes(type="log", dtick=1, range=[-0.3, np.log10(counts.max()) + 0.1])
    level(figure, drawing["threshold"], "remembered", upright=True, place="top right")
    return drawing.finding(
        "memorisation-scores",
        (
            title,
            "Memorisation: how much more often a network is right about an example when it has trained on "
            f"it. {drawing['surely_memorised']:,} of {counted(drawing['memorised'], 'example')} are above "
            f"{drawing['threshold']:g} by more than the luck of the networks explains.",
            f"{_n(drawing)} Interval over examples (Wilson, 95 %). {_SOURCE}, equation 1.",
        ),
        figure,
        table(
            ("memorisation from", "to", "examples"),
            [
                (f"{low:.2f}", f"{high:.2f}", f"{count:,}")
                for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
                if count
            ],
        ),
        pictures=_gallery(drawing),
    )


def _gallery(drawing: Drawing) -> tuple[Picture, ...]:
    pictures = drawing.arrays.get("gallery_pictures")
    if pictures is None or not len(pictures):
        return ()
    numbers, labels = drawing.arrays["gallery"], drawing.arrays["label"]
    names = drawing.facts.names(drawing.content, int(labels.max()) + 1)
    said = [names[answer] for answer in drawing.arrays["gallery_answers"]]
    own = [names[label] for label in labels[numbers]]
    marks = [f"{one} ({other})" for one, other in zip(own, said, strict=True)]
    image = mosaic(pictures / 255, columns=min(COLUMNS, len(pictures)), labels=marks)
    caption = (
        "The most remembered examples, most remembered first: the label, and in brackets what networks say "
        "that did not train on it; the row, file or number of the example."
    )
    notes = [f"train {example}" for example in numbers]
    called = drawing.content.get("most_memorised_called", ())
    notes[: len(called)] = [safe(name) for name in called[: len(notes)]]
    each = zip(tiles(pictures / 255), marks, notes, strict=True)
    return (Picture(image, caption, tuple(Tile(*one) for one in each)),)


def _sure(drawing: Drawing) -> Finding:
    agreement: Mapping[str, Any] | None = drawing["reliability"]
    reach, typical = _reach(drawing)
    title = f"The score of a remembered example is known to about \u00b1{typical:.2f}"
    if agreement is not None:
        title += (
            f"; scores of two such studies would correlate by {Measured.read(agreement['whole']).plain()}"
        )
    figure = canvas(title, across="memorisation", up="half of its interval", height=320)
    scores = drawing.arrays["memorisation"]
    counts, across, up = np.histogram2d(scores, reach, bins=(BINS, 24))
    figure.add_heatmap(
        x=(across[:-1] + across[1:]) / 2,
        y=(up[:-1] + up[1:]) / 2,
        z=np.where(counts.T > 0, np.round(np.log10(np.maximum(counts.T, 1)), 2), np.nan),
        customdata=counts.T.astype(int),
        colorscale=[list(stop) for stop in _SEEN],
        colorbar=_ticked(int(counts.max())),
        hovertemplate="%{x:.2f} \u00b1 %{y:.3f}: %{customdata:,} examples<extra></extra>",
    )
    ends = np.array([0.0, float(up[-1])])
    line(figure, drawing["threshold"] + ends, ends, name="", colour=ONE, style=1, showlegend=False)
    figure.update_yaxes(rangemode="tozero", showgrid=False)
    figure.update_xaxes(showgrid=False)
    return drawing.finding(
        "memorisation-sureness",
        (
            title,
            "A score is a difference of two shares of networks. Well right of the line an example is "
            "remembered beyond what the luck of the networks explains.",
            f"{_n(drawing)} At least {drawing['times_in']:,} networks trained on each example and "
            f"{drawing['times_out']:,} did not. Intervals over networks, 95 % (Newcombe 1998); "
            "correlation of ranks from two halves of the networks, stepped up to all (Spearman & Brown), "
            "95 % interval.",
        ),
        figure,
        table(("memorisation from", "to", "examples", "half of the interval"), _sure_rows(scores, reach)),
    )


def _reach(drawing: Drawing) -> tuple[np.ndarray, float]:
    """Return half of every score's interval and that of a typical remembered example.

    Older records hold standard errors alone.
    """
    arrays = drawing.arrays
    if "memorisation_low" not in arrays:
        reach, told = 1.96 * arrays["standard_error"], drawing["standard_error"]
        return reach, 1.96 * (told["median_of_memorised"] or told["median"])
    told = drawing["half_width"]
    reach = (arrays["memorisation_high"] - arrays["memorisation_low"]) / 2
    return reach, told["median_of_memorised"] or told["median"]


_SEEN = ((0.0, "#F6DCB4"), *GROWING[1:])
"""Colours of counts from 1 up: the palest can still be told from a white page."""


def _ticked(most: int) -> dict[str, Any]:
    powers = list(range(int(np.log10(max(most, 1))) + 1))
    shown = {"title": {"text": "examples", "font": {"size": 12}}, "thickness": 10, "outlinewidth": 0}
    return {**shown, "tickvals": powers, "ticktext": [f"{10**power:,}" for power in powers]}


def _sure_rows(scores: np.ndarray, errors: np.ndarray) -> list[tuple[str, ...]]:
    edges = np.linspace(-1.0, 1.0, 21)
    rows_found = []
    for low, high in pairwise(edges):
        inside = (scores >= low) & ((scores < high) | (high == edges[-1]))
        if inside.any():
            middle = f"{np.median(errors[inside]):.3f}"
            rows_found.append((f"{low:.1f}", f"{high:.1f}", f"{inside.sum():,}", middle))
    return rows_found


def _influence(drawing: Drawing) -> Finding:
    influence: Mapping[str, Any] = drawing["influence"]
    pairs: list[Mapping[str, Any]] = drawing["most_influential"]
    sure, found = influence["sure"], counted(influence["found"], "pair")
    title = (
        f"Of {found} of a remembered and a new example {sure:,} stand out of chance"
        if sure
        else f"No influence of a remembered example on a new one is told from chance, of {found}"
    )
    return drawing.finding(
        "memorisation-influence",
        (
            title,
            "Influence: how much more often a network is right about a new example when it has trained on "
            "the other.",
            f"{_n(drawing)} {influence['candidates']:,} remembered examples were looked at; an influence of "
            f"{influence['threshold']:g} or more, of which chance alone gives "
            f"{Measured.read(influence['by_chance']).plain(1)}. {_SOURCE}, equation 2.",
        ),
        None,
        table(
            ("training example", "new example", "influence", "standard error"),
            [
                (
                    pair["called"],
                    pair["test_called"],
                    *(f"{pair[key]:.2f}" for key in ("influence", "standard_error")),
                )
                for pair in pairs
            ],
        ),
    )


_CONDITIONS = (
    ("everything", "with everything", CHANCE),
    ("without_memorised", "without the remembered", VOTE),
    ("without_random", "without as many others", ONE),
)
_ASKED = {"test": "all new examples", "influenced": "those they matter to"}


def _removal(drawing: Drawing) -> Finding:
    removal: Mapping[str, Any] = drawing["removal"]
    asked = {key: words for key, words in _ASKED.items() if removal.get(key)}
    costs = -Measured.read(removal["test"]["difference"])
    taken = f"Taking away {removal['removed']:,} remembered examples"
    title = (
        f"{taken} costs {costs.points()} on new ones more than taking as many others"
        if costs.tells_from(0.0)
        else f"{taken} is not shown to cost more on new ones than taking as many others: {costs.points()}"
    )
    figure = canvas(title, across="named rightly", up="", height=90 + 55 * len(asked))
    sides = {
        words: ([Measured.read(removal[side][key]) for side in asked], colour)
        for key, words, colour in _CONDITIONS
    }
    side_by_side(figure, list(asked.values()), sides)
    shares(figure, "x")
    return drawing.finding(
        "memorisation-removal",
        (
            title,
            "Above 0, remembering is worth something: rare examples that are remembered help on rare new "
            "ones.",
            f"n = {counted(removal['members'], 'network')} for each condition. Difference: without the "
            f"remembered, less without as many drawn at random. Intervals over networks and examples (95 %). "
            f"{_SOURCE}, section 3.",
        ),
        figure,
        table(
            ("asked about", "examples", *(words for _, words, _ in _CONDITIONS), "difference"),
            [
                (
                    words,
                    f"{removal[side]['examples']:,}",
                    *(Measured.read(removal[side][key]).percent() for key, _, _ in _CONDITIONS),
                    Measured.read(removal[side]["difference"]).points(),
                )
                for side, words in asked.items()
            ],
        ),
    )
