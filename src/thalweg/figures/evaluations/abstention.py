"""What a network is worth when it may say that it does not know."""

from __future__ import annotations

import numpy as np

from thalweg.figures.drawing import Drawing, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import QUANTILES, line, measured, quantile_bands
from thalweg.figures.theme import INK, ONE, VOTE, canvas, shares
from thalweg.measured import Measured, as_percent

ADAPTIVE = {"conformal_aps": "APS", "conformal_raps": "RAPS"}
CAUTIOUS = "(cautious)"
"""Said beside a number of classes whose threshold is one of the largest scores there are."""


def draw(drawing: Drawing) -> list[Finding]:
    """Return the errors left at every coverage, and what sets of answers keep of their promise."""
    found = [_risk(drawing)]
    return [*found, _sets(drawing)] if drawing.content.get("conformal") else found


def _risk(drawing: Drawing) -> Finding:
    kept = drawing["accuracy_at_coverage"]
    share = min(kept, key=float)
    one = Measured.read(kept[share])
    title = (
        f"Refusing the {as_percent(1 - float(share))} it is least sure of, one network is right on "
        f"{one.percent()} of the rest"
    )
    coverage = drawing.arrays["coverage"]
    figure = canvas(title, across="examples answered", up="wrong, of those answered")
    quantiles = quantile_bands(figure, coverage, drawing.arrays["risk"], name="one network", colour=ONE)
    vote = drawing.arrays.get("ensemble_risk") if drawing.many else None
    if vote is not None:
        line(figure, coverage, vote, name=f"vote of {drawing.members:,}", colour=VOTE, style=1)
    shares(figure, "x", range=[0, 1.01])
    shares(figure, "y", rangemode="tozero")
    chosen = sorted({int(np.abs(coverage - tenth / 20).argmin()) for tenth in range(1, 21)})
    return drawing.finding(
        "risk-coverage",
        (
            title,
            "Ordered by how sure it is, the surest answers come first: where the curve stays low, confidence "
            "tells which answers can be relied on.",
            f"{drawing.n(_examples(drawing))} Line: median over networks; bands: half and 90 % of them. The "
            "interval is over starts and examples together (95 %).",
        ),
        figure,
        table(
            (
                "answered",
                *(f"wrong: {100 * level:.0f} % of networks below" for level in QUANTILES),
                *(["vote wrong"] if vote is not None else []),
            ),
            [
                (
                    as_percent(coverage[place]),
                    *(as_percent(value) for value in quantiles[:, place]),
                    *([as_percent(vote[place])] if vote is not None else []),
                )
                for place in chosen
            ],
        ),
    )


def _examples(drawing: Drawing) -> int:
    return int(drawing["measured_on"] if drawing.content.get("measured_on") else drawing["examples"])


def _sets(drawing: Drawing) -> Finding:
    promised = sorted(drawing["conformal"], key=float)
    sides = [("one network", drawing["conformal"], ONE)]
    vote = drawing.content.get("ensemble") if drawing.many else None
    if vote and vote.get("conformal"):
        sides.append((f"vote of {drawing.members:,}", vote["conformal"], VOTE))
    first = drawing["conformal"][promised[0]]
    size = Measured.read(first["mean_set_size"])
    title = (
        f"Sets of answers promised to hold the truth {as_percent(float(promised[0]))} of the time hold it "
        f"{Measured.read(first['coverage']).percent()}, with {size.plain()} classes each"
    )
    figure = canvas(title, across="promised", up="held the truth")
    ends = [float(promised[0]), float(promised[-1])]
    line(figure, ends, ends, name="as promised", colour=INK, style=2)
    for style, (words, side, colour) in enumerate(sides):
        found = [Measured.read(side[level]["coverage"]) for level in promised]
        measured(figure, [float(level) for level in promised], found, name=words, colour=colour, style=style)
    shares(figure, "x", tickvals=[float(level) for level in promised])
    shares(figure, "y")
    return drawing.finding(
        "conformal",
        (
            title,
            "Instead of one answer a network may give as many as it needs to keep a promise. The promise "
            "holds for examples like those it was set up with, whatever the network is worth; what a poor "
            "one pays is larger sets.",
            f"{drawing.n(_examples(drawing))} Thresholds set on {drawing['calibrated_on']:,} other examples. "
            "Split conformal sets (LAC: Sadinle, Lei & Wasserman 2019, arXiv 1609.00451). Intervals (95 %) "
            f"are over other thresholds, examples and networks.{_others(drawing)}",
        ),
        figure,
        table(
            (
                "promised",
                "whose sets",
                "held the truth",
                "luck of the split allows",
                "classes in a set",
                "sets of one",
            ),
            [
                *(_set_row(level, words, side[level]) for level in promised for words, side, _ in sides),
                *(
                    _set_row(level, f"one network, {name}", drawing[key][level])
                    for key, name in ADAPTIVE.items()
                    if drawing.content.get(key)
                    for level in sorted(drawing[key], key=float)
                ),
            ],
        ),
    )


def _others(drawing: Drawing) -> str:
    """Return what there is to say of other sets, and of thresholds that too few examples set."""
    parts = []
    if drawing.content.get("conformal_aps"):
        drawn = drawing.content.get("randomised", True)
        parts.append(
            f"APS (Romano, Sesia & Candès 2020, arXiv 2006.02544): {'' if drawn else 'not '}randomised"
            f"{', may be empty' if drawn else ''}."
        )
    if drawing.content.get("conformal_raps"):
        parts.append(
            "RAPS (Angelopoulos et al. 2021, arXiv 2009.14193): the same with a charge for unlikely classes, "
            f"chosen on {drawing['chosen_on']:,} calibration examples that set no threshold; its interval "
            "leaves out the luck of that choice, and can be too narrow."
        )
    if any(sets.get("too_few") for sets in drawing["conformal"].values()):
        parts.append(f"{CAUTIOUS}: too few examples set that threshold, so the interval is a cautious one.")
    return "".join(f" {part}" for part in parts)


def _set_row(level: str, words: str, found: dict) -> tuple[str, ...]:
    low, high = found["expected_range"]
    allowed = f"{Measured(low).percent()} to {Measured(high).percent()}"
    return (
        as_percent(float(level)),
        words,
        Measured.read(found["coverage"]).percent(),
        allowed,
        Measured.read(found["mean_set_size"]).plain() + (f" {CAUTIOUS}" if found.get("too_few") else ""),
        Measured.read(found["singleton"]).percent(),
    )
