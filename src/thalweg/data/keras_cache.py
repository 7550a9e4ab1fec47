"""A named set as Keras keeps it in its own cache: one archive, verified as the published files are."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

import numpy as np

from thalweg.data.registry import NamedFile, NamedSet
from thalweg.errors import DataError
from thalweg.unfolding import DAMAGED, refuse_archive

ARCHIVES = {"mnist": "mnist.npz"}
ARRAYS = {
    ("train", "images"): "x_train",
    ("train", "labels"): "y_train",
    ("test", "images"): "x_test",
    ("test", "labels"): "y_test",
}


def keras_archive(named: NamedSet) -> Path | None:
    """Return where Keras keeps `named` on this machine (`KERAS_HOME`, or `~/.keras`), or None."""
    if named.name not in ARCHIVES:
        return None
    home = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    path = home / "datasets" / ARCHIVES[named.name]
    return path if path.is_file() else None


def read_archive(path: Path, named: NamedSet) -> dict[tuple[str, str], np.ndarray]:
    """Return the arrays of Keras' archive by part and content, once each is known to be the published one.

    Raises `DataError` for an archive that is damaged or holds anything else.
    """
    try:
        with path.open("rb") as stream:
            refuse_archive(path, stream, DataError, ARRAYS.values())
            with np.load(stream, allow_pickle=False) as archive:
                arrays = {key: archive[name] for key, name in ARRAYS.items()}
    except DAMAGED as error:
        raise DataError(
            f"{path} is not Keras' archive of {named.name} ({error}).", hint=_anew(path)
        ) from None
    for file in named.files:
        _check(arrays[file.part, file.content], file, path, named)
    return arrays


def _check(array: np.ndarray, file: NamedFile, path: Path, named: NamedSet) -> None:
    """Refuse values that are not those of the published file, whose bytes they are behind a head."""
    head = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    found = hashlib.sha256(head + np.ascontiguousarray(array).tobytes()).hexdigest()
    if array.dtype != np.uint8 or found != file.sha256:
        raise DataError(
            f"{path}: {ARRAYS[file.part, file.content]} is not {named.name}'s {file.name}.", hint=_anew(path)
        )


def _anew(path: Path) -> str:
    return f"remove {path}, so that it is fetched anew."
