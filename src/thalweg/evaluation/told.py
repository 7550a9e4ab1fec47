"""What models of other libraries are given of our examples: as somebody said, or as is assumed, and said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from thalweg.data.dataset import Dataset
from thalweg.data.given import Inputs
from thalweg.errors import EvaluationError
from thalweg.models.in_memory import InMemory, Several, told


def told_inputs(source: Any, dataset: Dataset, inputs: Inputs | None) -> Any:
    """Return a classifier as it is to be asked about `dataset`.

    `inputs`, where they are given, hold for every model in memory; else what the data say of themselves, for
    those of which nothing was said before. Raises `EvaluationError` for `inputs` of what is no such model.
    """
    models = _models(source)
    if inputs is not None and not models:
        raise EvaluationError(
            f"inputs={inputs} is for models of other libraries in memory, not for a {type(source).__name__}.",
            hint="leave inputs out; a function brings its inputs to what its model takes by itself.",
        )
    said = inputs or dataset.test.scaling.given
    return source if said is None else _told(source, said, dataset, everybody=inputs is not None)


def _models(source: Any) -> list[InMemory]:
    if isinstance(source, InMemory):
        return [source]
    return (
        [each for each in source.members if isinstance(each, InMemory)] if isinstance(source, Several) else []
    )


def _told(source: Any, said: Inputs, dataset: Dataset, *, everybody: bool) -> Any:
    if isinstance(source, Several):
        members = (_told(member, said, dataset, everybody=everybody) for member in source.members)
        return replace(source, members=tuple(members))
    if isinstance(source, InMemory) and (everybody or not source.is_told):
        return told(source, said, dataset)
    return source


def heed(source: Any, examples: Any, note: Callable[[str], None]) -> None:
    """Say with `note` what models in memory are given of `examples`, where nobody said it.

    Raises `EvaluationError` where the examples themselves say otherwise.
    """
    given = getattr(getattr(examples, "scaling", None), "given", None)
    for model in _models(source):
        if model.is_told:
            continue
        if given is not None:
            raise EvaluationError(
                f"A {type(model.model).__name__} is asked about examples of which it is known how models are "
                f"given them ({given}), and nothing says whether this one is.",
                hint="tell it: tw.models.in_memory(model, data=dataset), or evaluate(model, dataset).",
            )
        assumed = model.assumed(examples.shape[1:] if hasattr(examples, "shape") else examples.input_shape)
        if assumed is not None:
            note(assumed)
