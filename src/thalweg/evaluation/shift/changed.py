"""What members answer on pictures that were changed, a bounded block of pictures at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thalweg.chunks import slices
from thalweg.data.dataset import Split
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.asked import checked_labels
from thalweg.evaluation.classifier import Classifier, Predictions, predictions

BYTES_AT_ONCE = 64 * 1024**2  # of pictures; a change needs a few times as much

Change = Callable[[np.ndarray, int], np.ndarray]
"""From pictures [examples, height, width(, channels)] in [0, 1] and a seed to changed ones."""


@dataclass(frozen=True, eq=False)
class AnswersOnChanged:
    """What members and their ensemble make of the same pictures.

    `right`: bool [members, examples]. `confidence`: float32 [members, examples]. `ensemble_right`: bool
    [examples]. `ensemble_confidence`: float64 [examples].
    """

    right: np.ndarray
    confidence: np.ndarray
    ensemble_right: np.ndarray
    ensemble_confidence: np.ndarray

    @property
    def members(self) -> int:
        """Number of members measured."""
        return self.right.shape[0]

    @property
    def examples(self) -> int:
        """Number of pictures."""
        return self.right.shape[1]


def unchanged(pictures: np.ndarray, seed: int) -> np.ndarray:
    """Return the pictures as they are."""
    return pictures


def some_pictures(split: Split, examples: int, seed: int, *, smallest: int = 1) -> Split:
    """Return the part of `split` with `examples` pictures, drawn by `seed`; all of it where it has no more.

    Raises `NotApplicable` for what is not pictures of at least `smallest` pixels a side, `EvaluationError`
    for fewer than one example or labels that name no class.
    """
    if not split.is_images or min(split.input_shape[:2]) < smallest:
        raise NotApplicable(
            f"One example has shape {split.input_shape}: what can be turned, moved and damaged are pictures "
            f"of at least {smallest}x{smallest} pixels.",
            hint="leave `shift` out, or pass data whose examples are pictures [height, width(, channels)].",
        )
    if examples < 1:
        raise EvaluationError(
            f"{examples} examples asked for, expected at least one.", hint="use examples=2000 or more."
        )
    checked_labels(split)
    if examples >= len(split):
        return split
    return split.take(np.sort(np.random.default_rng([seed, len(split)]).permutation(len(split))[:examples]))


def answered(asked: Classifier, split: Split, change: Change, seed: int) -> AnswersOnChanged:
    """Ask all members about all pictures of `split` after `change`. Raises as `predictions` does."""
    bytes_each = 4 * int(np.prod(split.input_shape))
    parts = []
    for place, some in enumerate(slices(len(split), BYTES_AT_ONCE // bytes_each)):
        part = split.take(some)
        changed = change(part.inputs, _own(seed, place))
        answers = predictions(asked, changed, classes=split.classes)
        _check_members(parts, answers)
        parts.append(_scored(answers, part.labels))
    return AnswersOnChanged(
        *(
            np.concatenate([getattr(part, field) for part in parts], axis=-1)
            for field in ("right", "confidence", "ensemble_right", "ensemble_confidence")
        )
    )


def _own(seed: int, place: int) -> int:
    """Return a seed of its own for each block, the given one for the first."""
    return seed if place == 0 else int(np.random.SeedSequence([seed, place]).generate_state(1)[0])


def _scored(answers: Predictions, labels: np.ndarray) -> AnswersOnChanged:
    return AnswersOnChanged(
        right=answers.predicted == labels,
        confidence=answers.confidence,
        ensemble_right=answers.ensemble_predicted == labels,
        ensemble_confidence=answers.ensemble_confidence,
    )


def _check_members(parts: list[AnswersOnChanged], answers: Predictions) -> None:
    if parts and parts[0].members != answers.members:
        raise EvaluationError(
            f"{parts[0].members} members answered at first and {answers.members} later.",
            hint="the classifier must answer with the same members every time it is asked.",
        )
