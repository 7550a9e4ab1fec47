"""Whether networks notice what belongs to no class they know."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import line
from thalweg.figures.theme import CATEGORIES, DIVERGING, INK, canvas, shares
from thalweg.measured import Measured, as_percent
from thalweg.wording import on_detection

DETECTORS = {
    "maximum_probability": "largest probability",
    "entropy": "entropy",
    "mutual_information": "disagreement",
    "maximum_logit": "largest logit",
    "energy": "energy",
    "clipped_energy": "clipped energy",
    "mahalanobis": "Mahalanobis",
    "relative_mahalanobis": "relative Mahalanobis",
    "nearest_neighbour": "nearest neighbour",
    "inputs": "the inputs alone",
}
FIRST, CURVES = "maximum_probability", 4


def draw(drawing: Drawing) -> list[Finding]:
    """Return the ROC of the first set of outliers, and how well every detector does on every set."""
    sets = [name for name in drawing["groups"] if FIRST in drawing.content.get(name, {})]
    return [_curves(drawing, sets[0]), _detectors(drawing, sets)] if sets else []


def _curves(drawing: Drawing, outside: str) -> Finding:
    found = drawing[outside]
    others = sorted(
        (name for name in found if name != FIRST and name in DETECTORS),
        key=lambda name: -_drawn(found[name]).value,
    )
    chosen = [FIRST, *others[: CURVES - 1]]
    title = _title(found, drawing.facts.noise(outside))
    figure = canvas(title, across="known examples flagged by mistake", up="outliers caught", height=340)
    line(figure, [0, 1], [0, 1], name="chance", colour=INK, style=2)
    flagged = drawing.arrays["flagged"]
    caught = {name: drawing.arrays[f"{outside}_{name}_caught"] for name in chosen}
    for place, name in enumerate(chosen):
        line(figure, flagged, caught[name], name=DETECTORS[name], colour=CATEGORIES[place], style=place)
    shares(figure, "x", range=[0, 1])
    shares(figure, "y", range=[0, 1.01])
    tenths = [
        int(np.abs(flagged - share).argmin()) for share in (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
    ]
    return drawing.finding(
        "outliers-roc",
        (
            title,
            "The share is the chance that an example of no known class looks stranger than a known one "
            "(AUROC): 50 % is "
            "guessing. The curve says how many outliers are caught for how many false alarms.",
            f"{_how(drawing)} Curves: of the vote, where there is one.",
        ),
        figure,
        table(
            ("flagged by mistake", *(f"caught by {DETECTORS[name]}" for name in chosen)),
            [
                (as_percent(flagged[place]), *(as_percent(caught[name][place]) for name in chosen))
                for place in tenths
            ],
        ),
    )


def _drawn(entry: dict) -> Measured:
    """Return the area under the curve that is kept: the vote's, or that of the only network."""
    return Measured.read((entry.get("ensemble") or entry)["auroc"])


def _title(found: dict, what: str) -> str:
    one, vote = Measured.read(found[FIRST]["auroc"]), found[FIRST].get("ensemble")
    title = f"By how sure it is, one network tells {what} apart {one.percent()} of the time"
    return title if vote is None else f"{title}; the vote {Measured.read(vote['auroc']).percent()}"


def _how(drawing: Drawing) -> str:
    examples = drawing["examples"]
    known = counted(examples["test examples"], "known example")
    areas = [found for name, found in drawing.arrays.items() if name.endswith("_member_auroc")]
    members = max((len(found) for found in areas), default=1)
    return " ".join(
        [
            f"n = {counted(members, 'network')} \u00d7 {known} against {_counts(examples)}.",
            "Area under the ROC curve; the interval is over networks and examples together (95 %).",
            *(f"{said[0].upper()}{said[1:]}." for said in _cautions(examples, areas)),
        ]
    )


def _cautions(examples: dict[str, int], areas: list[np.ndarray]) -> list[str]:
    fewest = min(count for name, count in examples.items() if name != "test examples")
    said = (on_detection(examples["test examples"], fewest, list(own)) for own in areas or [()])
    return list(dict.fromkeys(caution for each in said for caution in each))


def _counts(examples: dict[str, int]) -> str:
    outside = {f"{count:,}" for name, count in examples.items() if name != "test examples"}
    return f"{' or '.join(sorted(outside))} outliers of each kind"


def _detectors(drawing: Drawing, sets: list[str]) -> Finding:
    detectors = [name for name in DETECTORS if any(name in drawing[outside] for outside in sets)]
    area = np.array([[_area(drawing, outside, name) for outside in sets] for name in detectors])
    worst = area.min(axis=1)
    safest = int(np.nanargmax(worst))
    title = (
        f"Of {counted(len(detectors), 'way')} to notice outliers, \u201c{DETECTORS[detectors[safest]]}\u201d "
        f"fails least: {as_percent(worst[safest])} on the worst of {counted(len(sets), 'kind')}"
    )
    kinds = [drawing.facts.noise(name) for name in sets]
    figure = _map(title, area, [DETECTORS[name] for name in detectors], kinds)
    return drawing.finding(
        "outliers-detectors",
        (
            title,
            "Each cell is the share of pairs (one outlier, one known example) that a detector tells apart: "
            "50 % is guessing, below is worse than guessing. The way that fails least was found on these "
            "outliers and is not promised to do as well on others.",
            _how(drawing),
        ),
        figure,
        table(
            ("detector", *kinds),
            [
                (
                    DETECTORS[name],
                    *(
                        Measured.read(drawing[outside][name]["auroc"]).percent()
                        if name in drawing[outside]
                        else ""
                        for outside in sets
                    ),
                )
                for name in detectors
            ],
        ),
    )


def _area(drawing: Drawing, outside: str, name: str) -> float:
    found = drawing[outside].get(name)
    return float("nan") if found is None else Measured.read(found["auroc"]).value


def _map(title: str, area: np.ndarray, detectors: list[str], sets: list[str]) -> go.Figure:
    figure = canvas(title, across="", up="", height=70 + 30 * len(detectors))
    figure.add_heatmap(
        z=np.round(100 * area, 2),
        x=sets,
        y=detectors,
        zmin=0,
        zmax=100,
        colorscale=[list(stop) for stop in DIVERGING],
        showscale=False,
        texttemplate="%{z:.0f}",
        textfont={"size": 11},
        xgap=1,
        ygap=1,
        hovertemplate="%{y}, %{x}: %{z:.1f} %<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 11})
    return figure.update_xaxes(showgrid=False, tickangle=-45, tickfont={"size": 11})
