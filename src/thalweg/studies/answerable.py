"""Settings and data that cannot answer what a study asks: refused by name, before anything is trained.

Settings of all studies are read where help is printed, so what data need is imported when they are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from thalweg.errors import StudyError

if TYPE_CHECKING:
    import numpy as np

    from thalweg.data.dataset import Dataset, Split


def refuse_too_few_values(name: str, values: Sequence[float], why: str, *, least: int = 2) -> None:
    """Raise `StudyError` unless `values` of the setting `name` are rising, `least` of them or more.

    `why`: what fewer cannot show, as a clause.
    """
    flag = f"--{name.replace('_', '-')}"
    if list(values) != sorted(set(values)):
        raise StudyError(
            f"{name}={list(values)}: expected rising values.",
            hint=f"for example {flag} {','.join(f'{value:g}' for value in sorted(set(values)))}.",
        )
    if len(values) < least:
        raise StudyError(
            f"{name}={list(values)}: expected {least} or more, since {why}.",
            hint=f"give {least} or more of them after {flag}, separated by commas.",
        )


def refuse_one_class(dataset: Dataset) -> None:
    """Raise `StudyError` for training data whose labels are all the same."""
    present = sorted(set(dataset.train.labels.tolist()))
    if len(present) < 2:
        name = dataset.class_names[present[0]]
        raise StudyError(
            f"every label of {dataset.name} is {name!r}: there is nothing to tell apart, or to draw.",
            hint="give data with at least two classes.",
        )


def refuse_too_few_examples(split: Split, examples: int = 0) -> None:
    """Raise `StudyError` where `examples` of a split (0: all) are fewer than there are classes."""
    count = examples or len(split)
    if count < split.classes:
        raise StudyError(
            f"{count} training examples of {split.classes} classes: expected at least one a class.",
            hint="take more examples.",
        )


def learned_from(dataset: Dataset, examples: int, seed: int) -> Dataset:
    """Return the data with `examples` training examples drawn at random (0: all), if they can answer.

    Raises `StudyError` for more examples than there are, fewer than classes, and examples of one class.
    """
    from thalweg.studies.altered_data import some

    refuse_one_class(dataset)
    refuse_too_few_examples(dataset.train, examples)
    drawn = some(dataset, examples, seed)
    refuse_one_class(drawn)
    return drawn


def sound_members(diverged: np.ndarray, least: int, *, rate: float, who: str = "starts") -> np.ndarray:
    """Return which members did not diverge, bool [members]; `diverged` bool [members].

    Raises `StudyError` where those are fewer than `least`. `rate`: a learning rate to try; `who`: what the
    members are called.
    """
    sound = ~diverged
    if sound.sum() < least:
        raise StudyError(
            f"{int((~sound).sum())} of {len(sound)} {who} diverged: too few are left to compare.",
            hint=f"lower the learning rate: --learning-rate {rate:g}",
        )
    return sound
