"""Why neurons are smooth: one that is only on or off gives no slope to roll down.

The same weights are asked twice, once with the members' own neurons and once with neurons that jump from 0 to
1. A weight of a hidden layer is nudged up and down; with jumping neurons the cost does not move at all unless
the nudge tips some neuron over for some example, so the derivative is zero almost everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry, led_by, named
from thalweg.statistics.intervals import crossed

if TYPE_CHECKING:
    from thalweg.networks.population import Population, TrainedNetwork
    from thalweg.weights.interpolation import EmpiricalCost

SIZES = (1e-6, 1e-3)
WEIGHTS = 100
KINDS = ("smooth", "on_off")


@dataclass(frozen=True, eq=False)
class OnOff(Entry):
    """How nudges of hidden weights move the cost, with the members' `activation` and with one that jumps.

    `sizes` [sizes]: by how much a weight was nudged, up and down. `unmoved`: bool [members, weights, sizes]
    by kind ("smooth", "on_off"): whether the cost stayed the same to the last bit both ways. `no_slope`:
    float64 [members] by kind: the share of all hidden weights and biases whose derivative is exactly zero.
    Weights that read a pixel which is black in every example are not drawn, and are counted in `no_slope`.
    `origin`: "start" or "end" of training.
    """

    activation: str
    origin: str
    members: np.ndarray
    sizes: np.ndarray
    unmoved: dict[str, np.ndarray]
    no_slope: dict[str, np.ndarray]
    examples: int
    level: float = 0.95

    def share(self, kind: str, size: int = 0) -> Measured:
        """Return the share of drawn weights whose nudge of `sizes[size]` leaves the cost as it is."""
        return crossed(self.unmoved[kind][:, :, size], self.level).measured

    @property
    def weights(self) -> int:
        """How many weights were nudged, those of all members together."""
        return self.unmoved["on_off"][:, :, 0].size

    def content(self) -> Mapping[str, Any]:
        """Return the shares, by kind and by size of the nudge."""
        return {
            **named(self, "activation", "origin", "sizes"),
            "unmoved": {kind: [self.share(kind, size) for size in range(len(self.sizes))] for kind in KINDS},
            "no_slope": {kind: self.no_slope[kind].mean() for kind in KINDS},
            **named(self, "weights", "members", "examples"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return which drawn weights left the cost unmoved."""
        return led_by("on_off_unmoved_", {kind: self.unmoved[kind] for kind in KINDS})

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        size = f"{self.sizes[0]:.0e}".replace("e-0", "e-")
        jumping, smooth = self.share("on_off").percent(), self.share("smooth").percent()
        answer = (
            f"a nudge of {size} leaves the cost unmoved for {jumping} of {self.weights:,} hidden weights; "
            f"with {self.activation} for {smooth}"
        )
        return [("What if neurons were only on or off?", answer)]


def on_off(
    population: Population,
    empirical: EmpiricalCost,
    *,
    members: Sequence[int],
    origin: str,
    weights: int = WEIGHTS,
    seed: int = 0,
    level: float = 0.95,
) -> OnOff | str:
    """Nudge `weights` hidden weights of each of `members`; the cost is without a penalty.

    `origin`: in words, where in training the members of `population` are.

    Returns the reason, in words, for a network that has no hidden neurons or whose neurons jump already.
    """
    from thalweg.evaluation.descent.moved_weights import move_weights, with_activation

    empirical = empirical._replace(l2=0.0)
    activation = getattr(population.networks, "activation", None)
    if activation is None or activation == "step":
        return "its neurons have no smooth activation to compare with"
    if not hidden_weights(population[members[0]]):
        return "it has no hidden neurons"
    found: dict[str, list] = {kind: [] for kind in KINDS}
    slopes: dict[str, list] = {kind: [] for kind in KINDS}
    for member in members:
        one = population[member]
        drawn = _drawn(one, empirical, weights, np.random.default_rng([seed, 4, member]))
        for kind, name in zip(KINDS, (activation, "step"), strict=True):
            moved = move_weights(with_activation(one.network, name), drawn, SIZES, empirical)
            found[kind].append(moved.unmoved)
            slopes[kind].append((moved.gradient[: hidden_weights(one)] == 0).mean())
    return OnOff(
        activation=activation,
        origin=origin,
        members=np.asarray(members),
        sizes=np.array(SIZES),
        unmoved={kind: np.array(unmoved) for kind, unmoved in found.items()},
        no_slope={kind: np.array(shares) for kind, shares in slopes.items()},
        examples=len(empirical.labels),
        level=level,
    )


def hidden_weights(member: TrainedNetwork) -> int:
    """Return how many weights and biases stand before the last layer; they come first in a vector of all."""
    last = member.network.layers[-1]
    return member.parameters - sum(np.size(part) for part in vars(last).values())


def _drawn(
    member: TrainedNetwork, empirical: EmpiricalCost, weights: int, generator: np.random.Generator
) -> np.ndarray:
    """Draw hidden weights and biases; none that reads a pixel which is black in every example."""
    read = np.ones(hidden_weights(member), bool)
    first: Any = member.network.layers[0]
    seen = empirical.inputs.reshape(len(empirical.labels), -1).any(axis=0)
    if first.weight.shape == (first.weight.shape[0], seen.size):
        read[: first.weight.size] = np.tile(seen, first.weight.shape[0])
    known = np.flatnonzero(read)
    return np.sort(generator.choice(known, min(weights, len(known)), replace=False))
