"""NumPy archives (.npz) of images or features with their labels."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np

from thalweg.data.arrays import assemble
from thalweg.data.dataset import Dataset
from thalweg.errors import DataError
from thalweg.unfolding import DAMAGED, refuse_archive

# (training inputs, training labels, test inputs, test labels)
LAYOUTS = (
    ("images", "labels", "test_images", "test_labels"),
    ("features", "labels", "test_features", "test_labels"),
    ("x_train", "y_train", "x_test", "y_test"),
)


def load_archive(path: Path) -> Dataset:
    """Return the data set in the .npz file `path`.

    Arrays `images` or `features` with `labels`, and if there is a test part `test_images` or `test_features`
    with `test_labels`; or Keras' `x_train`, `y_train`, `x_test`, `y_test`. Nothing is ever unpickled. Raises
    `DataError` for a damaged file, for arrays that need pickle and for arrays that are missing.

    Examples:
        >>> import thalweg as tw
        >>> np.savez("mine.npz", images=digits.train.raw, labels=digits.train.labels)
        >>> tw.load("mine.npz")
        Dataset('mine': 1,151 training and 287 test examples of 28x28, 10 classes)
    """
    if not zipfile.is_zipfile(path):
        raise DataError(f"{path} is not a readable .npz archive.", hint="write it with np.savez.")
    try:
        with path.open("rb") as stream:
            refuse_archive(path, stream, DataError, _asked_of(stream))
            with np.load(stream, allow_pickle=False) as archive:
                return _assemble(archive, path)
    except DAMAGED as error:
        if "pickle" in str(error):
            raise needs_pickle(path) from None
        raise DataError(f"{path} is not a readable .npz archive ({error}).", hint="write it anew.") from None


def _assemble(archive: np.lib.npyio.NpzFile, path: Path) -> Dataset:
    names = set(archive.files)
    layout = next((layout for layout in LAYOUTS if {*layout[:2]} <= names), None)
    if layout is None:
        raise DataError(
            f"{path} holds the arrays {', '.join(sorted(names)) or '(none)'}: expected images or features "
            "with labels, or x_train with y_train.",
            hint="np.savez(path, images=..., labels=..., test_images=..., test_labels=...).",
        )
    test = [name for name in layout[2:] if name in names]
    if len(test) == 1:
        raise DataError(
            f"{path} holds {test[0]} without its partner: expected both {layout[2]} and {layout[3]}, "
            "or neither.",
            hint="add the missing array or take the other away.",
        )
    parts = [
        (archive[first], archive[second]) for first, second in (layout[:2], layout[2:]) if first in names
    ]
    check_axes(layout[0], parts[0][0], path)
    return assemble(parts[0], parts[1] if test else None, name=path.stem, source=str(path))


def _asked_of(stream: BinaryIO) -> tuple[str, ...]:
    """Return the names of the arrays that are read of an archive; all where it has none of ours."""
    with zipfile.ZipFile(stream) as archive:
        names = {entry.removesuffix(".npy") for entry in archive.namelist()}
    stream.seek(0)
    return next((layout for layout in LAYOUTS if {*layout[:2]} <= names), ())


def check_axes(inputs: str, array: np.ndarray, path: Path) -> None:
    """Refuse an array called images that is rows of numbers, and features that are not."""
    axes = array.ndim
    if inputs == "images" and axes == 2:
        raise DataError(
            f"{path}: images has shape {array.shape}: expected (examples, height, width).",
            hint="reshape the rows to images, or call the array features.",
        )
    if inputs == "features" and axes != 2:
        raise DataError(
            f"{path}: features has shape {array.shape}: expected (examples, inputs).",
            hint="call the array images if it holds images, else flatten each example.",
        )


def needs_pickle(path: Path) -> DataError:
    """Return the error for a file of Python objects."""
    return DataError(
        f"{path} holds Python objects, which need pickle to be read: expected plain arrays.",
        hint="pickle can run code, so it is never read; save numbers or strings, e.g. labels.astype(str).",
    )
