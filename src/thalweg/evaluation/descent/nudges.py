"""The nudges: in which direction, and how much, each weight and bias should move for the cost to fall.

A nudge is minus the cost's derivative by one weight. Its sign says up or down; its size, beside the others,
says how much that weight matters just now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.measured import Measured, as_percent
from thalweg.record import Entry, led_by
from thalweg.statistics.intervals import student
from thalweg.statistics.rounding import is_rounding

if TYPE_CHECKING:
    from thalweg.weights.gradients import CostsAndGradients

LARGEST = 10
TOPS = (0.01, 0.1)


@dataclass(frozen=True, eq=False)
class Nudges(Entry):
    """The nudges of every weight and bias of `members` after `epoch` epochs.

    `layers`: float64 [members, ...] by the layer's name (`layers.0.weight`), minus the gradient of the cost.
    `input_shape`: of one example. Shares are of the sum of all sizes, means over members with t intervals.
    `rounding`: whether the members' cost there is rounding, as its slope is then.
    """

    epoch: int | None
    members: np.ndarray
    layers: Mapping[str, np.ndarray]
    input_shape: tuple[int, ...]
    level: float = 0.95
    rounding: bool = False

    @property
    def sizes(self) -> np.ndarray:
        """Size of every nudge, float64 [members, parameters]; the layers in their order."""
        return np.abs(self.all)

    @property
    def all(self) -> np.ndarray:
        """Every nudge, signed, float64 [members, parameters]; the layers in their order."""
        return np.concatenate([nudge.reshape(len(nudge), -1) for nudge in self.layers.values()], axis=1)

    def top_share(self, top: float) -> Measured:
        """Return the share of all nudging that the `top` share (0..1) of weights and biases does."""
        sizes = np.sort(self.sizes, axis=1)[:, ::-1]
        count = max(1, round(top * sizes.shape[1]))
        return self._share_of_all(_share(sizes[:, :count].sum(axis=1), sizes.sum(axis=1)))

    @property
    def upward(self) -> Measured:
        """Share of the nudges that are not zero which push their weight up."""
        nudges = self.all
        return self._share_of_all(_share((nudges > 0).sum(axis=1), (nudges != 0).sum(axis=1)))

    @property
    def by_layer(self) -> dict[str, dict[str, Measured]]:
        """For each layer: `mean` size of its nudges, and `share` of all nudging; the shares sum to 1."""
        total = self.sizes.sum(axis=1)
        flat = {name: np.abs(nudge).reshape(len(nudge), -1) for name, nudge in self.layers.items()}
        return {
            name: {
                "mean": self._measured(sizes.mean(axis=1)),
                "share": self._share_of_all(_share(sizes.sum(axis=1), total)),
            }
            for name, sizes in flat.items()
        }

    @property
    def by_pixel(self) -> np.ndarray | None:
        """Sizes in the first layer summed over its neurons, float64 [members, *input_shape].

        None for a network whose first layer does not read every pixel by itself, such as a convolution.
        """
        first = next(iter(self.layers.values()))
        if first.ndim != 3 or first.shape[2] != prod(self.input_shape):
            return None
        return np.abs(first).sum(axis=1).reshape(-1, *self.input_shape)

    def largest(self, place: int = 0, count: int = LARGEST) -> list[dict[str, Any]]:
        """Return the `count` largest nudges of one member: layer, index in it, nudge, and rank from 1."""
        nudges = self.all[place]
        order = np.argsort(-np.abs(nudges), kind="stable")[:count].tolist()
        return [
            {**self._where(number), "nudge": float(nudges[number]), "rank": rank}
            for rank, number in enumerate(order, start=1)
        ]

    def _where(self, number: int) -> dict[str, Any]:
        """Return the layer and the index in it of the weight with this number among all."""
        for name, nudge in self.layers.items():
            shape = nudge.shape[1:]
            if number < prod(shape):
                return {"layer": name, "index": [int(part) for part in np.unravel_index(number, shape)]}
            number -= prod(shape)
        raise IndexError(number)

    def content(self) -> Mapping[str, Any]:
        """Return how the nudges are spread, and the largest ones of the first member."""
        return {
            "epoch": self.epoch,
            "members": self.members,
            "top_1_percent": self.top_share(TOPS[0]),
            "top_10_percent": self.top_share(TOPS[1]),
            "upward": self.upward,
            "by_layer": self.by_layer,
            "largest": self.largest(),
            "rounding": self.rounding,
        }

    def arrays(self, name: str) -> dict[str, np.ndarray]:
        """Return the first member's nudges layer by layer, and the mean over members by pixel."""
        arrays = {layer: nudge[0] for layer, nudge in self.layers.items()}
        if (pixels := self.by_pixel) is not None:
            arrays["by_pixel"] = pixels.mean(axis=0)
        return led_by(f"nudges_{name}_", arrays)

    def answer(self) -> str:
        """Return in one sentence how unequal the nudges are."""
        if self.rounding:
            return "cannot be asked: the cost there is rounding, and so is its slope"
        shares = self.by_layer
        heavy = max(shares, key=lambda layer: shares[layer]["share"].value)
        mean = max(shares, key=lambda layer: shares[layer]["mean"].value)
        top = self.top_share(TOPS[1])
        return (
            f"the top 10 % do {top.percent()} of the nudging; {in_words(heavy)} hold "
            f"{as_percent(shares[heavy]['share'].value)} of it, {in_words(mean)} the hardest one by one"
        )

    def _measured(self, values: np.ndarray) -> Measured:
        return Measured.of(float(values.mean()), student(values, self.level))

    def _share_of_all(self, values: np.ndarray) -> Measured:
        found = self._measured(values)
        if found.low is None or found.high is None:
            return found
        return Measured(found.value, max(0.0, found.low), min(1.0, found.high))


def in_words(layer: str) -> str:
    """Return the name of an array of weights for a reader: `layers.0.weight` is the weights of layer 1."""
    kind, _, rest = layer.partition(".")
    number, _, part = rest.partition(".")
    if part not in ("weight", "bias") or not number.isdigit():
        return layer
    return f"the {'weights' if part == 'weight' else 'biases'} of {kind.removesuffix('s')} {int(number) + 1}"


def nudges_of(
    found: CostsAndGradients,
    *,
    epoch: int | None,
    members: np.ndarray,
    input_shape: tuple[int, ...],
    cost_name: str,
    level: float = 0.95,
) -> Nudges:
    """Return the nudges that the slopes of some members mean; `cost_name`: of the cost that slopes."""
    layers = {name: -gradient for name, gradient in found.gradient.items()}
    rounding = is_rounding(float(found.cost.mean()), cost_name)
    return Nudges(epoch, np.asarray(members), layers, input_shape, level, rounding)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
