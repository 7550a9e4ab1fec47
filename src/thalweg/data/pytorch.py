"""Data sets and loaders of PyTorch: their examples as ours, and how they are given to a model.

torch is not imported here: who passes one of its data sets has imported it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from thalweg.data.arrays import Part, assemble
from thalweg.data.dataset import Dataset
from thalweg.data.given import Inputs
from thalweg.errors import DataError

TorchData: TypeAlias = Any
"""A `torch.utils.data.Dataset` or `DataLoader`, (train, test) of such, or {"train": ..., "test": ...}."""

AT_ONCE = 1_000
CHANNELS = (1, 3, 4)
ROUNDING = 1e-5
"""How far a value may lie beyond 0..1 after a normalisation was undone: rounding of float32 is less."""


@dataclass(frozen=True, eq=False)
class Read:
    """Examples as they were given, with channels last, and how: `given` says what a model sees of them."""

    inputs: np.ndarray
    labels: np.ndarray
    given: Inputs | None


def is_torch_data(source: object) -> bool:
    """Return whether `source` is a data set or a loader of PyTorch, or a pair or a mapping of such parts."""
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "utils"):
        return False
    kinds = (torch.utils.data.Dataset, torch.utils.data.DataLoader)
    if isinstance(source, tuple | list):
        return len(source) == 2 and all(isinstance(each, kinds) for each in source)
    if isinstance(source, Mapping):
        return bool(source) and all(isinstance(each, kinds) for each in source.values())
    return isinstance(source, kinds)


def load_torch(source: Any, *, inputs: Inputs | None = None, measured: bool = False) -> Dataset:
    """Return the examples of a data set or a loader of PyTorch, or (train, test) or a mapping of such.

    Each example is (input, label) as the data set gives it, its transforms included. Pictures have their
    channels first or are pictures of Pillow; those that were normalised are brought back to [0, 1], by the
    `Normalize` among their transforms or by `inputs`. What is read says with `split.scaling.given` how to
    make of it what a model was given, and evaluations of a module heed that. A loader is read in the order of
    its data set. `measured`: a data set alone is all measured on; else a fifth is held out.

    Raises `DataError` for data sets without a length, items that are no pairs, pictures that were normalised
    in a way that is not known, and as `from_arrays` does.
    """
    parts = _parts(source, measured)
    read = {key: _read(part, inputs) for key, part in parts.items() if part is not None}
    first = next(iter(read.values()))
    for key, each in read.items():
        if each.given != first.given:
            raise DataError(
                f"The {key} part is given otherwise than the other: {each.given}, {first.given}.",
                hint="use the same transforms for both, or say inputs=thalweg.models.Inputs(...).",
            )
    arrays = _grey_levels({key: each.inputs for key, each in read.items()})
    given: dict[str, Part] = {key: (arrays[key], each.labels) for key, each in read.items()}
    inner = _innermost(next(part for part in parts.values() if part is not None))
    dataset = assemble(
        given.get("train"),
        given.get("test"),
        class_names=_class_names(inner, [each.labels for each in read.values()]),
        name=type(inner).__name__.lower(),
        source="",
        notes=[] if first.given is None else [_note(first.given)],
    )
    return dataset if first.given is None else _with_given(dataset, first.given)


def _parts(source: Any, measured: bool) -> dict[str, Any]:
    if isinstance(source, tuple | list):
        return dict(zip(("train", "test"), source, strict=True))
    if isinstance(source, Mapping):
        unknown = [key for key in source if key not in ("train", "test")]
        if unknown or not source:
            raise DataError(
                f"Parts called {', '.join(map(str, source))}: expected train and test.",
                hint='give {"train": ..., "test": ...}, or one of them.',
            )
        return dict(source)
    return {"test" if measured else "train": source}


def _with_given(dataset: Dataset, given: Inputs) -> Dataset:
    def told(split: Any) -> Any:
        return None if split is None else replace(split, scaling=replace(split.scaling, given=given))

    return replace(dataset, test=told(dataset.test), train_part=told(dataset.train_part))


def _note(given: Inputs) -> str:
    said = [f"{name}={value}" for name, value in vars(given).items() if value is not None]
    return f"Read from PyTorch; a module is given what its data set gives: {', '.join(said) or 'as it is'}."


def _read(source: Any, inputs: Inputs | None) -> Read:
    blocks, labels = [], []
    for given, label in _examples(source):
        blocks.append(given)
        labels.append(label)
    if not blocks:
        raise DataError(f"A {type(source).__name__} without examples.", hint="give at least one a class.")
    read = _in_our_form(_joined(blocks), np.concatenate(labels), _innermost(source), inputs)
    first = _innermost(source)[0]
    # pictures of Pillow are no model's inputs: how they became those is not known
    return replace(read, given=None) if hasattr(_pair(first)[0], "getbands") else read


def _joined(blocks: list[np.ndarray]) -> np.ndarray:
    shapes = sorted({block.shape[1:] for block in blocks})
    if len(shapes) > 1:
        raise DataError(
            f"The examples have different shapes: {shapes[0]} and {shapes[1]}.",
            hint="resize them in the data set's transform, so that all have one shape.",
        )
    return np.concatenate(blocks)


def _examples(source: Any) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield (inputs, labels) of many examples at a time, in the order of the data set."""
    torch = sys.modules["torch"]
    if isinstance(source, torch.utils.data.DataLoader):
        source, rows = source.dataset, _rows_of(source)
        if rows is not ALL:
            source = torch.utils.data.Subset(source, rows)
    if not hasattr(source, "__len__") or not hasattr(source, "__getitem__"):
        raise DataError(
            f"A {type(source).__name__} has no length: it may never end.",
            hint="give a data set with __len__ and __getitem__, or arrays: load((inputs, labels)).",
        )
    if type(source) is torch.utils.data.TensorDataset and len(source.tensors) == 2:
        yield tuple(map(_plain, source.tensors))  # type: ignore[misc]
        return
    for first in range(0, len(source), AT_ONCE):
        pairs = [_pair(source[place]) for place in range(first, min(first + AT_ONCE, len(source)))]
        yield _joined([_plain(x)[None] for x, _ in pairs]), np.array([_plain(y) for _, y in pairs])


