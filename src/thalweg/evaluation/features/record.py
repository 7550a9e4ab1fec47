"""What was found of first weights beside chance and beside their own starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.features.chance import (
    Chance,
    Training,
)
from thalweg.measured import Measured, as_percent
from thalweg.record import NotMeasured, Record, named
from thalweg.statistics.chance import OverChance, guesses


@dataclass(frozen=True, eq=False, repr=False)
class Features(Record, answers="features"):
    """Structure in first-layer weights, seen as pictures (`kind`: "neuron" or "filter").

    `moran` and `slope`: float64 [members, neurons], Moran's I and the spectral slope of each picture.
    `mean_moran`, `mean_slope`: their means over members (slope NaN where pictures are too small). `shuffled`,
    `starts`, `permuted`: against their own pixels shuffled, their own starts, and members that learned from
    shuffled pixels; `training`: what is left of the starts, and what the rest is like. The last three say why
    where they were not measured. `examples_moran`: mean Moran's I of real examples in the same pixels, None
    for filters. `most_moran`: the largest that any picture in these pixels can have, None for neurons (nearly
    1). `mask`: bool [height, width], pixels measured. `images`: float32 [members, neurons, height, width,
    channels] of the first members. `members`, `neurons`: which were measured, counted as they were given.
    `over_chance`: whether anything was learned of these examples; where it was not, no row concludes
    anything.
    """

    kind: str
    moran: np.ndarray
    slope: np.ndarray
    mean_moran: Measured
    mean_slope: Measured
    shuffled: Chance
    starts: Chance | NotMeasured
    permuted: Chance | NotMeasured
    training: Training | NotMeasured
    examples_moran: float | None
    most_moran: float | None
    mask: np.ndarray
    images: np.ndarray
    members: np.ndarray
    neurons: np.ndarray
    false_discovery_rate: float
    excluded: tuple[int, ...]
    over_chance: OverChance | None = None

    def content(self) -> Mapping[str, Any]:
        """Return means with intervals, every comparison with its n, effect and p, and what was measured."""
        return {
            "kind": self.kind,
            "moran": self.mean_moran,
            "spectral_slope": self.mean_slope,
            **named(self, "shuffled", "starts", "permuted", "training"),
            **named(self, "examples_moran", "most_moran", "false_discovery_rate", "over_chance"),
            "pixels": self.mask.sum(),
            "members": len(self.members),
            "neurons": len(self.neurons),
            "excluded": self.excluded,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the numbers of every neuron, the mask, and the pictures of the first members."""
        arrays = {
            "moran": self.moran,
            "spectral_slope": self.slope,
            "p_values": self.shuffled.p_values,
            "mask": self.mask,
            "images": self.images,
            "measured_members": self.members,
            "measured_neurons": self.neurons,
        }
        for name, chance in (("start", self.starts), ("permuted", self.permuted)):
            if isinstance(chance, Chance):
                arrays[f"{name}_p_values"] = chance.p_values
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        if nothing := guesses(self.over_chance):
            return nothing
        rows = [
            ('How random is "almost random"?', self._how_random()),
            (f"Which {self.kind}s have more structure than chance?", self._which()),
            ("And than where they started?", self._than_starts()),
            ("And than after learning from shuffled pixels?", _than(self.permuted)),
        ]
        if np.isfinite(self.mean_slope.value):
            found = (
                f"spectral slope {self.mean_slope.plain()}, shuffled {Measured(self.shuffled.slope).plain()}"
            )
            rows.append(("How much coarser than static are they?", f"{found}, photographs about -2"))
        return rows

    def _how_random(self) -> str:
        parts = [
            f"{self._verdict()}: neighbouring weights agree by {self.mean_moran.plain()} (Moran's I)",
            f"shuffled weights by {Measured(self.shuffled.moran).plain()}",
        ]
        if isinstance(self.starts, Chance):
            parts.append(f"their starts by {Measured(self.starts.moran).plain()}")
        if self.examples_moran is not None:
            parts.append(f"the pictures it learned from by {Measured(self.examples_moran).plain()}")
        if self.most_moran is not None:
            parts.append(
                f"no picture of {self._size()} pixels by more than {Measured(self.most_moran).plain()}"
            )
        return "; ".join(parts)

    def _verdict(self) -> str:
        pooled = self.shuffled.more_moran.p
        if self.kind == "filter" and pooled is not None:  # one filter alone is too small to tell
            together = f"all {self.moran.size:,} together, p {_p(pooled)}"
            found = "not random" if pooled <= self.false_discovery_rate else "random, as far as can be seen"
            return f"{found} ({together})"
        if self.shuffled.share.value < 0.5:
            return f"random, as far as can be seen, in most {self.kind}s"
        if self.examples_moran is None or self.examples_moran <= 0:
            return "not random"
        part = self.mean_moran.value / self.examples_moran
        if part >= 1:
            return "not random, smoother even than real pictures"
        return f"not random, {as_percent(max(0.0, part))} of the way from noise to real pictures"

    def _which(self) -> str:
        allowed = as_percent(self.false_discovery_rate)
        answer = f"{self.shuffled.share.percent()} against shuffled pixels"
        for words, chance in (
            ("their starts", self.starts),
            ("learning from shuffled pixels", self.permuted),
        ):
            if isinstance(chance, Chance):
                answer += f", {chance.share.percent()} against {words}"
        measured = (
            f"{self._size()} pixels" if self.kind == "filter" else f"{self.mask.sum()} pixels that vary"
        )
        return f"{answer} (at most {allowed} of these by chance; {measured})"

    def _size(self) -> str:
        return "x".join(map(str, self.mask.shape))

    def _than_starts(self) -> str:
        if not isinstance(self.training, Training):
            return _than(self.starts)
        left = f"{self.training.start_left.percent()} of what they are is still the start"
        rest = f"in the rest neighbours agree by {self.training.learned_moran.plain()}"
        return f"{_than(self.starts)}; {left}, {rest}"

    def __repr__(self) -> str:
        return (
            f"Moran's I of first-layer weights {self.mean_moran.plain()}, "
            f"{self.shuffled.share.percent()} of {self.kind}s with structure"
        )


def _than(chance: Chance | NotMeasured) -> str:
    if isinstance(chance, NotMeasured):
        return f"not measured: {chance.reason} {chance.hint}"
    effect = chance.more_moran
    tested = "" if effect.p is None else f" (p {_p(effect.p)}, {chance.members} members)"
    return f"Moran's I is {effect.difference.plain()} above theirs, {Measured(chance.moran).plain()}{tested}"


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"
