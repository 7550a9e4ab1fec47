"""Where trained members ended: what they cost and answer on training and test examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from thalweg.chunks import slices
from thalweg.data.dataset import Split

if TYPE_CHECKING:
    from thalweg.networks.population import Population

CELLS = 2_000_000
"""Answers (members x examples) that are scored at once: some 100 MB of logits."""


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What members came to. Costs are those that were minimised, without penalties on weights.

    `train_cost`, `train_accuracy` float64 [members]; `test_costs` float32 and `predicted` uint16, the class
    answered [members, test examples]; `diverged` bool [members].
    """

    train_cost: np.ndarray
    train_accuracy: np.ndarray
    test_costs: np.ndarray
    predicted: np.ndarray
    diverged: np.ndarray

    def __len__(self) -> int:
        return len(self.diverged)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the arrays by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def sound(self) -> Outcomes:
        """Return the members that did not diverge."""
        return Outcomes(**{name: array[~self.diverged] for name, array in self.arrays().items()})

    @staticmethod
    def joined(parts: Sequence[Outcomes]) -> Outcomes:
        """Return the members of several blocks one after another."""
        tables = [part.arrays() for part in parts]
        return Outcomes(**{name: np.concatenate([table[name] for table in tables]) for name in tables[0]})


def outcomes(population: Population, train: Split, test: Split, cost: str) -> Outcomes:
    """Measure every member on all training and test examples, a few members at a time."""
    members = len(population)
    train_cost, train_accuracy = np.empty(members), np.empty(members)
    for chosen, costs, predicted in _scored(population, train, cost):
        train_cost[chosen] = costs.mean(axis=1, dtype=np.float64)
        train_accuracy[chosen] = (predicted == train.labels).mean(axis=1)
    test_costs = np.empty((members, len(test)), np.float32)
    answers = np.empty((members, len(test)), np.uint16)
    for chosen, costs, predicted in _scored(population, test, cost):
        test_costs[chosen], answers[chosen] = costs, predicted
    return Outcomes(train_cost, train_accuracy, test_costs, answers, np.asarray(population.diverged))


def _scored(
    population: Population, split: Split, cost: str
) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """Yield (members, their costs [members, examples], the classes that they answer)."""
    import jax.numpy as jnp

    from thalweg.networks.costs import cost_per_example, targets

    wanted = targets(jnp.asarray(split.labels), split.classes)
    for chosen in slices(len(population), CELLS // len(split)):
        logits = population[chosen].logits(split)
        yield chosen, np.asarray(cost_per_example(cost, jnp.asarray(logits), wanted)), logits.argmax(axis=-1)


def as_bits(right: np.ndarray) -> np.ndarray:
    """Return who was right on what, bool [members, examples], as uint8 [members, examples / 8]."""
    return np.packbits(right, axis=1)


def from_bits(bits: np.ndarray, examples: int) -> np.ndarray:
    """Return the booleans [members, examples] that `as_bits` made these bits of."""
    return np.unpackbits(bits, axis=1, count=examples).astype(bool)
