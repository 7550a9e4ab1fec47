"""Tables of right and wrong as a crossed design draws them: examples' difficulty, members' ability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, ndtri

NODES = 4001
ABILITIES = 201
"""Quantiles by which a mean over difficulties, or over abilities, is integrated."""
EDGE = 40.0
"""Difficulties beyond which every member is right, or wrong."""


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

    def over_starts(self, difficulties: np.ndarray) -> np.ndarray:
        """Return how often members are right on examples of these difficulties, over all members."""
        at = np.linspace(-EDGE, EDGE, NODES)
        found = _kept(("starts", *self.key), lambda: expit(self._abilities()[:, None] - at).mean(axis=0))
        return np.interp(difficulties, at, found, left=1.0, right=0.0)

    def over_examples(self, abilities: np.ndarray) -> np.ndarray:
        """Return how often members of these abilities are right, over all examples."""
        reach = 6 * self.ability + 1e-9
        at = self._centre() + np.linspace(-reach, reach, ABILITIES)
        found = _kept(("examples", *self.key), lambda: expit(at[:, None] - self._nodes()).mean(axis=1))
        return np.interp(abilities, at, found)

    @property
    def key(self) -> tuple:
        """All that the world is made of."""
        return self.accuracy, self.difficulty, self.spread, self.ability

    def _abilities(self) -> np.ndarray:
        return self._centre() + self.ability * ndtri((np.arange(ABILITIES) + 0.5) / ABILITIES)

    def _nodes(self) -> np.ndarray:
        return self._quantile((np.arange(NODES) + 0.5) / NODES)

    def _quantile(self, share: np.ndarray) -> np.ndarray:
        if self.difficulty == "rare":
            within = np.clip((share - 0.9) / 0.1, 1e-9, 1 - 1e-9)
            return np.where(share < 0.9, -50.0, self.spread * ndtri(within))
        if self.difficulty == "t2":
            return self.spread * (2 * share - 1) / np.sqrt(2 * share * (1 - share))
        return self.spread * ndtri(share)

    def _centre(self) -> float:
        """Return the mean ability at which the accuracy is met."""
        return _kept(("centre", *self.key), lambda: _centred(self))


_FOUND: dict[tuple, Any] = {}


def _kept(key: tuple, find: Callable[[], Any]) -> Any:
    """Return what was found for `key` before, else find it: integrals are wanted once a drawing."""
    if key not in _FOUND:
        _FOUND[key] = find()
    return _FOUND[key]


def _centred(world: World) -> float:
    difficulties = world._nodes()
    abilities = world.ability * ndtri((np.arange(ABILITIES) + 0.5) / ABILITIES)

    def beyond(centre: float) -> float:
        return float(expit(centre + abilities[:, None] - difficulties).mean()) - world.accuracy

    return float(brentq(beyond, -60.0, 60.0))  # type: ignore[arg-type]
