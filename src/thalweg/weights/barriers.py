"""Barriers on straight lines between many networks: how far they rise above their ends mixed alike.

After Entezari et al. 2021 (arXiv 2110.06296). Where two networks cost unlike, taking off the mean of the ends
instead would leave half of what they differ by, however flat the way between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.chunks import slices
from thalweg.weights.interpolation import EmpiricalCost, first_sums_of, heights, in_chunks, stacked
from thalweg.weights.permutation import Rearrangement, rearranged, widths

PAIRS_AT_ONCE = 64
"""Pairs whose rearranged networks are in memory."""

Ends = Callable[[int, int], tuple[Rearrangement | None, Rearrangement | None]]
"""How the hidden units of two networks, told by their numbers, stand at the two ends of their line."""


class Barriers:
    """Straight lines between perceptrons of one shape, measured at `points` places, ends included.

    `costs` [networks]: what each costs as it is. What first layers sum is computed once for each network:
    its units in another order sum the same, in that order.
    """

    def __init__(self, networks: Sequence[Any], points: int, empirical: EmpiricalCost):
        self.networks, self.empirical = list(networks), empirical
        shares = np.linspace(0, 1, points)
        self.between = np.column_stack([1 - shares, shares])[1:-1]
        together, alone = stacked(self.networks), np.arange(len(networks))
        self.costs = heights(together, alone[:, None], np.ones((len(networks), 1)), empirical).cost
        self._sums = [first_sums_of(together, alone, some.inputs) for some in in_chunks(empirical)]
        self._widths = widths(self.networks[0])

    def as_they_are(self, first: int, second: int) -> tuple[None, None]:
        """Leave the units of both networks where they are: the plainest `Ends`."""
        return None, None

    def of(self, pairs: np.ndarray, ends: Ends) -> np.ndarray:
        """Return the barrier of each of `pairs` [pairs, 2], float64 [pairs]; at least 0.

        Rearranged, a network costs what it did: the ends are measured once.
        """
        found = []
        for chosen in slices(len(pairs), PAIRS_AT_ONCE):
            some = pairs[chosen]
            orders = list(chain.from_iterable(ends(*pair) for pair in some.tolist()))
            cost = self._between(some.ravel(), orders).reshape(len(some), -1)
            mixed = self.costs[some] @ self.between.T
            found.append(np.maximum(0.0, (cost - mixed).max(axis=1)))
        return np.concatenate(found)

    def _between(self, members: np.ndarray, orders: list[Rearrangement | None]) -> np.ndarray:
        """Return the cost of every point between members 0 and 1, 2 and 3, ... so rearranged."""
        networks = [
            self.networks[member] if order is None else rearranged(self.networks[member], order)
            for member, order in zip(members.tolist(), orders, strict=True)
        ]
        known = [order or Rearrangement.none(self._widths) for order in orders]
        first = jnp.asarray(np.stack([order.orders[0] for order in known]))
        signs = jnp.asarray(np.stack([order.signs[0] for order in known]), jnp.float32)

        def first_sums(used: jax.Array, chunk: int, inputs: jax.Array) -> jax.Array:
            return _reordered(self._sums[chunk], jnp.asarray(members)[used], first[used], signs[used])

        which = np.repeat(2 * np.arange(len(members) // 2)[:, None] + [0, 1], len(self.between), axis=0)
        shares = np.tile(self.between, (len(members) // 2, 1))
        return heights(stacked(networks), which, shares, self.empirical, first_sums=first_sums).cost


@jax.jit
def _reordered(sums: jax.Array, members: jax.Array, orders: jax.Array, signs: jax.Array) -> jax.Array:
    """Return the sums [members, examples, units] of those members, their units in those orders."""
    return jax.lax.map(lambda one: sums[one[0]][:, one[1]] * one[2], (members, orders, signs))