ALL = "all"


def _rows_of(loader: Any) -> Any:
    """Return which examples of its data set a loader gives: `ALL`, or their places.

    Raises `DataError` where that is chance, or where batches are made in a way of its own.
    """
    torch = sys.modules["torch"].utils.data
    sampler, name = loader.sampler, type(loader.sampler).__name__
    if loader.collate_fn is not torch.default_collate or isinstance(loader.dataset, torch.IterableDataset):
        raise DataError(
            "A loader that makes its batches in a way of its own (collate_fn, or a data set without places).",
            hint="give the data set, with what makes the examples in its transform, or arrays.",
        )
    whole = isinstance(sampler, torch.SequentialSampler) or (
        isinstance(sampler, torch.RandomSampler)
        and not sampler.replacement
        and len(sampler) >= len(loader.dataset)
    )
    if whole:
        return ALL
    if isinstance(sampler, torch.SubsetRandomSampler):
        return sorted(sampler.indices)
    raise DataError(
        f"A loader with a {name}: which examples it gives, and how often, is chance or its own.",
        hint="give the data set itself: loader.dataset, or torch.utils.data.Subset(dataset, places).",
    )


def _pair(item: Any) -> tuple[Any, Any]:
    if not isinstance(item, tuple | list) or len(item) != 2:
        raise DataError(
            f"An item of the data set is a {type(item).__name__}"
            f"{f' of {len(item)}' if isinstance(item, tuple | list) else ''}: expected (input, label).",
            hint="wrap the data set in one that gives pairs, or give arrays: load((inputs, labels)).",
        )
    return item[0], item[1]


def _plain(value: Any) -> np.ndarray:
    for step in ("detach", "cpu", "numpy"):
        value = getattr(value, step)() if callable(getattr(value, step, None)) else value
    return np.asarray(value)


