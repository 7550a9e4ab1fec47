"""The user's own data: which form a path is in, and the loader of that form."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from thalweg.data.archive import load_archive
from thalweg.data.dataset import Dataset
from thalweg.data.fetched import called, fetched
from thalweg.data.idx_files import is_idx_file, is_idx_folder, load_idx_file, load_idx_folder
from thalweg.data.image_folder import class_folders, has_images, has_parts, load_image_folder
from thalweg.data.npy_files import is_npy_folder, load_npy_file, load_npy_folder
from thalweg.data.reading import OF_FOLDERS, OF_TABLES, Reading
from thalweg.data.stored import cannot_stay
from thalweg.data.tables import is_table, is_table_folder, load_stored_table, load_table, stays_in_files
from thalweg.errors import DataError, near_match, shown
from thalweg.places import given_path
from thalweg.remote import RemotePath, is_url

FORMS = (
    "IDX files (.gz or not), .npy files, a .npz archive, a .csv, .tsv or .parquet table, a folder of .parquet"
    " files, or a folder with one folder of images a class"
)


def load_path(
    path: Path,
    reading: Reading = Reading(),  # noqa: B008
    *,
    test: str | os.PathLike[str] | None = None,
    names: Sequence[str] = (),
    in_memory: bool | None = None,
) -> Dataset:
    """Return the data set that lies at `path`, a file or a folder.

    `test`, the file of the test part, is for tables only. `names` are what else the caller
    could have meant, for the near match when nothing lies at `path`. `in_memory`: see `load`. Raises
    `DataError`; see the loader of each form.
    """
    if isinstance(path, RemotePath):
        local = fetched(path)
        with called(path, local):
            return replace(load_path(local, reading, test=test, in_memory=in_memory), source=str(path))
    if not path.exists():
        raise not_there(path, names)
    try:
        return _load(path, reading, test, in_memory)
    except OSError as error:
        what = error.filename or path
        raise DataError(
            f"{shown(str(what), quoted=False)}: cannot be read: {error.strerror or error}.",
            hint="have it opened to you, or take it out of the data.",
        ) from None


def _load(
    path: Path, reading: Reading, test: str | os.PathLike[str] | None, in_memory: bool | None
) -> Dataset:
    if is_table(path) or is_table_folder(path):
        reading.refuse_for(path, takes=OF_TABLES)
        second = _test_table(test)
        if stays_in_files(path, reading, second, in_memory):
            return load_stored_table(path, reading, test=second)
        found = load_table(path, reading, test=second)
        return replace(found, test_source=str(test)) if is_url(test) else found
    if test is not None:
        raise DataError(f"test={str(test)!r} is for tables, and {path} is none.", hint="leave test out.")
    if path.is_dir():
        return _load_folder(path, reading, in_memory)
    reading.refuse_for(path)
    return _load_file(path, in_memory)


def _test_table(test: str | os.PathLike[str] | None) -> Path | None:
    if test is None:
        return None
    path = given_path(test, "the test part", DataError, remote=True)
    if isinstance(path, RemotePath):
        path = fetched(path)
    if not path.exists():
        raise not_there(path, ())
    if is_table(path) or is_table_folder(path):
        return path
    raise DataError(f"test={str(test)!r} is no table, but the training part is.", hint="give two tables.")


def _load_folder(folder: Path, reading: Reading, in_memory: bool | None) -> Dataset:
    raw = next((each for each in (folder, folder / "raw") if is_idx_folder(each)), None)
    if raw is not None:  # torchvision keeps the files of MNIST in MNIST/raw
        reading.refuse_for(folder)
        return replace(load_idx_folder(raw, in_memory), name=folder.resolve().name)
    if is_npy_folder(folder):
        reading.refuse_for(folder)
        return load_npy_folder(folder, in_memory)
    if in_memory is False:
        raise cannot_stay("a folder of pictures")
    if has_parts(folder) or any(has_images(path) for path in class_folders(folder)):
        reading.refuse_for(folder, takes=OF_FOLDERS)
        found = load_image_folder(folder, resize=reading.resize, strict=reading.strict)
        return replace(found, reading=reading)
    entries = sorted(path.name + "/" * path.is_dir() for path in folder.iterdir())
    shown = ", ".join(entries[:8]) + (", ..." if len(entries) > 8 else "")
    raise DataError(
        f"{folder} holds no data of a known form, only: {shown or 'nothing'}.",
        hint=f"expected {FORMS}; a single file in a folder is given by its own path.",
    )


def _load_file(path: Path, in_memory: bool | None) -> Dataset:
    if path.suffix.lower() == ".npz":
        if in_memory is False:
            raise cannot_stay("an archive, whose arrays are packed")
        return load_archive(path)
    if path.suffix.lower() == ".npy":
        return load_npy_file(path, in_memory)
    if is_idx_file(path):
        return load_idx_file(path, in_memory)
    raise DataError(
        f"{path} is of no known form ({path.suffix or 'no'} ending).",
        hint=f"expected {FORMS}; anything else can be given as arrays: load((inputs, labels)).",
    )


def not_there(path: Path, names: Sequence[str]) -> DataError:
    """Return the error for a path at which nothing lies, with the nearest name that does exist."""
    parent, missing = path.parent, path.name
    while not parent.is_dir():
        parent, missing = parent.parent, parent.name
    alone = len(path.parts) == 1
    known = [*sorted(entry.name for entry in parent.iterdir()), *(names if alone else ())]
    named = f"; or name a data set: {', '.join(names)}" if alone and names else ""
    return DataError(
        f"There is no {str(path)!r}: {parent.resolve()} has no {missing!r}.{near_match(missing, known)}",
        hint=f"give the path of {FORMS}{named}.",
    )
