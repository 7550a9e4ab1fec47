"""Whether networks are right as often as they are sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.figures.drawing import Drawing, table
from thalweg.figures.finding import Finding
from thalweg.figures.marks import line, measured
from thalweg.figures.theme import INK, ONE, VOTE, canvas, shares
from thalweg.measured import Measured, as_percent

_SCORES = (
    ("signed", "confidence minus accuracy"),
    ("debiased_l2", "calibration error (root mean square, debiased, {bins} bins of equal mass)"),
    ("ece_equal_mass", "ECE, {bins} bins of equal mass"),
    ("ece_equal_width", "ECE, {bins} bins of equal width"),
    ("classwise", "classwise ECE, {bins} bins of equal width"),
    ("brier", "Brier score"),
    ("nll", "negative log-likelihood"),
)


def draw(drawing: Drawing) -> list[Finding]:
    """Return the reliability diagram and the table of scores."""
    return [_reliability(drawing), _scores(drawing)]


def _sides(drawing: Drawing) -> list[tuple[str, Mapping[str, Any], str]]:
    sides: list[tuple[str, Mapping[str, Any], str]] = [("one network", drawing.content, ONE)]
    if drawing.many and drawing.content.get("ensemble"):
        sides.append((f"vote of {drawing.members:,}", drawing["ensemble"], VOTE))
    return sides


def _reliability(drawing: Drawing) -> Finding:
    sure, right = drawing["confidence"], drawing["accuracy"]
    gap = Measured.read(drawing["signed"])
    title = f"{as_percent(sure)} sure on average, right {as_percent(right)} of the time: {_gap(gap)}"
    sides = _sides(drawing)
    figure = canvas(title, across="how sure it is (mean of a bin)", up="how often it is right", height=340)
    lowest = min(min(*_found(side, "confidence"), *_found(side, "low")) for _, side, _ in sides)
    line(figure, [lowest, 1.0], [lowest, 1.0], name="as sure as right", colour=INK, style=2)
    for style, (words, side, colour) in enumerate(sides):
        measured(figure, _found(side, "confidence"), _bins(side), name=words, colour=colour, style=style)
    shares(figure, "x")
    shares(figure, "y")
    return drawing.finding(
        "reliability",
        (
            title,
            "Of all answers of which a network is 90 % sure, nine in ten should be right: points below the "
            "dotted line are answers it is too sure of, points above are better than it thinks.",
            f"{drawing.n()} {drawing['bins']} bins of equal mass; bars: Wilson's 95 % interval of each bin, "
            "for these networks. Interval of the gap: over starts and examples together.",
        ),
        figure,
        table(
            ("whose answers", "how sure", "how often right", "answers"),
            [
                (words, as_percent(confidence), accuracy.percent(), f"{count:,}")
                for words, side, _ in sides
                for confidence, accuracy, count in zip(
                    _found(side, "confidence"), _bins(side), side["reliability"]["count"], strict=True
                )
            ],
        ),
    )


def _found(side: Mapping[str, Any], part: str) -> list[float]:
    return [value for value in side["reliability"][part]]


def _bins(side: Mapping[str, Any]) -> list[Measured]:
    found = side["reliability"]
    return [Measured(*entry) for entry in zip(found["accuracy"], found["low"], found["high"], strict=True)]


def _gap(gap: Measured) -> str:
    if gap.interval is not None and gap.interval[0] <= 0 <= gap.interval[1]:
        return f"as sure as right within {gap.points()}"
    word = "too sure" if gap.value > 0 else "too doubtful"
    return f"{(gap if gap.value > 0 else -gap).points()} {word}"


def _binned(drawing: Drawing) -> str:
    two = ", whichever of the two that is" if drawing.content.get("classes") == 2 else ""
    return f"Calibration errors bin how sure it is of the class that it names{two}; classwise, of each class."


def _rough(drawing: Drawing) -> str:
    held = "88 to 100 %, a vote's 91 to 98 %" if drawing.many else "91 to 98 %"
    return f"; those of calibration errors are rough (simulated, they hold {held} of the time)"


def _scores(drawing: Drawing) -> Finding:
    sides = _sides(drawing)
    error = Measured.read(drawing["debiased_l2"])
    title = f"Its confidence misses by {error.points()} (root mean square)"
    rows = [
        (
            words.format(bins=drawing["bins"]),
            *(
                Measured.read(side[key]).plain(decimals=4) if side.get(key) is not None else ""
                for _, side, _ in sides
            ),
        )
        for key, words in _SCORES
        if drawing.content.get(key) is not None
    ]
    assert np.all([len(row) == len(sides) + 1 for row in rows])
    return drawing.finding(
        "calibration-scores",
        (
            title,
            "Brier score and log-likelihood judge the whole answer, right or wrong and how sure: lower is "
            "better. The others ask only whether confidence can be taken at its word: 0 is perfect.",
            f"{drawing.n()} Debiased as by Kumar, Liang & Ma (2019, arXiv 1909.10155): the plain error is "
            f"above 0 even for a perfect network. {_binned(drawing)} Intervals are 95 %{_rough(drawing)}.",
        ),
        None,
        table(("score", *(words for words, _, _ in sides)), rows),
    )
