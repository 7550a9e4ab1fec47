"""What an audit trains when nothing is said, and about how long that takes."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from thalweg.data.dataset import TrainSplit
from thalweg.errors import StudyError

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe

MEMBERS = 20
"""Networks trained when nothing is said."""

LEAST_STEPS, MOST_EPOCHS = 1500, 200
"""Small data are gone through more often, until the networks have taken so many steps."""

REHEARSAL, REHEARSED = 1280, 4
"""Examples and networks of the short training that a time is predicted from."""


def everyday(split: TrainSplit) -> Recipe:
    """Return a recipe that suits a laptop: a perceptron, distorted pictures, and an early end.

    Early, because networks that are trained to the end learn wrong labels by heart as well.
    """
    from thalweg.networks import Mlp
    from thalweg.training import Adam, Augmentation, Cosine, Recipe

    batch = 128 if len(split) >= 5000 else 32
    distorted = Augmentation(shift=1.0, rotation=10.0, scale=0.1) if split.is_images else Augmentation()
    return Recipe(
        network=Mlp((256, 128), activation="relu", initialisation="he"),
        cost="cross-entropy",
        optimiser=Adam(learning_rate=2e-3),
        schedule=Cosine(),
        augmentation=distorted,
        batch_size=batch,
        epochs=min(MOST_EPOCHS, max(8, math.ceil(LEAST_STEPS * batch / len(split)))),
        name="audit",
    )


def thorough(split: TrainSplit) -> Recipe:
    """Return a recipe of convolutional networks on distorted pictures: the better judges, and much slower.

    It is the recipe `convnet`, ended after 8 epochs: of two members trained on 50,000 MNIST training images,
    99.3 and 99.5 % of the other 10,000 were read rightly.

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
    return replace(
        recipe,
        epochs=min(MOST_EPOCHS, max(8, math.ceil(LEAST_STEPS * 128 / len(split)))),
        name="audit-thorough",
    )


def seconds_needed(recipe: Recipe, split: TrainSplit, members: int) -> float:
    """Predict the seconds that training takes on this machine as it is now, from a short rehearsal.

    It trains a few networks on a few examples for two epochs and times the second, which compiles nothing.
    """
    from thalweg.training.population import train

    some = split.take(slice(0, REHEARSAL))
    marks: list[float] = []
    train(
        recipe.for_epochs(2),
        some,
        members=min(members, REHEARSED),
        progress=lambda progress: marks.append(progress.seconds),
    )
    each = max(marks[1] - marks[0], 1e-3) / (len(some) * min(members, REHEARSED))
    return each * len(split) * members * recipe.epochs
