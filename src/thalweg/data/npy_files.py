"""The user's own NPY files: inputs beside their labels, in one folder, read whole or left where they are."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import BinaryIO

import numpy as np

from thalweg.data.archive import LAYOUTS, check_axes, needs_pickle
from thalweg.data.arrays import Arrays, assemble
from thalweg.data.dataset import Dataset
from thalweg.data.stored import Stamp, Stored, StoredFile, stays, stored
from thalweg.errors import DataError
from thalweg.unfolding import DAMAGED

ENDING = ".npy"
PART = {"features": "labels", "images": "labels", "x_": "y_"}
"""What the name of a file of inputs holds, and what that of its labels holds in its place."""


def is_npy_folder(folder: Path) -> bool:
    """Return whether `folder` holds a file of inputs with one of the names that are known."""
    return any((folder / f"{names[0]}{ENDING}").is_file() for names in LAYOUTS)


def load_npy_folder(folder: Path, in_memory: bool | None = None) -> Dataset:
    """Return the data set of the NPY files in `folder`.

    `features.npy` or `images.npy` with `labels.npy`, and if there is a test part `test_features.npy` or
    `test_images.npy` with `test_labels.npy`; or `x_train.npy`, `y_train.npy`, `x_test.npy`, `y_test.npy`.
    Without a test part a fifth is held out. Inputs that are too large stay in their file (`in_memory`, see
    `load`). Nothing is ever unpickled. Raises `DataError` for a file that is damaged or needs pickle, and for
    one that is missing.

    Examples:
        >>> from pathlib import Path
        >>> import thalweg as tw
        >>> Path("rows").mkdir()
        >>> np.save("rows/features.npy", digits.train.raw.reshape(-1, 784))
        >>> np.save("rows/labels.npy", digits.train.labels)
        >>> tw.load("rows")
        Dataset('rows': 1,151 training and 287 test examples of 784, 10 classes)
        >>> tw.load("rows", in_memory=False).train.is_stored
        True
    """
    layout = next(names for names in LAYOUTS if (folder / f"{names[0]}{ENDING}").is_file())
    paths = [folder / f"{name}{ENDING}" for name in layout]
    there = [path.is_file() for path in paths[2:]]
    if any(there) != all(there):
        raise _without(paths[2 + there[0]], paths[2 + there[1]])
    test = _part(paths[2], paths[3], in_memory, layout[0]) if all(there) else None
    train = _part(paths[0], paths[1], in_memory, layout[0])
    return assemble(train, test, name=folder.resolve().name, source=str(folder))


def load_npy_file(path: Path, in_memory: bool | None = None) -> Dataset:
    """Return the data set of one NPY file of inputs, whose labels lie beside it; a fifth is held out.

    The labels' file has the same name with `labels` for `features` or `images`, or `y_` for `x_`.
    """
    part = next((part for part in PART if part in path.stem), None)
    if part is None:
        raise DataError(
            f"{path} has a name from which that of its labels cannot be told.",
            hint="call the inputs features.npy, and their labels labels.npy beside them.",
        )
    labels = path.with_name(path.name.replace(part, PART[part]))
    if not labels.is_file():
        raise _without(labels, path)
    train = _part(path, labels, in_memory, part)
    return assemble(train, None, name=path.stem, source=str(path))


def _part(inputs: Path, labels: Path, in_memory: bool | None, called: str) -> Arrays:
    if not labels.is_file():
        raise _without(labels, inputs)
    rows, numbers = read_npy(inputs, in_memory), read_npy(labels, True)
    check_axes(called, rows, inputs)
    if len(rows) != len(numbers):
        raise DataError(
            f"{inputs.name} holds {len(rows):,} examples but {labels.name} {len(numbers):,} labels.",
            hint="the two files belong to different sets; give the pair that was written together.",
        )
    return rows, numbers


def _without(missing: Path, there: Path) -> DataError:
    return DataError(f"{there} is there without {missing.name}.", hint="put the missing file beside it.")


def read_npy(path: Path, in_memory: bool | None = None) -> np.ndarray:
    """Return the array in the NPY file `path`, which stays there if it is too large; see `load`.

    Raises `DataError` for a file that is damaged, needs pickle, or cannot be left where it is.
    """
    try:
        with path.open("rb") as stream:
            shape, by_columns, dtype = _header(stream)
            offset, stamp = stream.tell(), Stamp.of(os.fstat(stream.fileno()))
    except OSError:
        raise  # who reads a path says why it cannot be
    except DAMAGED as error:
        raise DataError(
            f"{path} is not a readable NPY file ({error}).", hint="write it with np.save."
        ) from None
    if dtype.hasobject:
        raise needs_pickle(path)
    needed = offset + dtype.itemsize * math.prod(shape)
    if stamp.size < needed:
        sizes = " x ".join(f"{axis:,}" for axis in shape)
        raise DataError(
            f"{path} holds {stamp.size:,} bytes: expected {needed:,} for {sizes} values of {dtype}.",
            hint="the file is truncated; write or copy it anew.",
        )
    if not shape or not stays(needed - offset, in_memory):
        return np.load(path, allow_pickle=False)
    if by_columns and len(shape) > 1:
        raise DataError(
            f"{path} is written column by column (Fortran order): its rows cannot be read one by one, and it "
            "is too large to be read whole.",
            hint="write it anew with np.save(path, np.ascontiguousarray(array)), or give in_memory=True.",
        )
    file = StoredFile(path.resolve(), offset, dtype, shape, stamp)
    return stored(Stored(file, dtype=dtype.newbyteorder("=")))


def _header(stream: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Return the shape, whether it is in Fortran order, and the type."""
    version = np.lib.format.read_magic(stream)
    form = np.lib.format
    return form.read_array_header_1_0(stream) if version == (1, 0) else form.read_array_header_2_0(stream)
