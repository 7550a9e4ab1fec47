"""Accuracies of several runs as points with intervals on one scale, for a page to draw without a library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thalweg.figures.evaluations.accuracy import mean_of, vote_of
from thalweg.measured import Measured, as_percent
from thalweg.report.headlines import dig
from thalweg.report.reading import Subject


@dataclass(frozen=True)
class Line:
    """One number on the scale. `at`, `left` and `width` are per cent of the scale's length."""

    run: str
    what: str
    value: str
    at: float
    left: float
    width: float


@dataclass(frozen=True)
class Ranges:
    """Lines on a scale that reaches from `low` to `high`, both as text."""

    lines: tuple[Line, ...]
    low: str
    high: str


def accuracies_of(subjects: Sequence[Subject]) -> Ranges | None:
    """Return how often each run is right on new examples, one network and all together; None if unknown."""
    found = [entry for subject in subjects for entry in _numbers(subject)]
    if not found:
        return None
    ends = [end for _, _, measured in found for end in (measured.value, *(measured.interval or ()))]
    low, high = min(ends), max(ends)
    room = 0.05 * (high - low) or 0.01
    low, high = max(0.0, low - room), min(1.0, high + room)
    lines = tuple(_line(*entry, low, high) for entry in found)
    return Ranges(lines, as_percent(low), as_percent(high))


def _numbers(subject: Subject) -> list[tuple[str, str, Measured]]:
    test = dig(subject.evaluations, "accuracy", "test_accuracy")
    if test is None:
        return []
    several = test.get("members", 1) > 1
    found = [(subject.name, "one network" if several else "the network", mean_of(test))]
    if several and test.get("ensemble") is not None:
        found.append((subject.name, "all together", vote_of(test)))
    return found


def _line(run: str, what: str, measured: Measured, low: float, high: float) -> Line:
    def place(value: float) -> float:
        return round(100 * (value - low) / (high - low), 2)

    left, right = measured.interval or (measured.value, measured.value)
    width = round(place(right) - place(left), 2)
    return Line(run, what, measured.percent(), place(measured.value), place(left), width)
