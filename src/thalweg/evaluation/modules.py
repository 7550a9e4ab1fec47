"""The weights behind modules of PyTorch: as members of a population, which answers as they do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.dataset import Scaling, Split
from thalweg.data.labels import listing
from thalweg.errors import EvaluationError
from thalweg.models.in_memory import InMemory, Several

if TYPE_CHECKING:
    from thalweg.networks.population import Population

Affine = tuple[np.ndarray, np.ndarray]
"""What inputs of ours are multiplied by, and what is added then, to make those of a module."""


def modules_behind(source: Any, split: Split) -> Population | None:
    """Return modules of PyTorch as a population on examples as those of `split`; None for anything else.

    Raises as `networks.from_torch` does.
    """
    models = _modules(source)
    return (
        None
        if models is None
        else _read(models, split, [model.scaled_by(split.input_shape) for model in models])
    )


def as_they_see(source: Any, *splits: Split | None) -> tuple[Any, list[Any]]:
    """Return modules of PyTorch as a population, and splits with their inputs as the modules are given them.

    So a module that is given normalised pictures is an `Mlp` or a `ConvNet` as any other, with the weights
    that were trained. Only for evaluations that take their inputs from the splits. Anything else stays as it
    is, and so do modules that are given their inputs in different ways.
    """
    given = next(split for split in splits if split is not None)
    models = _modules(source)
    ways = [] if models is None else [model.scaled_by(given.input_shape) for model in models]
    if models is None or any(way is None or not _same(way, ways[0]) for way in ways):
        return source, list(splits)
    population = _read(models, given, [None] * len(models))
    return population, [None if split is None else _scaled(split, ways[0]) for split in splits]  # type: ignore[arg-type]


def said_of_weights(source: Any) -> str | None:
    """Return what is to be known of the weights that were read; None where they are as they were trained."""
    models = _modules(source) or []
    layers = [layer for model in models for layer in getattr(model.model, "modules", tuple)()]
    if not any(type(layer).__name__.startswith("BatchNorm") for layer in layers):
        return None
    return (
        "BatchNorm is folded into the layers beside it, as modules answer when they are used: weights, their "
        "distances and the curvature along them are those of the folded layers."
    )


def _modules(source: Any) -> list[InMemory] | None:
    models = source.members if isinstance(source, Several) else (source,)
    ours = all(isinstance(model, InMemory) and model.kind == "pytorch" for model in models)
    return list(models) if ours else None


def _same(one: Affine, other: Affine | None) -> bool:
    return other is not None and all(map(np.array_equal, one, other))


def _read(models: list[InMemory], split: Split, ways: list[Affine | None]) -> Population:
    from thalweg.networks.pytorch.importing import from_torch, gathered

    for model in models:
        if model.class_names not in (None, tuple(split.class_names)):
            raise EvaluationError(
                f"The columns of a {type(model.model).__name__} stand for {listing(model.class_names)}, the "
                f"classes of the data are {listing(split.class_names)}.",
                hint="call evaluate(), which brings the classes into the order of the columns.",
            )
    shape = split.input_shape
    return gathered(
        [
            from_torch(model.model, split, places=model.places(shape), scaled=way)
            for model, way in zip(models, ways, strict=True)
        ]
    )


def _scaled(split: Split, way: Affine) -> Split:
    """Return the split with `factor * input + added` in the place of each input."""
    factor, added = (np.asarray(each, np.float64) for each in way)
    before = split.scaling
    divisor = before.divisor / factor
    return replace(split, scaling=Scaling(before.offset - added * divisor, divisor))
