"""Where the files of a named data set are looked for on this machine."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from thalweg.data.idx import read_bytes
from thalweg.data.registry import NamedFile, NamedSet
from thalweg.errors import DataError
from thalweg.places import given_path

DATA_VARIABLE = "THALWEG_DATA"


def cache_folder(named: NamedSet) -> Path:
    """Return the folder of the user's cache that downloads of `named` go to."""
    import platformdirs

    return platformdirs.user_cache_path("thalweg") / "data" / named.name


def search_folders(named: NamedSet, data_dir: str | Path | None = None) -> list[Path]:
    """Return the folders to look in for `named`, first choice first; they need not exist.

    `data_dir` and then the folder that `THALWEG_DATA` names: in each the subfolder called like the set, the
    one that torchvision would make, and the folder itself if it is this set's; last the user's cache. Raises
    `DataError` when `data_dir` is not a folder.
    """
    roots = [] if data_dir is None else [_existing(given_path(data_dir, "the data folder", DataError))]
    if os.environ.get(DATA_VARIABLE):
        roots.append(
            given_path(os.environ[DATA_VARIABLE], f"the folder that {DATA_VARIABLE} names", DataError)
        )
    folders = []
    for root in roots:
        folders += [root / name for name in (named.name, *named.folders)]
        folders += [root] if is_folder_of(named, root) else []
    return [*folders, cache_folder(named)]


def _existing(root: Path) -> Path:
    if root.is_dir():
        return root
    raise DataError(
        f"The data folder {root} does not exist or is no folder.",
        hint=f"make it, correct --data-dir, or leave it out ({DATA_VARIABLE} and the cache are searched).",
    )


def find_file(folder: Path, file: NamedFile) -> Path | None:
    """Return where `file` lies in `folder`, compressed or not, or None."""
    for name in (file.name, file.published):
        if (folder / name).is_file():
            return folder / name
    return None


def missing_files(named: NamedSet, folder: Path) -> list[NamedFile]:
    """Return the files of `named` that are not in `folder`."""
    return [file for file in named.files if find_file(folder, file) is None]


def find_folder(named: NamedSet, data_dir: str | Path | None = None) -> Path | None:
    """Return the first folder that holds every file of `named`, or None."""
    folders = search_folders(named, data_dir)
    return next((folder for folder in folders if not missing_files(named, folder)), None)


def is_folder_of(named: NamedSet, folder: Path) -> bool:
    """Return whether `folder` itself, not a subfolder, is where the files of `named` are kept.

    Several sets use the same file names: the folder's own name or the labels' hash tells them apart.
    """
    if missing_files(named, folder):
        return False
    if folder.name.casefold() == named.name:
        return True
    labels = next(file for file in reversed(named.files) if file.content == "labels")
    path = find_file(folder, labels)
    if path is None or not labels.sha256:
        return False
    return hashlib.sha256(read_bytes(path)).hexdigest() == labels.sha256
