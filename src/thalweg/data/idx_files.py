"""The user's own IDX files: a folder with MNIST's four names, or an images file beside its labels file."""

from __future__ import annotations

from pathlib import Path

from thalweg.data.arrays import Arrays, assemble
from thalweg.data.dataset import Dataset
from thalweg.data.idx import GZIP_MAGIC, read_idx, stored_idx
from thalweg.errors import DataError

PARTS = {"train": ("train",), "test": ("t10k", "test")}


def load_idx_folder(folder: Path, in_memory: bool | None = None) -> Dataset:
    """Return the data set of the IDX files in `folder`.

    `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, `t10k-...` (or `test-...`) for the test part,
    each with or without `.gz`. A training part alone has a fifth held out; a test part alone is an outlier
    set. Inputs that are too large stay in their file (`in_memory`, see `load`).

    Examples:
        >>> from pathlib import Path
        >>> import thalweg as tw
        >>> def write(name, array):
        ...     head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
        ...     Path("mine", name).write_bytes(head + array.astype("uint8").tobytes())
        >>> Path("mine").mkdir()
        >>> write("train-images-idx3-ubyte", digits.train.raw)
        >>> write("train-labels-idx1-ubyte", digits.train.labels)
        >>> tw.load("mine")
        Dataset('mine': 1,151 training and 287 test examples of 28x28, 10 classes)
    """
    found = {part: _pair(folder, part) for part in PARTS}
    train, test = (_read_pair(*pair, in_memory) if pair else None for pair in found.values())
    return assemble(train, test, name=folder.resolve().name, source=str(folder))


def is_idx_folder(folder: Path) -> bool:
    """Return whether `folder` holds at least one file of MNIST's four names."""
    return any(
        _find(folder, prefix, content)
        for prefixes in PARTS.values()
        for prefix in prefixes
        for content in ("images", "labels")
    )


def _find(folder: Path, prefix: str, content: str) -> Path | None:
    """Return the file with the standard name, in any of its spellings, or None."""
    axes = {"images": "idx3", "labels": "idx1"}[content]
    for separator in "-.":
        for ending in ("", ".gz"):
            path = folder / f"{prefix}-{content}{separator}{axes}-ubyte{ending}"
            if path.is_file():
                return path
    return None


def _pair(folder: Path, part: str) -> tuple[Path, Path] | None:
    """Return the images and the labels file of a part, None if it has neither."""
    for prefix in PARTS[part]:
        images, labels = (_find(folder, prefix, content) for content in ("images", "labels"))
        if images and labels:
            return images, labels
        if images or labels:
            missing = f"{prefix}-labels-idx1-ubyte" if images else f"{prefix}-images-idx3-ubyte"
            raise DataError(
                f"{folder} holds {(images or labels).name} but not {missing} (nor {missing}.gz).",  # type: ignore[union-attr]
                hint="put the missing file beside it.",
            )
    return None


def load_idx_file(path: Path, in_memory: bool | None = None) -> Dataset:
    """Return the data set of one IDX images file, whose labels file lies beside it, a fifth held out.

    The labels file has the same name with `labels` for `images` and `idx1` for `idx3`, with or without .gz.
    """
    if "images" not in path.name:
        raise DataError(
            f"{path} is an IDX file without `images` in its name: its labels file cannot be told.",
            hint="give the images file, e.g. my-images-idx3-ubyte beside my-labels-idx1-ubyte.",
        )
    stem = path.name.removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
    candidates = [path.with_name(stem), path.with_name(f"{stem}.gz")]
    labels = next((candidate for candidate in candidates if candidate.is_file()), None)
    if labels is None:
        raise DataError(
            f"{path} has no labels file beside it: expected {stem} or {stem}.gz.",
            hint="put the labels file into the same folder.",
        )
    return assemble(_read_pair(path, labels, in_memory), None, name=path.name.split(".")[0], source=str(path))


def is_idx_file(path: Path) -> bool:
    """Return whether `path` looks like IDX, by its name or by its first bytes."""
    if "idx1" in path.name or "idx3" in path.name:
        return True
    with path.open("rb") as stream:
        start = stream.read(4)
    return start[:2] == b"\0\0" or (start.startswith(GZIP_MAGIC) and path.name.endswith("ubyte.gz"))


def _read_pair(images: Path, labels: Path, in_memory: bool | None) -> Arrays:
    """Return the arrays of an images file and of its labels file."""
    inputs = stored_idx(images, in_memory, dimensions=(3, 4))
    inputs = read_idx(images, dimensions=(3, 4)) if inputs is None else inputs
    numbers = read_idx(labels, dimensions=(1,))
    if len(inputs) != len(numbers):
        raise DataError(
            f"{images.name} holds {len(inputs):,} images but {labels.name} {len(numbers):,} labels.",
            hint="the two files belong to different sets; give the pair that was written together.",
        )
    return inputs, numbers
