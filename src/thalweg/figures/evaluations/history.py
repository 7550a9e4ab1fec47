"""How cost and accuracy went, epoch by epoch, as bands over networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import quantile_bands
from thalweg.figures.theme import ONE, VOTE, canvas, logarithmic, shares
from thalweg.measured import as_percent, as_significant

if TYPE_CHECKING:
    import polars

HISTORY = "history"
_MEASURES = ("cost", "accuracy", "validation_cost", "validation_accuracy")
_LEVELS = ("5 %", "25 %", "median", "75 %", "95 %")
_EPOCHS = 200  # drawn at most: more points than pixels only make a page heavy


def arrays_of(history: polars.DataFrame) -> dict[str, np.ndarray]:
    """Return the columns of `history.parquet` as arrays [members, epochs], and `epochs` [epochs]."""
    ordered = history.sort("member", "epoch")
    epochs = ordered["epoch"].unique().sort().to_numpy()
    arrays = {
        name: ordered[name].to_numpy().astype(np.float64).reshape(-1, len(epochs))
        for name in _MEASURES
        if name in ordered.columns
    }
    return {"epochs": epochs, **arrays}


def draw(drawing: Drawing) -> list[Finding]:
    """Return how the cost fell and how the accuracy rose."""
    epochs = drawing.arrays["epochs"]
    kept = np.unique(np.linspace(0, len(epochs) - 1, min(len(epochs), _EPOCHS)).astype(int))
    findings = [_course(drawing, "cost", kept)]
    if "accuracy" in drawing.arrays:
        findings.append(_course(drawing, "accuracy", kept))
    return findings


def _course(drawing: Drawing, measure: str, kept: np.ndarray) -> Finding:
    epochs = drawing.arrays["epochs"][kept]
    sides = {
        words: values[np.isfinite(values).all(axis=1)][:, kept]
        for words, key in (("training", measure), ("validation", f"validation_{measure}"))
        if (values := drawing.arrays.get(key)) is not None
    }
    say = as_percent if measure == "accuracy" else as_significant
    title = _title(measure, epochs, sides["training"], say)
    figure = canvas(title, across="epoch", up=_axis(drawing, measure))
    found = {
        words: quantile_bands(figure, epochs, values, name=words, colour=colour)
        for (words, values), colour in zip(sides.items(), (ONE, VOTE), strict=False)
    }
    _scale(figure, measure)
    return drawing.finding(
        f"history-{measure}",
        (title, _sentence(measure), _how(drawing, sides["training"])),
        figure,
        table(
            ("epoch", *(f"{words} {measure}, {level}" for words in found for level in _LEVELS)),
            [
                (epoch, *(say(value) for quantiles in found.values() for value in quantiles[:, place]))
                for place, epoch in enumerate(epochs)
            ],
        ),
    )


def _title(measure: str, epochs: np.ndarray, values: np.ndarray, say: Any) -> str:
    first, last = np.median(values[:, [0, -1]], axis=0)
    if len(epochs) == 1:
        return f"After the only epoch the median {measure} is {say(last)}"
    way = (
        ("rises" if measure == "accuracy" else "falls")
        if (last > first) == (measure == "accuracy")
        else "goes"
    )
    return f"In {epochs[-1]:,} epochs the median {measure} {way} from {say(first)} to {say(last)}"


def _axis(drawing: Drawing, measure: str) -> str:
    if measure == "accuracy":
        return "examples named rightly"
    name = (drawing.content.get("recipe") or {}).get("cost", "")
    return f"{name} cost (log scale)".strip()


def _scale(figure: Any, measure: str) -> None:
    if measure == "accuracy":
        shares(figure)
    else:
        found = np.concatenate([trace.y for trace in figure.data])
        logarithmic(figure, max(float(found.min()), 1e-12), max(float(found.max()), 2e-12))


def _sentence(measure: str) -> str:
    if measure == "accuracy":
        return "How many of the examples it is trained on a network names rightly while it is being trained."
    return (
        "The cost is what training makes small. Bands that stay narrow say that the start hardly matters for "
        "how fast it falls; what it is worth on new examples is another question."
    )


def _how(drawing: Drawing, values: np.ndarray) -> str:
    left_out = len(drawing.content.get("diverged") or ())
    diverged = f" {counted(left_out, 'network')} diverged and are left out." if left_out else ""
    return (
        f"n = {counted(len(values), 'network')}. Line: median over networks; bands: half and 90 % of them. "
        f"Measured in passing, on each batch just before the step that learns from it.{diverged}"
    )
