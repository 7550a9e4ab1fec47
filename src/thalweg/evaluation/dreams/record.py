"""What was found of dreams, and of what a judge sees in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import one_of
from thalweg.evaluation.dreams.judge import Judge
from thalweg.evaluation.dreams.tables import Dreams
from thalweg.measured import Measured
from thalweg.record import Record, led_by, named
from thalweg.statistics.chance import OverChance, guesses

NEAR = 1.1  # times the usual distance: what still counts as the shape of a real picture


@dataclass(frozen=True, eq=False, repr=False)
class Dreaming(Record, answers="dreams"):
    """What members dream, one entry a way of dreaming: `free` and `smooth`.

    `members`: int64, which members dreamt, counted in the classifier as it was given. `labels`: int64, the
    classes dreamt of. `judge`: who judged, and how good judge and dreamers are on real pictures; None where
    nobody could. `real_neighbour_agrees`: share of real test pictures whose nearest training picture is of
    the same class, interval over examples. `over_chance`: whether the dreamers learned anything; where they
    did not, no row concludes anything.
    """

    styles: Mapping[str, Dreams]
    starts: tuple[str, ...]
    labels: np.ndarray
    class_names: tuple[str, ...]
    members: np.ndarray
    judge: Judge | None
    real_neighbour_agrees: Measured
    steps: int
    excluded: tuple[int, ...]
    over_chance: OverChance | None = None

    def __getitem__(self, style: str) -> Dreams:
        return self.styles[one_of(self.styles, style, "way of dreaming")]

    def content(self) -> Mapping[str, Any]:
        """Return one object a way of dreaming, and how it was done."""
        return {
            **self.styles,
            "judge": None if self.judge is None else self.judge.name,
            "judge_given": None if self.judge is None else self.judge.is_given,
            "judge_stronger": None if self.judge is None else self.judge.is_stronger,
            "judge_accuracy": None if self.judge is None else self.judge.accuracy,
            "dreamers_accuracy": None if self.judge is None else self.judge.dreamers,
            "neighbour_agrees_on_real": self.real_neighbour_agrees,
            "classes": [self.class_names[label] for label in self.labels],
            **named(self, "starts", "steps", "over_chance"),
            "members": len(self.members),
            "excluded": self.excluded,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return which members and classes, and every way's pictures and tables as `<style>_<name>`."""
        arrays = {"dreaming_members": self.members, "dreamt_classes": self.labels}
        for name, style in self.styles.items():
            arrays |= led_by(f"{name}_", style.arrays())
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        if nothing := guesses(self.over_chance):
            return nothing
        free, smooth = self.styles["free"], self.styles["smooth"]
        rows = [("Can it draw what it reads?", self._verdict())]
        for question, style in (
            ("What does it believe in most, drawn freely?", free),
            ("And if rough and bright pictures cost?", smooth),
        ):
            rows.append((question, self._answer(style)))
        return [*rows, ("Who judged?", self._who())]

    def _who(self) -> str:
        real = self.real_neighbour_agrees.percent()
        others = f"the nearest of all training pictures, of the same class for {real} of real pictures"
        if self.judge is None:
            return f"nobody but {others}: one network alone; pass a judge or several members"
        kind = "of the same kind, which shares their errors"
        if self.judge.is_given:
            kind = "stronger" if self.judge.is_stronger else "not stronger"
        right = f"right on {self.judge.accuracy.percent()} of real pictures"
        dreamers = f"the dreamers on {self.judge.dreamers.percent()}"
        return f"{self.judge.name}, {right}, {dreamers}: {kind}; and {others}"

    def _answer(self, style: Dreams) -> str:
        best = style.best
        parts = [
            f"it is sure of it by {best.mean_own.percent()} ({style.mean_own.percent()} over all starts)"
        ]
        if self.judge is not None and best.mean_agreed is not None and best.mean_judged is not None:
            seen = f"{self.judge.name} sees the same in {best.mean_agreed.percent()}"
            parts.append(f"{seen}, by {best.mean_judged.percent()}")
        parts.append(f"the nearest real picture is of the class for {best.mean_neighbour_agrees.percent()}")
        parts.append(
            f"in shape {best.mean_shape_ratio.plain()} times as far from a real one as real ones are "
            f"(with its brightness {best.mean_ratio.plain()}, a black picture {style.blank_ratio:.2f})"
        )
        return "; ".join(parts)

    def _verdict(self) -> str:
        ratios = [style.best.mean_shape_ratio for style in self.styles.values()]
        nearest = min(ratios, key=lambda ratio: ratio.value)
        low = nearest.value if nearest.low is None else nearest.low
        if low > NEAR:
            return f"no: at best {nearest.plain()} times as far in shape from real pictures as these are"
        return f"its pictures have the shape of real ones: {nearest.plain()} times the usual distance"

    def __repr__(self) -> str:
        parts = (
            f"{name} believed by {style.mean_own.percent()}, {style.mean_shape_ratio.plain()} times as far"
            for name, style in self.styles.items()
        )
        return f"dreams, {'; '.join(parts)}"
