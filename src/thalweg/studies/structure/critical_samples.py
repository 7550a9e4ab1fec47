"""How many examples lie close to where the answer changes: the critical sample ratio.

Arpit et al., "A closer look at memorization in deep networks" (ICML 2017), section 4.1, definition 1: the
share of examples with another answer within a box of radius r around them (L-infinity). They search by
Langevin steps; here the search is the attack of `thalweg.evaluation.adversarial.attack`, which counts only
changes that were shown to the network. A search can miss, so the ratio is a lower bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Split
from thalweg.measured import Measured
from thalweg.statistics import intervals

if TYPE_CHECKING:
    from thalweg.networks.population import Population


def critical_ratio(population: Population, split: Split, *, radius: float, seed: int) -> Measured:
    """Return the share of examples with another answer within `radius`, over members and examples."""
    return intervals.crossed(near_another_answer(population, split, radius=radius, seed=seed)).measured


def near_another_answer(population: Population, split: Split, *, radius: float, seed: int) -> np.ndarray:
    """Return whether each member's answer changes within `radius`, booleans [members, examples]."""
    from thalweg.evaluation.adversarial.attack import Effort, Target, smallest_changes

    inputs = split.inputs
    limits = (float(inputs.min()), float(inputs.max()))
    answers = population.logits(split).argmax(axis=-1)
    found = [
        smallest_changes(
            population[member : member + 1],
            Target(inputs, answers[member], limits),
            norm="linf",
            effort=Effort(seed=seed),
        ).iterated[0]
        for member in range(len(population))
    ]
    return np.stack(found) <= radius
