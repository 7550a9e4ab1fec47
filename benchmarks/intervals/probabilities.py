"""Probabilities of members whose calibration is known: each sees every example through noise of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Views:
    """Where probabilities come from. An example of class c is seen as strength · e_c + normal noise.

    Part of the noise is the example's (hard for all members), the rest the member's own. Given its own view a
    member's probability of each class is known exactly, softmax(strength · view); it answers with the softmax
    of `sharpness` times as much, so that sharpness 1 is calibrated and above 1 is too sure.

    `classes`; `strength`: what is easy; `shared`: share of the noise's variance that is the example's;
    `sharpness`: median over members; `spread`: standard deviation of its logarithm between members; `skill`:
    standard deviation of the strength between members, each of whom knows its own.
    """

    classes: int = 10
    strength: float = 3.0
    shared: float = 0.7
    sharpness: float = 1.0
    spread: float = 0.0
    skill: float = 0.0

    def draw(
        self, generator: np.random.Generator, members: int, examples: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return labels [examples], answers and exact probabilities, both [members, examples, classes]."""
        labels = generator.integers(0, self.classes, examples)
        common = self.shared**0.5 * generator.standard_normal((examples, self.classes), dtype=np.float32)
        view = generator.standard_normal((members, examples, self.classes), dtype=np.float32)
        view *= (1 - self.shared) ** 0.5
        view += common
        strength = self.strength + self.skill * generator.standard_normal((members, 1), dtype=np.float32)
        view[:, np.arange(examples), labels] += strength
        sure = self.sharpness * np.exp(self.spread * generator.standard_normal((members, 1, 1)))
        view *= strength[:, :, None]
        return labels, _softmax(view * sure.astype(np.float32)), _softmax(view)

    def alike(self) -> Views:
        """Return the same world with members of one sharpness and one strength."""
        return replace(self, spread=0.0, skill=0.0)


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
