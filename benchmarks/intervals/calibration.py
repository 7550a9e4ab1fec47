"""Calibration errors: `evaluation.calibration`, debiased L2 and expected errors, with 15 bins.

The truth is the error of the probabilities in bins of the whole population of examples, mean over members.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from intervals.cells import Cell, Ends
from intervals.probabilities import Views
from thalweg.evaluation.calibration.errors import (
    equal_mass_bins,
    equal_width_bins,
    expected_curve,
    measured_error,
    measured_root,
    squared_curve,
)
from thalweg.statistics.resampling import Resampling

BINS = 15
WORLDS = {
    "calibrated": Views(),
    "too sure": Views(sharpness=1.4),
    "calibrated on average, unlike": Views(spread=0.2),
    "too sure, unlike": Views(sharpness=1.4, spread=0.2),
    "two classes, too sure": Views(classes=2, strength=1.5, sharpness=1.3),
    "two classes, unlike": Views(classes=2, strength=1.5, spread=0.3),
}
SIZES = ((1, 359), (1, 2000), (4, 359), (4, 2000), (8, 359), (8, 2000), (32, 359))
NAMED = "rows: of several networks this interval is a rough one"
REDRAWN = 200
ERRORS = {"debiased_l2": measured_root, "ece_equal_mass": measured_error, "ece_equal_width": measured_error}


def cells() -> list[Cell]:
    """Return the three errors in every world; members that differ are several."""
    found = []
    for of, world in WORLDS.items():
        for members, examples in SIZES:
            if members > 1 or not world.spread:
                found += [_cell(name, of, members, examples) for name in ERRORS]
    return [*found, _cell("debiased_l2", "too sure, unlike", 8, 10_000)]


def _cell(name: str, of: str, members: int, examples: int) -> Cell:
    world = WORLDS[of]

    def draw(generator: np.random.Generator) -> Ends:
        labels, answers, _ = world.draw(generator, members, examples)
        confidence, right = answers.max(axis=2), answers.argmax(axis=2) == labels
        again = Resampling.of(examples, seed=int(generator.integers(2**31)))
        if name == "ece_equal_width":
            place = equal_width_bins(confidence, BINS)
        else:
            place = np.stack([equal_mass_bins(own, BINS) for own in confidence])
        curve = (squared_curve if name == "debiased_l2" else expected_curve)(place, confidence, right, again)
        ends: Ends = {"inverted, members joined": ERRORS[name](curve, again, level=0.95).interval}
        if members * examples < 4_000:
            ends["all resampled, percentile"] = _resampled(name, confidence, right, generator)
        return ends

    return Cell(
        name.replace("_", " "),
        f"{members} x {examples}, {of}",
        draw,
        lambda: _true(world)[name],
        repeats=200 if members * examples < 4_000 else 100 if members * examples < 20_000 else 60,
        named=NAMED if members > 1 else "report: those of calibration errors are rough",
    )


def _resampled(
    name: str, confidence: np.ndarray, right: np.ndarray, generator: np.random.Generator
) -> tuple[float, float]:
    """Return the percentile interval when members and examples are drawn again and each draw is debiased."""
    members, examples = confidence.shape
    found = []
    for _ in range(REDRAWN):
        on = generator.integers(0, examples, examples)
        who = np.unique(generator.integers(0, members, members), return_counts=True)
        errors = [_plug_in(name, confidence[member, on], right[member, on]) for member in who[0]]
        mean = float(np.average(errors, weights=who[1]))
        found.append(max(0.0, mean) ** 0.5 if name == "debiased_l2" else mean)
    return tuple(np.quantile(found, [0.025, 0.975]))


def _plug_in(name: str, confidence: np.ndarray, right: np.ndarray) -> float:
    """Return one member's error: the debiased square, or the expected one."""
    equal = equal_width_bins if name == "ece_equal_width" else equal_mass_bins
    place = equal(confidence, BINS)
    count, promised, kept = (np.bincount(place, weights=own) for own in (None, confidence, right))
    used = count > 0
    count, promised, kept = count[used], promised[used], kept[used]
    gap, share, outcome = (promised - kept) / count, count / count.sum(), kept / count
    if name != "debiased_l2":
        return float((share * np.abs(gap)).sum())
    return float((share * (gap**2 - outcome * (1 - outcome) / np.maximum(count - 1, 1))).sum())


@cache
def _true(world: Views) -> dict[str, float]:
    generator, found = np.random.default_rng(1), []
    for _ in range(200 if world.spread else 10):
        labels, answers, exact = world.draw(generator, 1, 30_000)
        named = answers[0].argmax(axis=1)
        each = np.arange(len(labels))
        confidence, chance = (table[0, each, named].astype(np.float64) for table in (answers, exact))
        errors = []
        for place in (equal_mass_bins(confidence, BINS), equal_width_bins(confidence, BINS)):
            share = np.bincount(place) / len(labels)
            gap = np.bincount(place, confidence - chance) / len(labels) / np.maximum(share, 1e-12)
            errors += [(share * gap**2).sum(), (share * np.abs(gap)).sum()]
        found.append(errors)
    squared, mass, _, width = np.mean(found, axis=0)
    return {
        "debiased_l2": float(squared**0.5),
        "ece_equal_mass": float(mass),
        "ece_equal_width": float(width),
    }
