"""Data sets of the library `datasets` of Hugging Face, in memory: read as the tables that they are.

The library is not imported here: who passes one of its data sets has imported it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from thalweg.data.class_order import reordered
from thalweg.data.dataset import Dataset
from thalweg.data.reading import Reading
from thalweg.data.tables import load_frames
from thalweg.errors import DataError

PARTS = ("train", "test")


def is_hugging_face(source: object) -> bool:
    """Return whether `source` is a `datasets.Dataset` or a `DatasetDict`."""
    library = type(source).__module__.partition(".")[0]
    return library == "datasets" and type(source).__name__ in ("Dataset", "DatasetDict")


def load_hugging_face(source: Any, reading: Reading = Reading()) -> Dataset:  # noqa: B008
    """Return the examples of a data set of Hugging Face.

    Of a `DatasetDict` the parts `train` and `test` are read, and a note names the others; of one without a
    test part a fifth is held out. A column of pictures is the inputs, beside which other features are left
    out; else the columns are features, as those of a table. Classes have the names and the order of the
    label's `ClassLabel`, where it is one. Raises `DataError` as `load_table` does.
    """
    whole = source if isinstance(source, Mapping) else {"train": source}
    parts = {name: whole[name] for name in PARTS if name in whole}
    if "train" not in parts:
        raise DataError(
            f"The parts of the data set are {', '.join(map(str, whole)) or 'none'}: expected train.",
            hint="choose one: load(dataset_dict['validation']).",
        )
    label, names = _label(parts["train"].features, reading)
    if label is not None and reading.label_column is None:
        reading = replace(reading, label_column=label)
    frames = {name: _frame(part) for name, part in parts.items()}
    dataset = load_frames(frames, reading, class_names=names, name=_name(parts["train"]))
    left_out = [str(name) for name in whole if name not in PARTS]
    if left_out:
        note = f"Of its parts, {', '.join(left_out)} {'is' if len(left_out) == 1 else 'are'} not read."
        dataset = replace(dataset, notes=(*dataset.notes, note))
    return reordered(dataset, names) if set(names) == set(dataset.class_names) else dataset


def _label(features: Mapping[str, Any], reading: Reading) -> tuple[str | None, tuple[str, ...]]:
    """Return the column of classes, where there is one that says so, and what its classes are called."""
    named = {
        name: tuple(kind.names) for name, kind in features.items() if type(kind).__name__ == "ClassLabel"
    }
    if reading.label_column is not None:
        return reading.label_column, named.get(reading.label_column, ())
    label = next(iter(named)) if len(named) == 1 else None
    return label, named.get(label or "", ())


def _frame(part: Any) -> Any:
    """Return a part as an Arrow table, its pictures as bytes."""
    table = part.with_format("arrow")[:]
    return sys.modules["datasets"].table.embed_table_storage(table)


def _name(part: Any) -> str:
    return str(getattr(part.info, "dataset_name", None) or "dataset")
