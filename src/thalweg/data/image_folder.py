"""Folders of image files: one folder a class, or parts such as `train` and `test` of class folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from thalweg.data.arrays import Arrays, assemble
from thalweg.data.dataset import Dataset, ValidationSplit
from thalweg.data.identity import Identity
from thalweg.data.labels import class_numbers, natural_key, order_notes
from thalweg.data.picture_files import Form, Repairs, common_form, read_pictures
from thalweg.errors import DataError

IMAGES = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".bmp", ".gif", ".tif", ".tiff", ".webp"),
        *(".pgm", ".ppm", ".pbm", ".pnm", ".avif", ".jp2"),
    )
)
TRAIN, TEST, VALIDATION = ("train", "training"), ("test", "testing"), ("val", "valid", "validation")


def load_image_folder(
    folder: Path, *, resize: tuple[int, int] | None = None, strict: bool = False
) -> Dataset:
    """Return the data set of the image files in `folder`; its subfolders' names are the class names.

    A part `train` (or training) may have a `test` (testing) and a `val` (valid, validation) beside it, in
    any case: without a test part the validation part is the test part. Without either, a fixed stratified
    fifth is held out. Pictures in folders inside a class are of that class. Grey pictures stay [height,
    width]; if any is coloured all become [height, width, 3]. Those of another size than most are stretched
    to it, or all to `resize` (height, width) in pixels; what else is repaired or left out is said in the
    notes, or refused in one message with `strict`. Raises `DataError` for a class without a picture.

    Examples:
        >>> from pathlib import Path
        >>> from PIL import Image
        >>> import thalweg as tw
        >>> for place, picture in enumerate(digits.train.raw[:40]):
        ...     folder = Path("letters") / "ab"[place % 2]
        ...     folder.mkdir(parents=True, exist_ok=True)
        ...     Image.fromarray(picture).save(folder / f"{place}.png")
        >>> tw.load("letters")
        Dataset('letters': 32 training and 8 test examples of 28x28, 2 classes)
    """
    roots = _parts(folder)
    classes = class_folders(roots["train"])
    names = tuple(path.name for path in classes)
    files = {"train": _files(classes)}
    files |= {part: _files(_known(root, names)) for part, root in roots.items() if part != "train"}
    form = common_form([path for part in files.values() for path in part], resize)
    repairs = Repairs()
    read = {part: _read(found, roots[part], form, repairs) for part, found in files.items()}
    arrays = {part: (images, labels) for part, (images, labels, _) in read.items()}
    called = {part: _called(paths, folder) for part, (_, _, paths) in read.items()}
    if strict:
        repairs.refuse(folder)
    for part, (images, _) in arrays.items():
        if not len(images):
            raise DataError(f"{roots[part]} has no picture that can be read.", hint="replace the files.")
    notes = [
        *order_notes(names),
        *_part_notes(roots, arrays),
        *_nested(files, roots, folder),
        *repairs.notes(folder),
    ]
    notes += _left_out(folder, {path for part in files.values() for path in part})
    dataset = assemble(
        arrays["train"],
        arrays.get("test"),
        class_names=names,
        name=folder.resolve().name,
        source=str(folder),
        notes=notes,
        identities=[called[part] for part in ("train", "test") if part in called],
    )
    if "validation" not in arrays:
        return dataset
    images, labels = arrays["validation"]
    numbers = class_numbers(labels, np.array(names), what="validation labels")
    validation = ValidationSplit(images, numbers, names, dataset.train.scaling, called["validation"])
    return replace(dataset, validation=validation, own_validation=True)


def has_parts(folder: Path) -> bool:
    """Return whether `folder` holds a training part of its own, in a subfolder `train` of class folders."""
    return _part(folder, TRAIN) is not None


def class_folders(folder: Path) -> list[Path]:
    """Return the subfolders of `folder` that name classes, sorted as strings, as torchvision does."""
    found = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))]
    return sorted(found, key=lambda path: path.name)


def image_files(folder: Path) -> list[Path]:
    """Return the image files in `folder`, in natural order, then those of folders inside it."""
    ordered = sorted(_images(folder), key=lambda path: (len(path.parts) > 1, natural_key(path.as_posix())))
    return [folder / path for path in ordered]


def has_images(folder: Path) -> bool:
    """Return whether there is an image file in `folder` or below it; looks no further than the first."""
    return next(_images(folder), None) is not None


def _images(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder, onerror=_raise):
        for path in (Path(place, name) for name in names):
            below = path.relative_to(folder)
            if path.suffix.lower() in IMAGES and path.is_file() and not _is_hidden(below):
                yield below


def _raise(error: OSError) -> None:
    # a folder that may not be looked into would otherwise pass for one without a picture
    raise error


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".") or any(part.startswith((".", "__")) for part in path.parts[:-1])


def _part(folder: Path, names: Sequence[str]) -> Path | None:
    """Return the first subfolder of one of these names, in any case, that holds folders of pictures."""
    found = {path.name: path for path in class_folders(folder) if path.name.lower() in names}
    for path in sorted(found.values(), key=lambda path: (names.index(path.name.lower()), path.name)):
        if any(has_images(inner) for inner in class_folders(path)):
            return path
    return None


def _parts(folder: Path) -> dict[str, Path]:
    """Return the folder of each part; `train` is always there."""
    train = _part(folder, TRAIN)
    if train is None:
        return {"train": folder}
    test, validation = _part(folder, TEST), _part(folder, VALIDATION)
    if test is None:
        test, validation = validation, None
    found = {"train": train, "test": test, "validation": validation}
    return {part: path for part, path in found.items() if path is not None}


def _part_notes(roots: dict[str, Path], arrays: dict[str, Arrays]) -> list[str]:
    """Say what a validation part is used for."""
    test = roots.get("test")
    if test is not None and test.name.lower() in VALIDATION:
        count = len(arrays["test"][0])
        return [f"There is no test part: the {count:,} pictures of {test.name}/ are the test part."]
    if "validation" in roots:
        count, name = len(arrays["validation"][0]), roots["validation"].name
        return [f"The {count:,} pictures of {name}/ are the validation part: neither trained nor tested on."]
    return []


def _files(classes: Sequence[Path]) -> list[Path]:
    """Return every image of the class folders; `DataError` naming all folders without any."""
    found = {folder: image_files(folder) for folder in classes}
    empty = [folder for folder, files in found.items() if not files]
    if empty:
        one = len(empty) == 1
        listed = ", ".join(str(folder) for folder in empty)
        named = ", ".join(repr(folder.name) for folder in empty)
        raise DataError(
            f"{listed} {'holds' if one else 'hold'} no image: class {named} has no example.",
            hint=f"put images ({', '.join(sorted(IMAGES))}) in it or remove the folder.",
        )
    return [path for files in found.values() for path in files]


def _known(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """Return the class folders of another part; a class that was not trained on is refused."""
    found = class_folders(folder)
    foreign = [path.name for path in found if path.name not in names]
    if foreign:
        raise DataError(
            f"{folder} has class folders {', '.join(map(repr, foreign))}: "
            f"expected some of {', '.join(map(repr, names))}, as in train.",
            hint=f"use the same folder names in train and {folder.name}.",
        )
    return found


def _read(
    files: list[Path], root: Path, form: Form, repairs: Repairs
) -> tuple[np.ndarray, np.ndarray, list[Path]]:
    """Return uint8 pictures [examples, height, width(, 3)], the names of their classes, and their files."""
    images, kept = read_pictures(files, form, repairs)
    labels = np.array([path.relative_to(root).parts[0] for path in files])
    return images, labels[kept], [files[place] for place in np.flatnonzero(kept)]


def _called(paths: Sequence[Path], folder: Path) -> Identity:
    below = [path.relative_to(folder).as_posix() for path in paths]
    # bytes that are no text are written out: what keeps the names cannot hold them
    return Identity(file=np.array([path.encode("utf-8", "backslashreplace").decode() for path in below]))


def _nested(files: dict[str, list[Path]], roots: dict[str, Path], folder: Path) -> list[str]:
    """Say how many pictures lie in folders inside a class."""
    inner = [path for part, found in files.items() for path in found if _depth(path, roots[part]) > 2]
    if not inner:
        return []
    return [
        f"{len(inner):,} of {sum(map(len, files.values())):,} pictures lie in folders inside a class and are "
        f"read as of that class (the first is {inner[0].relative_to(folder).as_posix()})."
    ]


def _depth(path: Path, root: Path) -> int:
    return len(path.relative_to(root).parts)


def _left_out(folder: Path, read: set[Path]) -> list[str]:
    """Say how many files below `folder` were not taken for pictures of a class, by reason."""
    reasons: dict[str, list[Path]] = {}
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in sorted(names)):
            if path in read:
                continue
            below = path.relative_to(folder)
            if _is_hidden(below):
                reason = "hidden or in a hidden folder"
            elif path.suffix.lower() in IMAGES:
                reason = "a picture outside the class folders"
            else:
                reason = "not of a known picture ending"
            reasons.setdefault(reason, []).append(below)
    return [
        f"{len(paths):,} {'file' if len(paths) == 1 else 'files'} left out, {reason} "
        f"(the first is {paths[0].as_posix()})."
        for reason, paths in reasons.items()
    ]
