"""What a classifier is asked about: one split, with examples that fit it and labels that name classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from thalweg.data.split import Split
from thalweg.errors import EvaluationError


def refuse_dataset(examples: Any) -> None:
    """Raise `EvaluationError` for a data set in place of a split."""
    if hasattr(examples, "test") and hasattr(examples, "train_part"):
        raise EvaluationError(
            "This measures one split, and a whole data set was given.",
            hint="pass dataset.test.",
        )


def refuse_split(dataset: object, who: str, why: str) -> None:
    """Raise `EvaluationError` for what is no data set; `why` the evaluation `who` needs one."""
    if not (hasattr(dataset, "test") and hasattr(dataset, "train_part")):
        raise EvaluationError(
            f"{who}() takes a data set, found a {type(dataset).__name__}.",
            hint=f"pass the data set itself: {why}.",
        )


def check_examples(source: object, examples: Any) -> None:
    """Raise `EvaluationError` for no examples, or for some of another shape than `source` was built for."""
    refuse_dataset(examples)
    if len(examples) == 0:
        raise EvaluationError("There are no examples to measure on.", hint="give at least one example.")
    built = getattr(source, "input_shape", None)
    found = getattr(examples, "input_shape", None) or np.shape(examples)[1:]
    if built is not None and math.prod(built) != math.prod(found):
        raise EvaluationError(
            f"The classifier was built for examples of shape {tuple(built)}, the data have {tuple(found)}.",
            hint="measure it on data of the shape it was trained on.",
        )


def checked_labels(split: Split) -> np.ndarray:
    """Return the labels [examples] of `split`; `EvaluationError` where one names no class."""
    refuse_dataset(split)
    labels = np.asarray(split.labels)
    if labels.shape != (len(split),) or labels.dtype.kind not in "iu":
        raise EvaluationError(
            f"Labels of shape {labels.shape} and type {labels.dtype}, expected one integer per example.",
            hint="give class numbers, 0-based, one for each example.",
        )
    if len(labels) and not 0 <= int(labels.min()) <= int(labels.max()) < split.classes:
        raise EvaluationError(
            f"Labels run from {labels.min()} to {labels.max()}, expected 0 to {split.classes - 1}.",
            hint="give class numbers that belong to the split's class names.",
        )
    return labels
