"""Tables of right and wrong as a crossed design draws them: examples' difficulty, members' ability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit
from scipy.stats import norm, t

NODES = 4001
"""Quantiles by which a mean over difficulties and abilities is integrated."""


@dataclass(frozen=True)
class World:
    """Where answers come from: a member of ability a is right on an example of difficulty d by expit(a - d).

    `accuracy`: the mean over all members and examples; `difficulty`: "normal", "t2" (heavy tails) or "rare"
    (nine of ten are never mistaken, the rest are normal); `spread`: scale of the difficulty; `ability`:
    standard deviation between members on the same scale.
    """

    accuracy: float
    difficulty: str = "normal"
    spread: float = 2.0
    ability: float = 0.3

    def draw(self, generator: np.random.Generator, members: int, examples: int) -> np.ndarray:
        """Return answers [members, examples], True where right."""
        return self.answers(generator, self.abilities(generator, members), self.examples(generator, examples))

    def abilities(self, generator: np.random.Generator, members: int) -> np.ndarray:
        """Return abilities [members], centred so that the world's accuracy is what it says."""
        return self._centre() + self.ability * generator.standard_normal(members)

    def examples(self, generator: np.random.Generator, examples: int) -> np.ndarray:
        """Return difficulties [examples]."""
        return self._quantile(generator.random(examples))

    def answers(
        self, generator: np.random.Generator, abilities: np.ndarray, difficulties: np.ndarray
    ) -> np.ndarray:
        """Return answers [members, examples] of these members to these examples."""
        share = expit(abilities[:, None] - difficulties[None, :])
        return generator.random(share.shape) < share

    def _quantile(self, share: np.ndarray) -> np.ndarray:
        if self.difficulty == "rare":
            return np.where(
                share < 0.9, -50.0, self.spread * norm.ppf(np.clip((share - 0.9) / 0.1, 1e-9, 1 - 1e-9))
            )
        law: Callable = norm.ppf if self.difficulty == "normal" else lambda at: t.ppf(at, 2)
        return self.spread * law(share)

    def _centre(self) -> float:
        """Return the mean ability at which the accuracy is met, by bisection of the integral."""
        key = (self.accuracy, self.difficulty, self.spread, self.ability)
        if key not in _CENTRES:
            _CENTRES[key] = _bisected(self)
        return _CENTRES[key]


_CENTRES: dict[tuple, float] = {}


def _bisected(world: World) -> float:
    at = (np.arange(NODES) + 0.5) / NODES
    difficulties, abilities = world._quantile(at), world.ability * norm.ppf((np.arange(101) + 0.5) / 101)
    low, high = -60.0, 60.0
    for _ in range(60):
        middle = (low + high) / 2
        mean = expit(middle + abilities[:, None] - difficulties[None, :]).mean()
        low, high = (middle, high) if mean < world.accuracy else (low, middle)
    return (low + high) / 2
