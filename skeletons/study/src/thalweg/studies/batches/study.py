"""The same networks, trained in steps over few and over many examples."""

from __future__ import annotations

import numpy as np

from thalweg.data.dataset import Dataset
from thalweg.studies.batches.record import Batches
from thalweg.studies.batches.settings import DEFAULTS, Settings
from thalweg.studies.catalogue import KEEP_NOTHING, Parts, Progress
from thalweg.studies.learning_curves import answered_right


def batches(
    dataset: Dataset,
    settings: Settings = DEFAULTS,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts = KEEP_NOTHING,
) -> Batches:
    """Train a population of each size of batch, and measure them on new examples."""
    right: dict[int, np.ndarray] = {}
    for place, size in enumerate(settings.sizes):
        if progress is not None:
            progress(f"batches of {size}", place, len(settings.sizes))
        # the name of a part says all that its result depends on: a study may be resumed with other settings
        part = f"size-{size}-members-{settings.members}-epochs-{settings.epochs}"
        kept = parts.load(part)
        if kept is None:
            kept = {"right": _right(dataset, settings, size, seed)}
            parts.save(part, kept)
        right[size] = kept["right"]
    return Batches(right)


def _right(dataset: Dataset, settings: Settings, size: int, seed: int) -> np.ndarray:
    # imported here: a command line lists the studies before anything heavy is loaded
    from thalweg.networks import Mlp
    from thalweg.training import Adam, Recipe, train

    recipe = Recipe(Mlp((16,), "relu", "he"), optimiser=Adam(0.003), batch_size=size, epochs=settings.epochs)
    population = train(recipe, dataset.train, members=settings.members, seed=seed)
    return answered_right(population, dataset.test)
