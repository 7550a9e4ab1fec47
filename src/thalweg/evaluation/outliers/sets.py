"""Which examples are no member of any class that was learned: near ones (other writing) and far ones (noise).

Nothing is downloaded: a near set counts if its files are on this machine. No set that shares a class with
what was learned counts as outliers, so MNIST is none for other digits and letters are none for letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from thalweg.data import sources
from thalweg.data.dataset import Dataset, Split
from thalweg.data.noise import kinds_for
from thalweg.data.registry import REGISTRY
from thalweg.errors import DataError, EvaluationError, near_match

MOST = 10_000
FAR_EXAMPLES = 2_000
WITHOUT_CHANCE = ("blank",)  # one image, however often: nothing to rank


@dataclass(frozen=True, eq=False)
class OutlierSet:
    """Network inputs [examples, ...] that belong to no learned class; `group` is "near" or "far"."""

    group: str
    inputs: np.ndarray


def outlier_sets(
    dataset: Dataset,
    sets: Iterable[str] | Mapping[str, Dataset | Split | np.ndarray] | None,
    *,
    seed: int,
    data_dir: str | Path | None = None,
) -> tuple[dict[str, OutlierSet], dict[str, str]]:
    """Return the outlier sets to measure on by name, and why others were left out.

    `sets`: None for all that are on this machine, names of data sets and kinds of noise, or a mapping from a
    name to a data set, a split or network inputs of one's own (taken as near). Raises `EvaluationError` for
    an unknown name and for outliers of another shape or class, `SourceUnreachable` for a named set that is
    not on this machine.
    """
    if isinstance(sets, Mapping):
        return {name: OutlierSet("near", _own(name, own, dataset, seed)) for name, own in sets.items()}, {}
    kinds = [name for name in kinds_for(dataset.input_shape) if name not in WITHOUT_CHANCE]
    if sets is None:
        found, left_out = _local(dataset, seed, data_dir)
        return found | {kind: _noise(kind, dataset, seed) for kind in kinds}, left_out
    names = [sets] if isinstance(sets, str) else list(sets)
    chosen = {}
    for name in names:
        if name not in kinds and name not in REGISTRY:
            known = (*REGISTRY, *kinds)
            raise EvaluationError(
                f"Unknown set of outliers {name!r}.{near_match(name, known)}",
                hint=f"choose from {', '.join(known)}, or pass {{name: inputs}} of your own.",
            )
        is_noise = name in kinds
        chosen[name] = _noise(name, dataset, seed) if is_noise else _named(name, dataset, seed, data_dir)
    return chosen, {}


def at_most(inputs: Any, most: int, seed: int) -> Any:
    """Return `inputs` (an array or a split), or a random choice of `most` examples in their old order."""
    if len(inputs) <= most:
        return inputs
    chosen = np.sort(np.random.default_rng([seed, len(inputs)]).choice(len(inputs), most, replace=False))
    return inputs.take(chosen) if hasattr(inputs, "inputs") else inputs[chosen]


def _local(
    dataset: Dataset, seed: int, data_dir: str | Path | None
) -> tuple[dict[str, OutlierSet], dict[str, str]]:
    found, left_out = {}, {}
    for name in REGISTRY:
        if _unfit(name, dataset) or sources.describe(name, data_dir=data_dir)["found"] is None:
            continue
        try:
            found[name] = _named(name, dataset, seed, data_dir)
        except DataError as error:  # a damaged file of another set must not cost the rest
            left_out[name] = error.message
    return found, left_out


def _unfit(name: str, dataset: Dataset) -> str:
    """Return why the named set holds no outliers for `dataset`, or an empty string."""
    shared = sorted(set(REGISTRY[name].class_names) & set(dataset.class_names))
    if name == dataset.name or shared:
        return f"it holds classes that were learned ({', '.join(shared[:3]) or name})"
    if REGISTRY[name].input_shape != dataset.input_shape:
        return f"its examples have shape {REGISTRY[name].input_shape}, the data have {dataset.input_shape}"
    return ""


def _named(name: str, dataset: Dataset, seed: int, data_dir: str | Path | None) -> OutlierSet:
    reason = _unfit(name, dataset)
    if reason:
        raise EvaluationError(
            f"{name} holds no outliers for {dataset.name}: {reason}.",
            hint="name a data set of other classes and of the same shape, or a kind of noise.",
        )
    loaded = sources.load_named(name, data_dir=data_dir, offline=True)
    return OutlierSet("near", at_most(loaded.test, MOST, seed).inputs)


def _noise(kind: str, dataset: Dataset, seed: int) -> OutlierSet:
    real = at_most(dataset.test, MOST, seed).inputs
    return OutlierSet("far", kinds_for(dataset.input_shape)[kind](real, FAR_EXAMPLES, seed))


def _own(name: str, own: Any, dataset: Dataset, seed: int) -> np.ndarray:
    split = at_most(getattr(own, "test", own), MOST, seed)
    inputs = np.asarray(getattr(split, "inputs", split))
    if inputs.shape[1:] != tuple(dataset.input_shape) or not len(inputs):
        raise EvaluationError(
            f"The outliers {name!r} have shape {inputs.shape}, expected [examples, "
            f"{', '.join(map(str, dataset.input_shape))}].",
            hint="bring them to the shape of the data that the classifier was made for.",
        )
    if inputs.dtype == np.uint8:
        inputs = dataset.test.scaling(inputs)
    return inputs.astype(np.float32)
