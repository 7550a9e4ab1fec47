"""How far from the pictures of its training a classifier still works, and whether it notices where not.

A network has seen digits in the middle of clean pictures. Two questions: how fast does accuracy fall as
pictures are moved, turned, blurred (response curves), and does confidence fall with it; and how often is it
wrong under the 15 corruptions of MNIST-C.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.data.corruptions import CORRUPTIONS, SMALLEST
from thalweg.data.transforms import TRANSFORMS
from thalweg.errors import EvaluationError, near_match
from thalweg.evaluation.changed_pictures import answered, some_pictures, unchanged
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.corruption_errors import CorruptionErrors, corruption_errors
from thalweg.evaluation.record import as_percent, html_table, to_plain
from thalweg.evaluation.response_curves import Curve, response_curve

EXAMPLES, CORRUPTED_EXAMPLES = 2_000, 10_000
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
class Shift:
    """Response curves by transform and errors by corruption; either may be empty if none was asked for.

    `examples`: pictures that each level of a curve is measured on. `excluded`: members left out because they
    diverged.
    """

    curves: Mapping[str, Curve]
    corruptions: CorruptionErrors | None
    members: int
    examples: int
    excluded: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return `curves` by transform, `corruptions` by name, and the means over corruptions."""
        return to_plain(
            {
                "curves": {name: curve.to_json() for name, curve in self.curves.items()},
                **_corruptions_json(self.corruptions),
                "members": self.members,
                "examples": {
                    "curves": self.examples,
                    "corruptions": 0 if self.corruptions is None else self.corruptions.examples,
                },
                "excluded": self.excluded,
            }
        )

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
        if self.excluded:
            rows.append(("Were any networks left out?", f"{len(self.excluded)} diverged in training"))
        return rows

    def __repr__(self) -> str:
        curves = f"response to {len(self.curves)} transforms"
        if self.corruptions is None:
            return curves
        found = self.corruptions
        return f"mean error {found.mean.percent()} under {len(found.kinds)} corruptions, {curves}"

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.rows())


def shift(
    classifier: Any,
    split: Any,
    *,
    transforms: Iterable[str] | None = None,
    corruptions: Iterable[str] | None = None,
    examples: int = EXAMPLES,
    corrupted_examples: int = CORRUPTED_EXAMPLES,
    seed: int = 0,
    level: float = 0.95,
) -> Shift:
    """Measure `classifier` on the pictures of `split` as they are changed more and more, and damaged.

    Args:
        classifier: as for `accuracy`.
        split: labelled pictures of at least 4x4 pixels, scaled to [0, 1].
        transforms: names of `thalweg.data.transforms.TRANSFORMS` to draw curves of; all of them by default.
        corruptions: names of `thalweg.data.corruptions.CORRUPTIONS` (Mu & Gilmer, *MNIST-C*, 2019), each at
            its published severity; all 15 by default.
        examples: pictures that each level of a curve is measured on, the same at every level.
        corrupted_examples: pictures that each corruption is measured on, the same for each.
        seed: the same seed picks the same pictures and changes them in the same way.
        level: confidence level of every interval, 0..1.

    Raises `NotApplicable` for data that are not pictures, `EvaluationError` for an unknown name or a
    classifier that `accuracy` would refuse.
    """
    asked = as_classifier(classifier)
    curved = _known("transform", transforms, tuple(TRANSFORMS))
    damaged = _known("corruption", corruptions, tuple(CORRUPTIONS))
    some = some_pictures(split, examples, seed, smallest=SMALLEST)
    many = some_pictures(split, corrupted_examples, seed)
    clean = answered(asked, some, unchanged, seed)
    curves = {
        name: response_curve(asked, some, TRANSFORMS[name], clean=clean, seed=seed, level=level)
        for name in curved
    }
    errors = None
    if damaged:
        many_clean = clean if len(many) == len(some) else answered(asked, many, unchanged, seed)
        errors = corruption_errors(asked, many, damaged, seed=seed, level=level, clean=many_clean)
    return Shift(curves, errors, clean.members, clean.examples, asked.excluded)


def _known(kind: str, names: Iterable[str] | None, known: tuple[str, ...]) -> list[str]:
    chosen = list(known if names is None else names)
    for name in chosen:
        if name not in known:
            raise EvaluationError(
                f"Unknown {kind} {name!r}.{near_match(name, known)}", hint=f"choose from {', '.join(known)}."
            )
    return chosen


def _corruptions_json(found: CorruptionErrors | None) -> dict[str, Any]:
    if found is None:
        return {"corruptions": {}}
    return {
        "corruptions": {name: kind.to_json() for name, kind in found.kinds.items()},
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