def _in_our_form(values: np.ndarray, labels: np.ndarray, source: Any, inputs: Inputs | None) -> Read:
    if values.ndim == 2:
        return Read(values, labels, inputs or Inputs("raw"))
    values, layout = _channels_last(values)
    low, high = float(values.min()), float(values.max())
    whole = values.dtype.kind in "iub"
    normalised = inputs or (None if 0 <= low and high <= 1 else _normalisation(source))
    if normalised is not None and (normalised.mean is not None or normalised.std is not None):
        values = _undone(values, normalised)
        return Read(values, labels, replace(normalised, scaling="unit", layout=layout))
    if 0 <= low and high <= 1:
        scaling = "unit"
    elif 0 <= low and high <= 255 and (whole or np.array_equal(values, np.rint(values))):
        scaling = "pixels"
    else:
        raise DataError(
            f"Pictures with values from {low:g} to {high:g}, and no Normalize among the transforms of "
            f"{type(source).__name__} says what they were in [0, 1].",
            hint="say it: inputs=thalweg.models.Inputs(mean=..., std=...), as they were normalised.",
        )
    return Read(values, labels, replace(inputs or Inputs(), scaling=scaling, layout=layout))


def _channels_last(values: np.ndarray) -> tuple[np.ndarray, str]:
    """Return pictures with their channels last, and how they were given."""
    if values.ndim == 3:
        return values, "nhw"
    if values.ndim == 4 and values.shape[1] in CHANNELS:
        return np.moveaxis(values, 1, -1), "nchw"
    return values, "nhwc"  # other shapes are refused where all inputs are


def _normalisation(source: Any) -> Inputs | None:
    """Return what the last `Normalize` among the transforms took off and divided by; None without one."""
    transform = getattr(source, "transform", None)
    for each in reversed(getattr(transform, "transforms", None) or [transform]):
        if each is not None and type(each).__name__ == "Normalize" and hasattr(each, "mean"):
            numbers = (np.atleast_1d(_plain(value)).astype(float).tolist() for value in (each.mean, each.std))
            mean, std = map(tuple, numbers)
            return Inputs("unit", mean, std)
    return None


def _undone(values: np.ndarray, given: Inputs) -> np.ndarray:
    mean = np.atleast_1d(np.asarray(0.0 if given.mean is None else given.mean, np.float32))
    std = np.atleast_1d(np.asarray(1.0 if given.std is None else given.std, np.float32))
    channels = values.shape[-1] if values.ndim == 4 else 1
    for name, numbers in (("mean", mean), ("std", std)):
        if len(numbers) not in (1, channels):
            raise DataError(
                f"{name} has {len(numbers)} numbers, the pictures {channels} channels.",
                hint="give one number, or one for each channel.",
            )
    found = values.astype(np.float32) * std + mean
    low, high = float(found.min()), float(found.max())
    if low < -ROUNDING or high > 1 + ROUNDING:
        raise DataError(
            f"Less {mean.tolist()}, over {std.tolist()}, the pictures would have had values from {low:g} to "
            f"{high:g}: expected [0, 1].",
            hint="say what they were normalised with: inputs=thalweg.models.Inputs(mean=..., std=...).",
        )
    return np.clip(found, 0, 1)


def _grey_levels(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return pictures in [0, 1] as grey levels 0..255 where they are nothing else, as they mostly are."""
    if any(values.ndim == 2 or values.dtype.kind != "f" for values in arrays.values()):
        return arrays
    if any(values.max() > 1 for values in arrays.values()):
        return arrays
    levels = {key: np.rint(values * np.float32(255)).astype(np.uint8) for key, values in arrays.items()}
    # two steps of float32 between a normalisation and its undoing
    exact = all(
        np.abs(levels[key] / np.float32(255) - values).max() <= ROUNDING for key, values in arrays.items()
    )
    on_off = all(levels[key].max() <= 1 for key in levels)
    return levels if exact and not on_off else arrays


def _innermost(source: Any) -> Any:
    """Return the data set at the heart of loaders and parts of data sets."""
    while hasattr(source, "dataset"):
        source = source.dataset
    return source


def _class_names(source: Any, labels: list[np.ndarray]) -> tuple[str, ...] | None:
    names = getattr(source, "classes", None)
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return None
    numbered = all(each.dtype.kind in "iu" and each.max() < len(names) for each in labels)
    return tuple(names) if numbered and len(names) > 1 else None
