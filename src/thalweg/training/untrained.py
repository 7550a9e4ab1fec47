"""Members before their first step: where a training of them would begin."""

from __future__ import annotations

from thalweg.data.dataset import TrainSplit
from thalweg.networks.population import Population
from thalweg.training.population import train
from thalweg.training.recipe import Recipe


def untrained(
    recipe: Recipe | str, split: TrainSplit, *, members: int = 1, seed: int = 0, first: int = 0
) -> Population:
    """Return the members that `train` would begin with, to the bit; arguments as of `train`.

    Changed (scaled, pruned), they are a `Start` to train from.

    Examples:
        >>> import thalweg as tw
        >>> from thalweg.training import untrained
        >>> untrained("classic", digits.train, members=2)
        Population(2 members of 13,002 parameters, 10 classes)
    """
    return train(recipe, split, members=members, seed=seed, first=first, watch=lambda epoch, members: True)
