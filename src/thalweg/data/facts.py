"""What a record says of the data it was made of, and the same data again, checked to be the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thalweg.data.class_order import read_in_order
from thalweg.data.dataset import Dataset
from thalweg.data.labels import natural_order
from thalweg.data.loading import load
from thalweg.data.reading import Reading
from thalweg.data.sources import NAMES
from thalweg.errors import RunError


def data_facts(dataset: Dataset) -> dict[str, Any]:
    """Return what a record says of its data: name, where they came from and how they were read, hash, and how
    many examples.
    """
    second = {"test_source": lasting(dataset.test_source)} if dataset.test_source else {}
    return {
        "name": dataset.name,
        "source": lasting(dataset.source),
        "hash": dataset.content_hash,
        "train": len(dataset.train),
        "test": len(dataset.test),
        **second,
        **dataset.reading.to_json(),
    }


def load_again(path: Path, facts: Mapping[str, Any], data_dir: str | Path | None = None) -> Dataset:
    """Load the data that the record at `path` tells `facts` of, and check that they are the very same values.

    Raises `RunError` for data that changed or that were arrays in memory, `DataError` when they are gone.
    """
    if not facts.get("source"):
        raise RunError(
            f"{path}: its data were arrays in memory, not a file or a named set.",
            hint="pass the same data again: dataset=thalweg.data.from_arrays(...).",
        )
    reading = Reading.from_json(facts)
    dataset = load(facts["source"], data_dir=data_dir, reading=reading, test=facts.get("test_source") or None)
    return as_read(path, facts, dataset)


def as_read(path: Path, facts: Mapping[str, Any], dataset: Dataset) -> Dataset:
    """Return `dataset` as it was when the record at `path` told `facts` of it, the classes in that order.

    Classes that are words stood in natural order once; a record keeps its own. Raises `RunError` for other
    values than those.
    """
    if not facts.get("hash"):
        raise RunError(
            f"{path}: damaged: its record does not say which data it was made of.",
            hint="restore its record from a copy, or train again.",
        )
    before = (facts.get("class_names"), natural_order(dataset.class_names))
    orders = [order for order in before if order is not None and set(order) == set(dataset.class_names)]
    for order in (dataset.class_names, *orders):
        again = read_in_order(dataset, order) if tuple(order) != dataset.class_names else dataset
        if again.content_hash == facts["hash"]:
            return again
    raise RunError(
        f"{path}: {dataset.name} is not the data that this was made of "
        f"(SHA-256 {dataset.content_hash[:12]}..., expected {facts['hash'][:12]}...).",
        hint="put the same data back, or train a new run on the changed data.",
    )


def lasting(source: str) -> str:
    """Return what finds the same data again from any folder: of a path, the whole one."""
    # a relative path would be lost when the run is resumed from another directory
    if source and source not in NAMES and Path(source).exists():
        return str(Path(source).absolute())
    return source
