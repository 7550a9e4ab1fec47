"""What was found of moved, turned and damaged pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.shift.corruption_errors import CorruptionErrors
from thalweg.evaluation.shift.response_curves import Curve
from thalweg.measured import as_percent
from thalweg.record import Record, those_left_out

UNAWARE = 0.05  # confidence this far above accuracy deserves a "yet still"


WORDS = {
    "translation": (-2, "moved two pixels to the left"),
    "rotation": (30, "turned by 30 degrees"),
    "scale": (0.7, "drawn at 70 % of its size"),
    "shear": (0.4, "slanted by 0.4 pixels a row"),
    "thickness": (1.0, "drawn one pixel thicker on each side"),
    "contrast": (0.3, "faded to 30 % of its contrast"),
    "blur": (1.5, "blurred by 1.5 pixels"),
    "pixel_noise": (0.4, "full of static (0.4 of white)"),
    "occlusion": (10, "hidden in part by a black 10x10 square"),
}
"""The level of each transform that a newcomer is told about, and how."""


@dataclass(frozen=True, eq=False, repr=False)
class Shift(Record, answers="shift", caption="{!r}"):
    """Response curves by transform and errors by corruption; either may be empty if none was asked for.

    `examples`: pictures that each level of a curve is measured on. `excluded`: members left out because they
    diverged.
    """

    curves: Mapping[str, Curve]
    corruptions: CorruptionErrors | None
    members: int
    examples: int
    excluded: tuple[int, ...]

    def content(self) -> Mapping[str, Any]:
        """Return `curves` by transform, `corruptions` by name, and the means over corruptions."""
        return {
            "curves": self.curves,
            **_corruptions_json(self.corruptions),
            "members": self.members,
            "examples": {
                "curves": self.examples,
                "corruptions": 0 if self.corruptions is None else self.corruptions.examples,
            },
            "excluded": self.excluded,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return `<transform>_levels` and, [levels, members], `<transform>_accuracy` and `_confidence`.

        Of corruptions: `corruption_error` [corruptions, members] and `clean_error` [members].
        """
        arrays = {}
        for name, curve in self.curves.items():
            arrays[f"{name}_levels"] = np.array(curve.levels, dtype=np.float64)
            arrays[f"{name}_accuracy"] = curve.member_accuracy
            arrays[f"{name}_confidence"] = curve.member_confidence
        if self.corruptions is not None:
            kinds = self.corruptions.kinds.values()
            arrays["corruption_error"] = np.stack([kind.member_error for kind in kinds])
            arrays["clean_error"] = self.corruptions.clean_member_error
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = [
            (f"What if a picture is {WORDS[name][1]}?", _told(curve, WORDS[name][0]))
            for name, curve in self.curves.items()
        ]
        if self.corruptions is not None:
            rows += _corruption_rows(self.corruptions, self.members)
        return rows + those_left_out(len(self.excluded))

    def __repr__(self) -> str:
        curves = f"response to {len(self.curves)} transforms"
        if self.corruptions is None:
            return curves
        found = self.corruptions
        return f"mean error {found.mean.percent()} under {len(found.kinds)} corruptions, {curves}"


def _corruptions_json(found: CorruptionErrors | None) -> dict[str, Any]:
    if found is None:
        return {"corruptions": {}}
    return {
        "corruptions": found.kinds,
        "mean_corruption_error": found.mean,
        "clean_error": found.clean,
        "relative_mean_error": found.relative_mean,
        "ensemble_mean_corruption_error": found.ensemble_mean,
        "ensemble_clean_error": found.ensemble_clean,
        "ranking": {"hardest_first": found.hardest_first, "clean_against_corrupted": found.ranking},
    }


def _told(curve: Curve, amount: float) -> str:
    before, after = curve[curve.identity], curve[amount]
    sure = after.confidence.value
    join = "yet still" if sure > after.accuracy.value + UNAWARE else "and"
    change = f"{as_percent(before.accuracy.value)} -> {after.accuracy.percent()} right"
    return f"{change}, {join} {as_percent(sure)} sure"


def _corruption_rows(found: CorruptionErrors, members: int) -> list[tuple[str, str]]:
    question = f"How often is it wrong when pictures are damaged ({len(found.kinds)} ways, MNIST-C)?"
    answer = (
        f"{found.mean.percent()} on average, {as_percent(found.clean.value)} on the same pictures undamaged"
    )
    if found.relative_mean is not None:
        answer += f": {found.relative_mean.plain(1)} times as often"
    rows = [(question, answer)]
    if members > 1:
        rows.append(("And all of them voting together?", f"{found.ensemble_mean.percent()} on average"))
    rows.append(("Which damage does most harm, and which least?", _extremes(found)))
    if found.ranking is not None:
        agreement = f"rank correlation {found.ranking.plain()} (1: the same order, 0: no relation)"
        rows.append(("Are the best networks on clean pictures the best on damaged ones?", agreement))
    return rows


def _extremes(found: CorruptionErrors) -> str:
    names = found.hardest_first
    told = {
        name: f"{name.replace('_', ' ')} ({as_percent(found.kinds[name].error.value)} wrong)"
        for name in names
    }
    if len(names) < 4:
        return ", ".join(told[name] for name in names)
    return f"{', '.join(told[name] for name in names[:3])}; least {told[names[-1]]}"
