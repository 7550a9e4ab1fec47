"""Tell a true copy of a registered file from a damaged or a foreign one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from thalweg.data.idx import GZIP_MAGIC, parse_idx, read_bytes
from thalweg.data.registry import NamedFile, NamedSet
from thalweg.errors import DataError


def read_verified(path: Path, file: NamedFile, named: NamedSet) -> np.ndarray:
    """Return the array in `path` once it is known to be `file` of `named`.

    uint8 images [examples, height, width] as published, or labels [examples] as published. Raises `DataError`
    for a wrong magic number, length, count, image size, label or hash, naming what was found and expected.
    """
    data = read_bytes(path)
    array = parse_idx(data, path, dimensions=(3,) if file.content == "images" else (1,))
    shape = (file.examples, *named.input_shape) if file.content == "images" else (file.examples,)
    if array.shape != shape or array.dtype != np.uint8:
        raise DataError(
            f"{path} holds {array.dtype} values of shape {array.shape}: {named.name} has uint8 {shape}.",
            hint=_fetch_anew(path, named),
        )
    if file.content == "labels":
        _check_labels(array, path, named)
    if file.sha256 and (found := hashlib.sha256(data).hexdigest()) != file.sha256:
        raise DataError(
            f"{path} is not {named.name}'s {file.name}: SHA-256 of the uncompressed content is {found}, "
            f"expected {file.sha256}.",
            hint=_fetch_anew(path, named),
        )
    return array


def _check_labels(labels: np.ndarray, path: Path, named: NamedSet) -> None:
    """Refuse labels that are not among the classes of `named`."""
    lowest, highest = named.first_label, named.first_label + len(named.class_names) - 1
    outside = np.flatnonzero((labels < lowest) | (labels > highest))
    if len(outside):
        raise DataError(
            f"{path}: label {labels[outside[0]]} of example {outside[0]} is out of range: "
            f"{named.name} has labels {lowest} to {highest}.",
            hint=_fetch_anew(path, named),
        )


def _fetch_anew(path: Path, named: NamedSet) -> str:
    return f"remove {path} and run `thalweg data get {named.name}`, or put a true copy there."


def check_compressed(path: Path, file: NamedFile) -> None:
    """Refuse a download of no known content hash whose own hash is not the published one."""
    if file.sha256 or is_as_published(path, file):
        return
    raise DataError(
        f"{file.published} has the wrong hash: {compressed_hash(path, file)}, expected {file.compressed}.",
        hint="this mirror's copy is damaged or altered; try another.",
    )


def compressed_hash(path: Path, file: NamedFile) -> str:
    """Return the hash of `path` as it is, in the form of `file.compressed`."""
    algorithm = file.compressed.partition(":")[0]
    digest = hashlib.new(algorithm, path.read_bytes(), usedforsecurity=False)
    return f"{algorithm}:{digest.hexdigest()}"


def is_as_published(path: Path, file: NamedFile) -> bool:
    """Return whether `path` is byte for byte the .gz file that was published."""
    with path.open("rb") as stream:
        compressed = stream.read(2) == GZIP_MAGIC
    return compressed and compressed_hash(path, file) == file.compressed


def note_on(path: Path, file: NamedFile, named: NamedSet) -> list[str]:
    """Return what the user should know of a local copy that no hash could vouch for."""
    if file.sha256 or is_as_published(path, file):
        return []
    return [
        f"{path.name}: only its structure was checked; of {named.name} no hash of the uncompressed content "
        "is published, and this is not the published .gz file."
    ]
