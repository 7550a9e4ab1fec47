"""What an audit trains when nothing is said, and about how long that takes."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import TrainSplit
from thalweg.errors import StudyError
from thalweg.studies.subsets import balanced_subsets, block_size

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe

MEMBERS = 24
"""Networks trained when nothing is said."""

SHARES = (0.75, 0.7)
"""Shares of the examples that each network trains on when nothing is said; the first that fits is taken.

With 3/4, every example is left out equally often within a block of twelve networks: they keep 2, 3 and 4
cores equally busy, where a block of ten, for 0.7, leaves cores idle.
"""

LEAST_STEPS, MOST_EPOCHS = 1500, 200
"""Small data are gone through more often, until the networks have taken so many steps."""

EVERYDAY_EPOCHS, THOROUGH_EPOCHS = 10, 16

SIDE, SMALL = 28, 16
"""Pixels of a side of the pictures that distortions were chosen on; those below the other are small."""

REHEARSAL, REHEARSED, PASSES = 1280, 4, 2
"""Examples and epochs of the short training that a time is predicted from, and how often all are judged."""


def everyday(split: TrainSplit) -> Recipe:
    """Return a recipe that suits a laptop: a perceptron, distorted pictures, and an early end.

    Early, because networks that are trained to the end learn wrong labels by heart as well.
    """
    from thalweg.networks import Mlp
    from thalweg.training import Adam, Augmentation, Cosine, Recipe

    batch = 128 if len(split) >= 5000 else 32
    distorted = Augmentation()
    if split.is_images:
        distorted = Augmentation(shift=1.0 * _scale(split), rotation=10.0, scale=0.1)
    return Recipe(
        network=Mlp((256, 128), activation="relu", initialisation="he"),
        cost="cross-entropy",
        optimiser=Adam(learning_rate=2e-3),
        schedule=Cosine(),
        augmentation=distorted,
        batch_size=batch,
        epochs=_epochs(split, EVERYDAY_EPOCHS, batch),
        order="own",
        name="audit",
    )


def thorough(split: TrainSplit) -> Recipe:
    """Return a recipe of convolutional networks on distorted pictures: the better judges, and much slower.

    It is the recipe `convnet` for longer. Chosen on 12,000 held-out MNIST training images, never on test:
    networks trained on the other 48,000 misread 68 of them on average after 8 epochs and 54 after 16; without
    smoothed labels 76 after 8, with bent pictures 105. Reading every picture seven times, shifted and turned,
    took 2 to 4 % off the cost, for seven times the work of judging.

    Raises `StudyError` for data that are not pictures.
    """
    if not split.is_images:
        raise StudyError(
            f"a thorough audit uses convolutional networks, and these are rows of "
            f"{split.input_shape[0]} features.",
            hint="leave thorough out and raise the number of members instead.",
        )
    from thalweg.training import Recipe

    recipe = Recipe.load("convnet")
    shift = recipe.augmentation.shift * _scale(split)  # type: ignore[operator]
    network = recipe.network
    if min(split.input_shape[:2]) < SMALL:  # two convolutions of five pixels would leave nothing of them
        network = replace(network, kernel=3, padding="same")  # type: ignore[call-arg]
    return replace(
        recipe,
        network=network,
        augmentation=replace(recipe.augmentation, shift=shift),
        epochs=_epochs(split, THOROUGH_EPOCHS, 128),
        order="own",
        name="audit-thorough",
    )


def _scale(split: TrainSplit) -> float:
    """Return how large pictures are beside those of 28 pixels: a shift of one pixel is more in small ones."""
    return min(split.input_shape[:2]) / SIDE


def _epochs(split: TrainSplit, least: int, batch: int) -> int:
    return min(MOST_EPOCHS, max(least, math.ceil(LEAST_STEPS * batch / len(split))))


def share_for(members: int) -> float:
    """Return the share of the examples that each of so many networks trains on when nothing is said.

    It is one of which the networks make whole blocks, where there is one: every example is then judged by
    equally many.
    """
    whole = [share for share in SHARES if members % block_size(share) == 0]
    return (*whole, *SHARES)[0] if members >= block_size(SHARES[0]) else SHARES[-1]


def seconds_needed(recipe: Recipe, split: TrainSplit, members: int, share: float) -> float:
    """Predict the seconds that an audit takes on this machine as it is now, from a short rehearsal.

    It trains as many networks as are trained at once on a few examples for some epochs, times the quickest,
    and lets them judge those examples.
    """
    from thalweg.training.population import train

    some = split.take(slice(0, REHEARSAL))
    together = min(members, block_size(share))
    inside = balanced_subsets(len(some), together, share=share, seed=0)
    marks: list[float] = []
    population = train(
        recipe.for_epochs(REHEARSED),
        some,
        members=together,
        weights=inside.astype(np.float32),
        progress=lambda progress: marks.append(progress.seconds),
    )
    epoch = max(float(np.diff(marks).min()), 1e-3)
    population.probabilities(some)  # compiles
    began = time.perf_counter()
    population.probabilities(some)
    judged = time.perf_counter() - began
    whole = len(split) / len(some) * members / together
    return max(0.0, marks[0] - epoch) + (recipe.epochs * epoch + PASSES * judged) * whole
