"""What a classifier returned, made into probabilities [members, examples, classes] or refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from thalweg.data.probability_rows import shape_hint
from thalweg.errors import EvaluationError, ThalwegError
from thalweg.models.in_memory import InMemory, plain


def answered(ask: Callable[[Any], Any], inputs: np.ndarray, source: Any) -> Any:
    """Return what the classifier answers; what goes wrong inside another's model is said in our words."""
    module = type(source).__module__
    if module.startswith("thalweg") and module != InMemory.__module__:  # what that asks is another's as well
        return ask(inputs)
    try:
        return ask(inputs)
    except ThalwegError:
        raise
    except Exception as error:
        text = (str(error).strip().splitlines() or ["nothing more is said"])[0]
        raise EvaluationError(
            f"The classifier failed on inputs of shape {inputs.shape} and type {inputs.dtype}: "
            f"{type(error).__name__}: {text}",
            hint="pass a function that brings them to what the model takes, such as "
            "lambda inputs: model.predict_proba(inputs.reshape(len(inputs), -1)).",
        ) from error


def as_array(answer: Any) -> np.ndarray:
    """Return an answer as an array of floats. Raises `EvaluationError` for what holds no numbers."""
    array = np.asarray(plain(answer))
    if array.dtype.kind not in "fiu":
        raise EvaluationError(
            f"The classifier returned {type(answer).__name__} of {array.dtype}, expected probabilities.",
            hint="return an array of numbers [examples, classes] or [members, examples, classes].",
        )
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)


def with_members(answer: np.ndarray, examples: int, classes: int) -> np.ndarray:
    """Return `answer` as [members, examples, classes], or say which axis is wrong."""
    shape = answer.shape
    if answer.ndim not in (2, 3) or 0 in shape:
        raise EvaluationError(
            f"The classifier returned shape {shape}, expected [examples, classes] or "
            f"[members, examples, classes] with {examples} examples and {classes} classes.",
            hint=shape_hint(shape, examples, classes) or "return one probability for each example and class.",
        )
    if shape[-2] != examples:
        raise EvaluationError(
            f"The classifier returned {shape[-2]} answers (shape {shape}) for {examples} examples.",
            hint=shape_hint(shape, examples)
            or "return [examples, classes] or [members, examples, classes], one answer for each input.",
        )
    if shape[-1] != classes:
        raise EvaluationError(
            f"The classifier answers with {shape[-1]} classes (shape {shape}), the data have {classes}.",
            hint="measure it on data with the classes it was trained on, in the same order.",
        )
    return answer.reshape(-1, examples, classes)
