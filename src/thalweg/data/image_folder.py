"""Folders of image files: one folder a class, or `train` and `test` with a folder a class in each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from thalweg.data.arrays import Arrays, assemble
from thalweg.data.dataset import Dataset
from thalweg.data.labels import natural_key, order_notes
from thalweg.errors import DataError

IMAGES = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".pgm", ".ppm"))


def load_image_folder(folder: Path) -> Dataset:
    """Return the data set of the image files in `folder`; its subfolders' names are the class names.

    With subfolders `train` and `test`, those hold the class folders; with `train` alone, or with class
    folders only, a fixed stratified fifth is held out. Grey images stay [height, width]; if any is coloured
    all become [height, width, 3]. Raises `DataError` naming the first image that is damaged, transparent or
    of another size than the first, and any class without an image.

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
    train = folder / "train" if has_parts(folder) else folder
    classes = class_folders(train)
    names = tuple(path.name for path in classes)
    parts = [_files(classes)]
    if has_parts(folder) and (folder / "test").is_dir():
        parts.append(_files(_test_folders(folder / "test", names)))
    first = _open(parts[0][0])
    coloured = any(_is_coloured(path) for part in parts for path in part)
    arrays = [_read(part, first.size, coloured=coloured) for part in parts]
    test = arrays[1] if len(arrays) > 1 else None
    return assemble(
        arrays[0],
        test,
        class_names=names,
        name=folder.resolve().name,
        source=str(folder),
        notes=order_notes(names),
    )


def has_parts(folder: Path) -> bool:
    """Return whether `folder` holds a training part of its own, in a subfolder `train` of class folders."""
    return (folder / "train").is_dir() and bool(class_folders(folder / "train"))


def class_folders(folder: Path) -> list[Path]:
    """Return the subfolders of `folder` that name classes, sorted as strings, as torchvision does."""
    found = [path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "__"))]
    return sorted(found, key=lambda path: path.name)


def image_files(folder: Path) -> list[Path]:
    """Return the image files in `folder`, in natural order."""
    found = [path for path in folder.iterdir() if path.suffix.lower() in IMAGES and path.name[0] != "."]
    return sorted(found, key=lambda path: natural_key(path.name))


def _files(classes: Sequence[Path]) -> list[Path]:
    """Return every image of the class folders; `DataError` for a folder without any."""
    files = []
    for folder in classes:
        found = image_files(folder)
        if not found:
            raise DataError(
                f"{folder} holds no image: class {folder.name!r} has no example.",
                hint=f"put images ({', '.join(sorted(IMAGES))}) in it or remove the folder.",
            )
        files += found
    return files


def _test_folders(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """Return the class folders of the test part; a class that was not trained on is refused."""
    found = class_folders(folder)
    foreign = [path.name for path in found if path.name not in names]
    if foreign or not found:
        raise DataError(
            f"{folder} has class folders {', '.join(map(repr, foreign)) or '(none)'}: "
            f"expected some of {', '.join(map(repr, names))}, as in train.",
            hint="use the same folder names in train and test.",
        )
    return found


def _read(files: list[Path], size: tuple[int, int], *, coloured: bool) -> Arrays:
    """Return uint8 images [examples, height, width(, 3)] and the names of their folders."""
    width, height = size
    images = np.empty((len(files), height, width, 3) if coloured else (len(files), height, width), np.uint8)
    for example, path in enumerate(files):
        image = _open(path)
        if image.size != size:
            raise DataError(
                f"{path} is {image.size[0]}x{image.size[1]} pixels: expected {width}x{height} (width "
                "x height), as the first image.",
                hint="bring all images to one size first.",
            )
        images[example] = np.asarray(image.convert("RGB" if coloured else "L"))
    return images, np.array([path.parent.name for path in files])


def _is_coloured(path: Path) -> bool:
    """Return whether the file keeps colours, from its header alone."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            return image.mode not in ("1", "L", "LA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise _damaged(path, error) from None


def _open(path: Path):
    """Return the image in `path`, upright, in mode L or RGB."""
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            image.load()
            upright = ImageOps.exif_transpose(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _damaged(path, error) from None
    if upright.mode.startswith(("I", "F")):
        raise DataError(
            f"{path} has pixels of mode {upright.mode}: expected 8 bits a channel.",
            hint="convert the images to 8-bit PNG, or load arrays with values in [0, 1].",
        )
    if upright.has_transparency_data:
        return _opaque(upright, path)
    return upright.convert("L" if upright.mode in ("1", "L") else "RGB")


def _opaque(image, path: Path):
    """Return `image` without its alpha channel, which must hide nothing."""
    full = image.convert("RGBA")
    if full.getchannel("A").getextrema() != (255, 255):
        raise DataError(
            f"{path} is transparent in places: expected an opaque image.",
            hint="flatten the images onto the background they should have.",
        )
    return full.convert("L" if image.mode == "LA" else "RGB")


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path} cannot be read as an image ({str(error).splitlines()[0]}).",
        hint="the file is damaged or is no image; replace it or take it away.",
    )
