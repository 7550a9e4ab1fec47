"""Resampling examples (the bootstrap) as matrix products."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

REPEATS = 400


GROUPS = 200


FEW_PRODUCTS = 10_000_000  # below this, a matrix product spends its time on waking threads


@dataclass(frozen=True, eq=False)
class Resampling:
    """Examples dealt into random groups, and how often each group is drawn in each repeat.

    `groups` int [examples]; `weights` float64 [repeats, groups]. Groups make a repeat cheap for any number
    of examples; up to 200 examples each is a group of its own (the ordinary bootstrap).
    """

    groups: np.ndarray
    weights: np.ndarray

    @staticmethod
    def of(examples: int, *, seed: int, repeats: int = REPEATS) -> Resampling:
        """Deal `examples` into at most 200 groups and draw the weights of `repeats` bootstrap repeats."""
        generator = np.random.default_rng([seed, examples])
        count = min(GROUPS, examples)
        groups = generator.permutation(np.arange(examples) % count)
        return Resampling(groups, generator.multinomial(count, np.full(count, 1 / count), repeats) * 1.0)

    def sums(self, table: np.ndarray) -> np.ndarray:
        """Return the sums over groups [..., repeats, columns] of `table` [..., groups, columns]."""
        if table.size * len(self.weights) < FEW_PRODUCTS:
            return np.einsum("rg,...gc->...rc", self.weights, table)
        return self.weights @ table
