"""Which examples each member learns from: all of them, a bootstrap sample, or a share dealt fairly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.data.balanced_subsets import balanced_subsets, block_size
from thalweg.errors import EstimatorError

BOOTSTRAP = 1
"""Tells the stream of random numbers of a member's bootstrap sample from that of its seeds."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """What a member learns from: everything, a bootstrap sample, or a share of the examples.

    `share`: of the examples, None for all of them. `first`: number of the first member.
    """

    examples: int
    members: int
    bootstrap: bool = False
    share: float | None = None
    seed: int = 0
    first: int = 0

    def __post_init__(self) -> None:
        if self.bootstrap and self.share is not None:
            raise EstimatorError(
                f"bootstrap and share={self.share:g} were asked for: both say which examples a member learns "
                "from.",
                hint="leave one of them out.",
            )
        if self.share is not None:
            block_size(self.share)  # refuses what is no share

    @property
    def differs(self) -> str:
        """In words, how members differ in their examples; empty where they do not."""
        if self.bootstrap:
            return f"a bootstrap sample of the {self.examples:,} examples of each one's own"
        if self.share is not None:
            return (
                f"a random {self.share:.0%} of the {self.examples:,} examples of each one's own, dealt so "
                f"that of {block_size(self.share)} members equally many leave out each example"
            )
        return ""

    def rows(self) -> list[np.ndarray | None]:
        """Return for every member the numbers of the examples that it learns from, None for all in order.

        A bootstrap sample has as many as there are examples, some of them several times (Efron 1979).
        """
        if self.bootstrap:
            return [self._resampled(self.first + member) for member in range(self.members)]
        if self.share is None:
            return [None] * self.members
        inside = balanced_subsets(
            self.examples, self.members, share=self.share, seed=self.seed, first=self.first
        )
        return [np.flatnonzero(row) for row in inside]

    def _resampled(self, member: int) -> np.ndarray:
        generator = np.random.default_rng([self.seed, member, BOOTSTRAP])
        return np.sort(generator.integers(self.examples, size=self.examples))


def inside_of(chosen: np.ndarray | None, examples: int) -> np.ndarray | None:
    """Return what one member learned from, bool [1, examples], of the numbers it was given; None for all."""
    if chosen is None:
        return None
    inside = np.zeros((1, examples), dtype=bool)
    inside[0, chosen] = True
    return inside
