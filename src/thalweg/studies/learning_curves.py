"""Accuracy of every member after every epoch, measured on all examples with the weights held still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Dataset, Split
from thalweg.measured import Measured
from thalweg.statistics import intervals
from thalweg.studies.kept_parts import NUMBERS, Form, kept_part

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
    shape = (members, recipe.epochs + 1)
    forms = {"train": Form(NUMBERS, shape), "test": Form(NUMBERS, shape)}
    kept = None if also is not None else kept_part(parts, name, forms)
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


def looks(epochs: int, count: int) -> list[int]:
    """Return after which epochs members are looked at: about `count`, rising evenly on a logarithmic scale.

    The first and the last epoch are among them.

    Examples:
        >>> from thalweg.studies.learning_curves import looks
        >>> looks(100, 5)
        [1, 3, 10, 32, 100]
    """
    return sorted({round(float(epoch)) for epoch in np.geomspace(1, epochs, count)})


class Looks:
    """To be passed to `train` as `watch`: accuracies on `splits` after chosen `epochs` (see `looks`)."""

    def __init__(self, epochs: Sequence[int], *splits: Split):
        self.epochs, self.splits = frozenset(epochs), splits
        self._seen: list[list[np.ndarray]] = []

    def __call__(self, epoch: int, population: Population) -> None:
        """Look at the members after an epoch, if it is a chosen one."""
        if epoch in self.epochs:
            self._seen.append([answered_right(population, split).mean(axis=1) for split in self.splits])

    @property
    def accuracies(self) -> list[np.ndarray]:
        """Return the accuracies [members, looks] on each split."""
        return [np.stack(side, axis=1) for side in zip(*self._seen, strict=True)]
