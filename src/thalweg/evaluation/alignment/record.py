"""What was found of matched neurons, pair by pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import one_of
from thalweg.measured import Measured
from thalweg.record import Entry, Record, named
from thalweg.statistics.chance import OverChance, guesses

WORDS = {"weights": "by their weights", "activations": "by what their units do"}


@dataclass(frozen=True, eq=False)
class Matching(Entry):
    """How alike pairs are after one method of matching.

    `distance`: of the weights after matching, divided by that before, mean over pairs; 0 means the same
    network, 1 that nothing was gained. `correlation`: between matched units over examples, mean over the
    units of each hidden layer and over pairs; one number a layer. `agreeing`: share of the starts of the
    search that ended as well as the best one. `function_change`: largest change of any output activation by
    rearranging, over all pairs and examples; rounding only. Arrays are [pairs] and [pairs, layers].
    """

    distance: Measured
    correlation: tuple[Measured, ...]
    agreeing: float
    function_change: float
    distances: np.ndarray
    correlations: np.ndarray

    def content(self) -> Mapping[str, Any]:
        """Return every number but those of single pairs."""
        return {
            "distance": self.distance,
            "correlation": self.correlation,
            "starts_agreeing": self.agreeing,
            "function_change": self.function_change,
        }


@dataclass(frozen=True, eq=False, repr=False)
class Alignment(Record, answers="alignment"):
    """Every pair of some members, matched by each method.

    `pairs` int64 [pairs, 2]: members, counted in the classifier as it was given; the second of a pair was
    rearranged. `unaligned`: correlation of the units that happen to stand in the same place, one number a
    hidden layer; `unaligned_distances` float64 [pairs]: of their weights, before matching. `signs`: whether
    units could change their sign. Intervals are over new members. `over_chance`: whether anything was
    learned; where it was not, no row concludes anything.
    """

    methods: Mapping[str, Matching]
    unaligned: tuple[Measured, ...]
    unaligned_distances: np.ndarray
    pairs: np.ndarray
    members: np.ndarray
    widths: tuple[int, ...]
    signs: bool
    starts: int
    examples: int
    excluded: tuple[int, ...]
    over_chance: OverChance | None = None

    def __getitem__(self, method: str) -> Matching:
        return self.methods[one_of(self.methods, method, "method")]

    def content(self) -> Mapping[str, Any]:
        """Return one object a method, and how the search was made."""
        return {
            **self.methods,
            "unaligned": {"correlation": self.unaligned},
            "members": self.members,
            "pairs": len(self.pairs),
            **named(self, "widths", "signs", "starts", "examples", "excluded", "over_chance"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the pairs, their distances before matching, and for each method what it made of them."""
        arrays = {"pairs": self.pairs, "unaligned_distance": self.unaligned_distances}
        for name, matching in self.methods.items():
            arrays[f"{name}_distance"] = matching.distances
            arrays[f"{name}_correlation"] = matching.correlations
        return arrays

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal, one a method."""
        if rows := guesses(self.over_chance):
            return rows
        for name, matching in self.methods.items():
            layers = ", ".join(layer.plain(2) for layer in matching.correlation)
            rows.append(
                (
                    f"How alike are two networks, units matched {WORDS[name]}?",
                    f"distance {matching.distance.percent()} of that before; correlation of units {layers}",
                )
            )
        return rows

    def __repr__(self) -> str:
        distances = (f"{name} {matching.distance.percent()}" for name, matching in self.methods.items())
        return f"distance left after matching by {', '.join(distances)}, {len(self.pairs):,} pairs"
