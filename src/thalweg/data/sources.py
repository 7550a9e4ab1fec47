"""Data sets by name: the embedded digits and the registered ones, local, cached or fetched."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from thalweg.data import digits
from thalweg.data.arrays import assemble
from thalweg.data.dataset import Dataset
from thalweg.data.download import download, unreachable
from thalweg.data.keras_cache import keras_archive, read_archive
from thalweg.data.locations import cache_folder, find_file, find_folder, missing_files, search_folders
from thalweg.data.registry import REGISTRY, NamedFile, NamedSet, named_set
from thalweg.data.verification import note_on, read_verified
from thalweg.errors import SourceUnreachable

OFFLINE_VARIABLE = "THALWEG_OFFLINE"
NAMES = (digits.NAME, *REGISTRY)


def load_named(name: str, *, data_dir: str | Path | None = None, offline: bool | None = None) -> Dataset:
    """Return the data set called `name`, fetched into the cache if it is not on this machine.

    `data_dir` is searched before `THALWEG_DATA` and the cache; then Keras' own cache. `offline=True`, or
    `THALWEG_OFFLINE=1`, never tries the network. Raises `SourceUnreachable` if it is nowhere to be had,
    `DataError` for an unknown name and for files that are not what they should be.
    """
    if name == digits.NAME:
        return digits.load_digits()
    named = named_set(name)
    archive = keras_archive(named)
    if archive is not None and find_folder(named, data_dir) is None:
        return _assembled(named, read_archive(archive, named), [])
    return _read(named, get(name, data_dir=data_dir, offline=offline))


def get(name: str, *, data_dir: str | Path | None = None, offline: bool | None = None) -> Path | None:
    """Return the folder that holds the files of `name`, after fetching them into the cache if need be.

    None for the embedded digits, which have no files. Errors as `load_named`.
    """
    if name == digits.NAME:
        return None
    named = named_set(name)
    found = find_folder(named, data_dir)
    if found is not None:
        return found
    folder = cache_folder(named)
    if is_offline(offline):
        looked_in = ", ".join(str(path) for path in search_folders(named, data_dir))
        raise unreachable(named, {"the network": "not tried (offline)", "looked in": looked_in}, folder)
    download(named, missing_files(named, folder), folder)
    return folder


def is_offline(offline: bool | None = None) -> bool:
    """Return whether the network is off limits: `offline` if given, else what `THALWEG_OFFLINE` says."""
    if offline is not None:
        return offline
    return os.environ.get(OFFLINE_VARIABLE, "").strip().lower() not in ("", "0", "false", "no")


def _read(named: NamedSet, folder: Path | None) -> Dataset:
    """Return the data set in `folder`, every file verified."""
    arrays: dict[tuple[str, str], np.ndarray] = {}
    notes: list[str] = []
    for file in named.files:
        path = find_file(folder, file) if folder else None
        if path is None:  # taken away since it was found
            raise unreachable(named, {file.name: f"no longer in {folder}"}, folder or cache_folder(named))
        arrays[file.part, file.content] = _as_used(read_verified(path, file, named), file, named)
        notes += note_on(path, file, named)
    return _assembled(named, arrays, notes)


def _assembled(named: NamedSet, arrays: dict[tuple[str, str], np.ndarray], notes: list[str]) -> Dataset:
    """Return the data set of images and labels by part and content."""
    train, test = (
        (arrays[part, "images"], arrays[part, "labels"]) if (part, "images") in arrays else None
        for part in ("train", "test")
    )
    return assemble(
        train, test, class_names=named.class_names, name=named.name, source=named.name, notes=notes
    )


def _as_used(array: np.ndarray, file: NamedFile, named: NamedSet) -> np.ndarray:
    """Return published values in the form Thalweg uses: upright images, labels from 0."""
    if file.content == "labels":
        return array - np.uint8(named.first_label)
    return np.ascontiguousarray(array.transpose(0, 2, 1)) if named.transposed else array


def default(data_dir: str | Path | None = None, *, offline: bool | None = None) -> tuple[Dataset, str]:
    """Return the data set to use when none was named, and one sentence that says which and why.

    MNIST if it is on this machine or can be fetched, else the embedded digits.
    """
    before = find_folder(REGISTRY["mnist"], data_dir)
    try:
        dataset = load_named("mnist", data_dir=data_dir, offline=offline)
    except SourceUnreachable:
        tried = "and the network was not tried" if is_offline(offline) else "and no mirror could be reached"
        why = f"digits (embedded): MNIST is not on this machine {tried}; `thalweg data info mnist` says more."
        return digits.load_digits(), why
    before = before or keras_archive(REGISTRY["mnist"])
    where = f"found in {before}" if before else f"fetched into {cache_folder(REGISTRY['mnist'])}"
    return dataset, f"mnist: no data was named, and MNIST was {where}."


def describe(name: str, *, data_dir: str | Path | None = None) -> dict:
    """Return what is known of the data set `name`, without fetching it: plain values, fit for JSON.

    Keys: name, title, classes, class_names, input_shape, training_examples, test_examples, found (a folder,
    "embedded" or None), files, mirrors, fill (the folder to put files into by hand), licence, citation.
    """
    if name == digits.NAME:
        return _describe_digits()
    named = named_set(name)
    found = find_folder(named, data_dir) or keras_archive(named)
    return {
        "name": named.name,
        "title": named.title,
        "classes": len(named.class_names),
        "class_names": list(named.class_names),
        "input_shape": list(named.input_shape),
        "training_examples": named.examples("train"),
        "test_examples": named.examples("test"),
        "found": str(found) if found else None,
        "files": [file.published for file in named.files],
        "mirrors": list(named.mirrors),
        "fill": str(cache_folder(named)),
        "licence": named.licence,
        "citation": named.citation,
    }


def _describe_digits() -> dict:
    """Return what `describe` says of the embedded digits."""
    return {
        "name": digits.NAME,
        "title": digits.TITLE,
        "classes": len(digits.CLASS_NAMES),
        "class_names": list(digits.CLASS_NAMES),
        "input_shape": [28, 28],
        "training_examples": digits.EXAMPLES - digits.TEST_EXAMPLES,
        "test_examples": digits.TEST_EXAMPLES,
        "found": "embedded",
        "files": [],
        "mirrors": [],
        "fill": None,
        "licence": digits.LICENCE,
        "citation": digits.CITATION,
    }


def available(*, data_dir: str | Path | None = None) -> list[dict]:
    """Return `describe` of every named data set, the embedded one first; fetches nothing."""
    return [describe(name, data_dir=data_dir) for name in NAMES]
