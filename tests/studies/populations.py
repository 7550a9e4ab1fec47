"""Made-up populations whose true spread between members is known."""

from __future__ import annotations

import numpy as np

Answers = tuple[np.ndarray, np.ndarray]


def answers(
    members: int, examples: int, *, error: float, true_sd: float, classes: int = 10, seed: int = 0
) -> Answers:
    """Return what members answer [members, examples] and the labels [examples].

    Members err independently on examples of very different difficulty, `error` of the time on average; the
    accuracies that they would have on endless examples are normal with sd `true_sd`.
    """
    generator = np.random.default_rng(seed)
    labels = generator.integers(classes, size=examples)
    hard = generator.beta(0.2, 0.2 * (1 - error) / error, size=examples)
    own = true_sd * generator.standard_normal(members)
    # what a member adds is a share of what can be added to an example, so that its mean is what it should be
    room = hard * (1 - hard)
    chance = np.clip(hard + own[:, None] * room / room.mean(), 0, 1)
    wrong = generator.random((members, examples)) < chance
    other = (labels + generator.integers(1, classes, size=(members, examples))) % classes
    return np.where(wrong, other, labels).astype(np.uint8), labels


def calibrated(members: int, examples: int, *, classes: int, seed: int = 0) -> Answers:
    """Return answers that are drawn, as the labels are, from one distribution over classes per example.

    So a vote of endless members is calibrated, and members err independently.
    """
    generator = np.random.default_rng(seed)
    chances = generator.dirichlet(np.full(classes, 0.05), size=examples)
    ends = chances.cumsum(axis=1)

    def draw(count: int) -> np.ndarray:
        return (generator.random((count, examples, 1)) > ends[None, :, :-1]).sum(axis=-1).astype(np.uint8)

    return draw(members), draw(1)[0].astype(np.int64)
