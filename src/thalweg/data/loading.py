"""`load`: a data set from a name, a path or arrays."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from thalweg.data.arrays import Part, from_arrays
from thalweg.data.dataset import Dataset
from thalweg.data.files import load_path
from thalweg.data.given import Inputs
from thalweg.data.hugging_face import is_hugging_face, load_hugging_face
from thalweg.data.pytorch import is_torch_data, load_torch
from thalweg.data.reading import OF_TABLES, Reading
from thalweg.data.sources import NAMES, load_named
from thalweg.data.stored import cannot_stay
from thalweg.data.tables import is_frame, load_frame
from thalweg.errors import DataError
from thalweg.places import given_path
from thalweg.remote import RemotePath


def load(
    source: str | os.PathLike[str] | Part | Any,
    *,
    data_dir: str | os.PathLike[str] | None = None,
    offline: bool | None = None,
    reading: Reading | None = None,
    test: str | os.PathLike[str] | None = None,
    label_column: str | None = None,
    columns: Sequence[str] = (),
    drop: Sequence[str] = (),
    id_column: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    strict: bool = False,
    resize: int | tuple[int, int] | None = None,
    inputs: Inputs | None = None,
    in_memory: bool | None = None,
) -> Dataset:
    """Return the data set that `source` names, is the path of, or holds.

    Main arguments:
        source: a name (`digits`, `mnist`, `fashion-mnist`, `kmnist`, `emnist-letters`, `notmnist`); the path
            of IDX files, a .npz archive, a table or a folder of images; a frame of pandas or polars;
            `(inputs, labels)`, arrays or a frame and a series; or a data set or a loader of PyTorch, or
            `(train, test)` of such; or a data set of Hugging Face's library `datasets`. A name
            comes before a path of the same spelling: write `./mnist` for the path. A path may be a URL, such
            as `s3://bucket/my.csv` (`pip install 'thalweg[remote]'`).
        data_dir: where to look for a named set before `THALWEG_DATA` and the cache.
        offline: never try the network (default: what `THALWEG_OFFLINE` says).
        in_memory: whether inputs are read into memory or stay in their file, which is read in pieces as they
            are needed; by default those above 1 GB stay (`THALWEG_IN_MEMORY=500MB` says otherwise). NPY and
            IDX files can stay, and Parquet files, which are written out as NPY once for it.

    Of tables and frames:
        label_column: the column with the classes.
        columns: the features, if not all the other columns.
        drop: columns that are no feature.
        id_column: the column that names the rows.
        separator, decimal, encoding: how a CSV file is written, if that is not to be found out.
        test: a second file, with the same columns in any order, as the test part.

    Of tables, and of folders of pictures:
        resize: what pictures are stretched to, (height, width) in pixels or one number for both.
        strict: refuse what would be repaired: empty cells, text, rows without a class, row indices; pictures
            of another size or form, and files that cannot be read.
        reading: all of these in one.

    Of data sets of PyTorch:
        inputs: how pictures were normalised, where no `Normalize` among their transforms says so.

    Raises `DataError` for anything that cannot be learned from and `SourceUnreachable`, a kind of it, for
    a named set that is neither on this machine nor to be fetched.

    Examples:
        >>> import thalweg as tw
        >>> tw.load("digits")
        Dataset('digits': 1,438 training and 359 test examples of 28x28, 10 classes)
        >>> tw.load((digits.train.raw, digits.train.labels))
        Dataset('arrays': 1,151 training and 287 test examples of 28x28, 10 classes)
    """
    reading = reading or Reading(
        label_column,
        id_column,
        tuple(_several(columns)),
        tuple(_several(drop)),
        separator,
        decimal,
        encoding,
        strict,
        resize,  # type: ignore[arg-type]  # one number for both
    )
    _refuse_staying(source, in_memory)
    if is_torch_data(source):
        reading.refuse_for("a data set of PyTorch")
        return load_torch(source, inputs=inputs)
    if is_hugging_face(source):
        reading.refuse_for("a data set of Hugging Face", takes=OF_TABLES)
        return load_hugging_face(source, reading)
    if inputs is not None:
        raise DataError("inputs= is for data sets of PyTorch, and this is none.", hint="leave inputs out.")
    if is_frame(source):
        reading.refuse_for("a frame", takes=OF_TABLES)
        return load_frame(source, None, reading)
    if isinstance(source, tuple | list):
        return _load_pair(source, reading)
    if not isinstance(source, str | os.PathLike | RemotePath):
        raise DataError(
            f"load() was given a {type(source).__name__}: expected a name, a path or (inputs, labels), "
            "or a frame.",
            hint="labels are needed too: load((inputs, labels)).",
        )
    if source in NAMES:
        reading.refuse_for(str(source))
        folder = None if data_dir is None else given_path(data_dir, "the data folder", DataError)
        return load_named(str(source), data_dir=folder, offline=offline)
    path = given_path(source, "data", DataError, remote=True)
    return load_path(path, reading, test=test, names=NAMES, in_memory=in_memory)


def _refuse_staying(source: object, in_memory: bool | None) -> None:
    """Raise `DataError` for inputs that were to stay in their file and are in none of the user's own."""
    is_place = isinstance(source, str | os.PathLike | RemotePath) and source not in NAMES
    if in_memory is False and not is_place:
        raise cannot_stay("what is no file of yours")


def _load_pair(source: tuple | list, reading: Reading) -> Dataset:
    given, labels = _pair(source)
    if is_frame(given):
        reading.refuse_for("a frame", takes=OF_TABLES)
        return load_frame(given, labels, reading)
    reading.refuse_for("a pair of arrays", takes=("strict",))
    return from_arrays(given, labels, strict=reading.strict)


def _pair(arrays: tuple | list) -> Part:
    if len(arrays) != 2:
        raise DataError(
            f"load() was given {len(arrays)} arrays: expected two, (inputs, labels).",
            hint="use from_arrays(inputs, labels, test=(inputs, labels)) to give a test part.",
        )
    return arrays[0], arrays[1]


def _several(names: str | Sequence[str]) -> Sequence[str]:
    return (names,) if isinstance(names, str) else names
