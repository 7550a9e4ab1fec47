"""Several runs in one figure each: how they learned, and whether they are right as often as they are sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, counted, table
from thalweg.figures.evaluations.history import HISTORY, arrays_of
from thalweg.figures.facts import shown
from thalweg.figures.finding import Finding
from thalweg.figures.marks import band, line, measured
from thalweg.figures.theme import CATEGORIES, INK, canvas, logarithmic, shares
from thalweg.measured import Measured, as_percent, as_significant
from thalweg.runs.run import Run

_EPOCHS = 200
_BAND = (0.05, 0.5, 0.95)


def overlaid(runs: Mapping[str, Run]) -> list[Finding]:
    """Return the findings of `runs` (name -> run) that can be drawn over one another.

    Learning curves of those that kept a history, with a band over networks; costs only where all minimised
    the same; reliability where two or more were measured. Nothing for fewer than two.
    """
    named = {shown(name): run for name, run in runs.items()}
    learned = {
        name: arrays_of(run.history())
        for name, run in named.items()
        if (run.path / "history.parquet").exists()
    }
    costs = {run.record["recipe"].get("cost") for name, run in named.items() if name in learned}
    found = []
    if len(learned) > 1:
        known = {name: each for name, each in learned.items() if "accuracy" in each}
        found += [_course(named, known, "accuracy", "")] if len(known) > 1 else []
        found += [_course(named, learned, "cost", str(costs.pop()))] if len(costs) == 1 else []
    answered = {
        name: run.evaluation("calibration")
        for name, run in named.items()
        if "calibration" in run.evaluations()
    }
    known = {name: each for name, each in answered.items() if "reliability" in each}
    return found + ([_reliability(known)] if len(known) > 1 else [])


def _course(runs: Mapping[str, Run], learned: Mapping[str, Any], measure: str, cost: str) -> Finding:
    say = as_percent if measure == "accuracy" else as_significant
    courses = {name: _quantiles(arrays, measure) for name, arrays in learned.items()}
    ends = [
        f"{name} {say(float(middle[-1]))} after {epochs[-1]:,} epochs"
        for name, (epochs, (_, middle, _)) in courses.items()
    ]
    title = f"Median {measure} while training: {'; '.join(ends)}"
    axis = "examples named rightly" if measure == "accuracy" else f"{cost} cost (log scale)"
    figure = canvas(title, across="epoch", up=axis, height=340)
    for style, (name, (epochs, (low, middle, high))) in enumerate(courses.items()):
        colour = CATEGORIES[style % len(CATEGORIES)]
        if runs[name].record["members"] > 1:
            band(figure, epochs, low, high, name=name, colour=colour)
        line(figure, epochs, middle, name=name, colour=colour, style=style, legendgroup=name)
    if measure == "accuracy":
        shares(figure)
    else:
        every = np.concatenate([np.concatenate(course) for _, course in courses.values()])
        logarithmic(figure, max(float(every.min()), 1e-12), max(float(every.max()), 2e-12))
    n = "; ".join(f"{name}: {counted(runs[name].record['members'], 'network')}" for name in courses)
    words = (
        title,
        "Where the bands lie apart, the runs learned differently whatever the start. Examples that were "
        "learned from are counted here: what it is worth on new ones is said above.",
        f"n = {n}. Lines: median over networks; bands: 90 % of them. Measured in passing, on each batch just "
        "before the step that learns from it; networks that diverged are left out.",
    )
    return _finding(f"together-{measure}", HISTORY, words, figure, _epoch_table(courses, measure, say))


def _quantiles(arrays: Mapping[str, np.ndarray], measure: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the epochs that are drawn and, [3, epochs], the ends of the band and the middle."""
    epochs, values = arrays["epochs"], arrays[measure]
    kept = np.unique(np.linspace(0, len(epochs) - 1, min(len(epochs), _EPOCHS)).astype(int))
    sound = values[np.isfinite(values).all(axis=1)][:, kept]
    return epochs[kept], np.quantile(sound, _BAND, axis=0)


def _epoch_table(courses: Mapping[str, Any], measure: str, say: Any) -> Any:
    every = sorted({int(epoch) for epochs, _ in courses.values() for epoch in epochs})
    places = {
        name: {int(epoch): place for place, epoch in enumerate(epochs)}
        for name, (epochs, _) in courses.items()
    }
    rows = [
        (
            epoch,
            *(
                say(float(found[row, places[name][epoch]])) if epoch in places[name] else ""
                for name, (_, found) in courses.items()
                for row in range(3)
            ),
        )
        for epoch in every
    ]
    levels = ("5 %", "median", "95 %")
    header = (f"{name}: {measure}, {level}" for name in courses for level in levels)
    return table(("epoch", *header), rows)


def _reliability(answered: Mapping[str, Mapping[str, Any]]) -> Finding:
    gaps = {name: Measured.read(content["signed"]) for name, content in answered.items()}
    said = "; ".join(f"{name} {gap.points()}" for name, gap in gaps.items())
    title = f"Confidence less accuracy of one network: {said}"
    figure = canvas(title, across="how sure it is (mean of a bin)", up="how often it is right", height=360)
    bins = {name: _bins(content["reliability"]) for name, content in answered.items()}
    lowest = min(min(confidence, right.value) for each in bins.values() for confidence, right, _ in each)
    line(figure, [lowest, 1.0], [lowest, 1.0], name="as sure as right", colour=INK, style=2)
    for style, (name, each) in enumerate(bins.items()):
        sure, right, _ = zip(*each, strict=True)
        measured(figure, sure, right, name=name, colour=CATEGORIES[style % len(CATEGORIES)], style=style)
    shares(figure, "x")
    shares(figure, "y")
    n = "; ".join(
        f"{name}: {counted(content['members'], 'network')} \u00d7 {counted(content['examples'], 'example')}"
        for name, content in answered.items()
    )
    words = (
        title,
        "Points below the dotted line are answers that a run is too sure of. Above 0 is too sure.",
        f"n = {n}. Bins of equal mass; bars: Wilson's 95 % interval of each bin, for these networks. "
        "Intervals of the gaps: over starts and examples together (95 %), of each run by itself.",
    )
    rows = [
        (name, as_percent(confidence), right.percent(), f"{count:,}")
        for name, each in bins.items()
        for confidence, right, count in each
    ]
    header = ("run", "how sure", "how often right", "answers")
    return _finding("together-reliability", "calibration", words, figure, table(header, rows))


def _bins(found: Mapping[str, Any]) -> list[tuple[float, Measured, int]]:
    parts = (found[part] for part in ("confidence", "accuracy", "low", "high", "count"))
    return [
        (sure, Measured(right, low, high), count)
        for sure, right, low, high, count in zip(*parts, strict=True)
        if sure is not None and right is not None
    ]


def _finding(name: str, evaluation: str, words: tuple[str, str, str], figure: Any, numbers: Any) -> Finding:
    return Drawing(evaluation, {}, {}).finding(name, words, figure, numbers)
