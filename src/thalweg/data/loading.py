"""`load`: a data set from a name, a path or arrays."""

from __future__ import annotations

import os
from pathlib import Path

from thalweg.data.arrays import Part, from_arrays
from thalweg.data.dataset import Dataset
from thalweg.data.files import load_path
from thalweg.data.sources import NAMES, load_named
from thalweg.errors import DataError


def load(
    source: str | os.PathLike[str] | Part,
    *,
    data_dir: str | os.PathLike[str] | None = None,
    offline: bool | None = None,
    label_column: str | None = None,
) -> Dataset:
    """Return the data set that `source` names, is the path of, or holds.

    `source`: a name (`digits`, `mnist`, `fashion-mnist`, `kmnist`, `emnist-letters`, `notmnist`); the path of
    IDX files, a .npz archive, a table or a folder of images; or `(inputs, labels)` arrays. A name comes
    before a path of the same spelling: write `./mnist` for the path.

    `data_dir`: where to look for a named set before `THALWEG_DATA` and the cache. `offline`: never try the
    network (default: what `THALWEG_OFFLINE` says). `label_column`: the column of a table with the classes.

    Raises `DataError` for anything that cannot be learned from and `SourceUnreachable`, a kind of it, for
    a named set that is neither on this machine nor to be fetched.

    Examples:
        >>> import thalweg as tw
        >>> tw.load("digits")
        Dataset('digits': 1,438 training and 359 test examples of 28x28, 10 classes)
        >>> tw.load((digits.train.raw, digits.train.labels))
        Dataset('arrays': 1,151 training and 287 test examples of 28x28, 10 classes)
    """
    if isinstance(source, tuple | list):
        return from_arrays(*_pair(source))
    if not isinstance(source, str | os.PathLike):
        raise DataError(
            f"load() was given a {type(source).__name__}: expected a name, a path or (inputs, labels).",
            hint="labels are needed too: load((inputs, labels)).",
        )
    if source in NAMES:
        _refuse_label_column(label_column, str(source))
        folder = None if data_dir is None else Path(data_dir)
        return load_named(str(source), data_dir=folder, offline=offline)
    return load_path(Path(source).expanduser(), label_column=label_column, names=NAMES)


def _pair(arrays: tuple | list) -> Part:
    if len(arrays) != 2:
        raise DataError(
            f"load() was given {len(arrays)} arrays: expected two, (inputs, labels).",
            hint="use from_arrays(inputs, labels, test=(inputs, labels)) to give a test part.",
        )
    return arrays[0], arrays[1]


def _refuse_label_column(label_column: str | None, name: str) -> None:
    if label_column is not None:
        raise DataError(
            f"label_column={label_column!r} is for tables, and {name} is none.",
            hint="leave label_column out, or give the path of a table.",
        )
