"""What can be trained at all: counts, seeds, splits and weights are checked before anything is computed."""

from __future__ import annotations

from typing import Any

import numpy as np

from thalweg.data.dataset import TestSplit, TrainSplit, ValidationSplit
from thalweg.errors import TrainingError
from thalweg.spec import numbers_per_member
from thalweg.training import footprint
from thalweg.training.epoch import SHARED
from thalweg.training.own_parts import refuse_unfit_own
from thalweg.training.recipe import Recipe


def check_trainable(
    recipe: Recipe, split: TrainSplit, *, members: int, seed: int, validation: ValidationSplit | None = None
) -> None:
    """Raise `TrainingError` for what `train` would refuse of a recipe and these examples.

    `TooLarge`, a kind of it, where the memory there is does not suffice.
    """
    check_count(recipe, members, seed)
    _refuse_bad_splits(split, validation)
    if not split.is_images and not recipe.augmentation.is_none:
        raise TrainingError(
            f"augmentation moves pixels, but the examples are rows of {split.input_shape[0]} features.",
            hint="set the augmentation's amounts to 0 for data that are not pictures.",
        )
    refuse_unfit_own(recipe, split)
    footprint.refuse_too_large(recipe, split, members, validation=validation)


def check_count(recipe: Recipe, members: int, seed: int) -> None:
    """Raise `TrainingError` where so many members of a recipe cannot be trained, whatever the examples."""
    if not isinstance(recipe, Recipe):
        raise TrainingError(
            f"recipe is a {type(recipe).__name__}: expected a Recipe or the name of one.",
            hint='for example tw.Recipe(epochs=5), or "classic".',
        )
    for name, value, least in (("members", members, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
            raise TrainingError(
                f"{name}={value!r}: expected a whole number of at least {least}.",
                hint=f"for example {name}={max(least, 8)}.",
            )
    if seed >= 2**32 or members >= SHARED:
        raise TrainingError(f"seed={seed}, members={members}: too large.", hint="stay below 2**32.")
    for path, values in numbers_per_member(recipe):
        if len(values) != members:
            raise TrainingError(
                f"{path} has {len(values)} values for {members} members.",
                hint=f"give {members} values, one for each member, or train members={len(values)}.",
            )


def refuse_bad_first(first: Any, members: int) -> None:
    """Raise `TrainingError` for a number that no first member can have."""
    if (
        isinstance(first, bool)
        or not isinstance(first, int | np.integer)
        or not 0 <= first < SHARED - members
    ):
        raise TrainingError(
            f"first={first!r}: expected the number of the first member, a whole number from 0.",
            hint="leave it out to train members 0, 1, 2 and so on.",
        )


def _refuse_bad_splits(split: Any, validation: Any) -> None:
    if not isinstance(split, TrainSplit):
        raise TrainingError(
            f"train was given a {type(split).__name__}: only a TrainSplit is trained on.",
            hint="pass dataset.train; what is tested or selected on must not be learned from.",
        )
    if isinstance(validation, TestSplit) or not isinstance(validation, ValidationSplit | None):
        raise TrainingError(
            f"validation is a {type(validation).__name__}: expected a ValidationSplit.",
            hint="make one of training data: train, validation = dataset.train.hold_out(0.1).",
        )


def member_weights(weights: np.ndarray | None, members: int, examples: int) -> np.ndarray | None:
    """Return weights as [members, examples]; raises `TrainingError` for another shape, or one below 0."""
    if weights is None:
        return None
    array = np.asarray(weights, dtype=np.float32)
    if array.shape not in ((examples,), (members, examples)) or not (array >= 0).all():
        raise TrainingError(
            f"weights of shape {array.shape} (smallest {array.min(initial=0):g}): expected [{examples}] "
            f"or [{members}, {examples}], all at least 0.",
            hint="give one weight for each training example; 0 leaves an example out.",
        )
    return np.broadcast_to(array, (members, examples))
