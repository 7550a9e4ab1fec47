"""Accuracy of every member after every epoch, measured on all examples with the weights held still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Dataset, Split
from thalweg.measured import Measured
from thalweg.statistics import intervals

if TYPE_CHECKING:
    from thalweg.networks.population import Population
    from thalweg.studies.catalogue import Parts
    from thalweg.training.recipe import Recipe


@dataclass(frozen=True)
class Curves:
    """`train` and `test`: accuracy [members, epochs + 1], before the first epoch and after each.

    Where training ended early because all members had reached the level asked for, the last value stays.
    `examples`: how many there are of each, None where that is not known; members that are all right on few
    are then taken for certain.
    """

    train: np.ndarray
    test: np.ndarray
    examples: tuple[int, int] | None = None

    def epochs_to(self, level: float) -> np.ndarray:
        """Return the first epoch after which each member has this training accuracy; infinite if never."""
        reached = self.train[:, 1:] >= level - 1e-9
        first = 1.0 + reached.argmax(axis=1)
        return np.where(reached.any(axis=1), first, np.inf)

    def final(self, which: str) -> Measured:
        """Return the last `train` or `test` accuracy with its interval over starts."""
        values = getattr(self, which)[:, -1]
        if self.examples is None:
            return Measured.of(float(values.mean()), intervals.student(values, limits=(0.0, 1.0)))
        count = self.examples[0 if which == "train" else 1]
        return Measured.of(float(values.mean()), intervals.shares_over_starts(values, count))


def learn(
    recipe: Recipe,
    dataset: Dataset,
    *,
    members: int,
    seed: int,
    until: float = np.inf,
    parts: Parts,
    name: str,
    also: Callable[[int, Population, np.ndarray], None] | None = None,
) -> Curves:
    """Train `members` on `dataset.train` and return their curves; kept in `parts` under `name`.

    Training ends early once every member has a training accuracy of `until`. `also` sees the epochs done, the
    members, and which training examples each has right [members, examples], before the first epoch and after
    each; what is kept under `name` is not used then, since it could not see it.
    """
    examples = (len(dataset.train.labels), len(dataset.test.labels))
    kept = None if also is not None else parts.load(name)
    if kept is not None:
        return Curves(kept["train"], kept["test"], examples)
    from thalweg.training import train

    seen: list[np.ndarray] = []

    def watch(epoch: int, population: Population) -> bool:
        right = answered_right(population, dataset.train)
        seen.append(np.stack([right.mean(axis=1), answered_right(population, dataset.test).mean(axis=1)]))
        if also is not None:
            also(epoch, population, right)
        return bool((seen[-1][0] >= until - 1e-9).all())

    train(recipe, dataset.train, members=members, seed=seed, watch=watch)
    seen += seen[-1:] * (recipe.epochs + 1 - len(seen))
    train_curve, test_curve = np.stack(seen, axis=-1)
    parts.save(name, {"train": train_curve, "test": test_curve})
    return Curves(train_curve, test_curve, examples)


def answered_right(population: Population, split: Split) -> np.ndarray:
    """Return which examples of a split each member answers rightly, booleans [members, examples]."""
    return population.logits(split).argmax(axis=-1) == split.labels
