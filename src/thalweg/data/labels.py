"""Labels of any kind, numbers or words, become 0-based class numbers with names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from thalweg.errors import DataError

MISSING = (
    *("", "?", "-", "--", ".", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NaT", "NULL", "NaN", "None", "n/a", "na", "nan", "null"),
)
"""What stands for a value that is missing: the words that pandas takes for one, and the usual signs."""

LARGEST = 2**63 - 1


def tidy_labels(labels: object, *, what: str = "labels") -> np.ndarray:
    """Return `labels` as a one-dimensional array of int64 or of strings.

    Takes integers, whole floats, booleans (their names become classes) and strings; whole numbers that int64
    does not hold become strings. Raises `DataError` for anything else: more than one axis, missing or
    infinite values, fractions.
    """
    array = np.asarray(labels)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise DataError(
            f"The {what} have shape {array.shape}: expected one label for each example, (examples,).",
            hint="turn one-hot rows into class numbers with labels.argmax(axis=1).",
        )
    if array.dtype.kind == "O":
        array = _from_objects(array, what)
    if array.dtype.kind in "iu":
        huge = array.dtype.kind == "u" and len(array) and array.max() > LARGEST
        return array.astype(str) if huge else array.astype(np.int64)
    if array.dtype.kind == "f":
        return _whole_numbers(array, what)
    if array.dtype.kind in "USTb":
        return _words(array, what)
    raise DataError(
        f"The {what} are of type {array.dtype}: expected whole numbers or strings.",
        hint="convert them to integers or to strings first.",
    )


def _from_objects(array: np.ndarray, what: str) -> np.ndarray:
    """Return Python objects as an array of one plain kind."""
    for example, label in enumerate(array):
        if is_missing(label):
            raise _missing(example, label, what)
    if all(isinstance(label, str) for label in array):
        return array.astype(str)
    if all(isinstance(label, bool | np.bool_) for label in array):
        return array.astype(bool)
    if all(isinstance(label, int | np.integer) for label in array):
        fits = all(-LARGEST <= int(label) <= LARGEST for label in array)
        return array.astype(np.int64) if fits else np.array([str(int(label)) for label in array])
    if all(isinstance(label, int | float | Decimal | np.number) for label in array):
        return array.astype(np.float64)
    kinds = ", ".join(sorted({type(label).__name__ for label in array}))
    raise DataError(
        f"The {what} mix types ({kinds}): expected all whole numbers or all strings.",
        hint="convert them all to strings first.",
    )


def _whole_numbers(array: np.ndarray, what: str) -> np.ndarray:
    """Return floats that are whole numbers as int64."""
    broken = np.flatnonzero(~np.isfinite(array))
    if len(broken):
        raise _missing(int(broken[0]), array[broken[0]].item(), what)
    fractions = np.flatnonzero(array != np.floor(array))
    if len(fractions):
        raise DataError(
            f"Among the {what}, example {fractions[0]} has {array[fractions[0]]}: expected whole numbers.",
            hint="Thalweg classifies; a quantity to predict must first be cut into classes.",
        )
    if np.abs(array).max(initial=0) > LARGEST:
        return np.array([str(int(value)) for value in array])
    return array.astype(np.int64)


def is_missing(label: object) -> bool:
    """Return whether a Python object says that there is no value: None, NaN, NaT or pandas' NA."""
    if label is None:
        return True
    try:
        return bool(label != label)
    except (TypeError, ValueError):  # pandas' NA is neither true nor false; an array is many things at once
        return type(label).__name__ == "NAType"


def without_label(labels: object) -> np.ndarray:
    """Return which examples have no label, bool [examples]: None, NaN, NA or a word that stands for it."""
    array = np.asarray(labels).reshape(len(np.asarray(labels)), -1)[:, 0]
    if array.dtype.kind == "f":
        return np.isnan(array)
    if array.dtype.kind not in "OU":
        return np.zeros(len(array), bool)
    words = [value.strip() if isinstance(value, str) else value for value in array.tolist()]
    texts = {word for word in words if isinstance(word, str)}
    markers = {word for word in MISSING if word != "-" or "+" not in texts}
    return np.array(
        [value in markers if isinstance(value, str) else is_missing(value) for value in words], bool
    )


def refuse_markers(labels: np.ndarray, what: str) -> np.ndarray:
    """Return labels (tidy), words without blanks around them; refuse a word that says "missing"."""
    if labels.dtype.kind != "U":
        return labels
    words = np.char.strip(labels)
    markers = [word for word in MISSING if word != "-" or "+" not in words]
    broken = np.flatnonzero(np.isin(words, markers))
    if len(broken):
        raise DataError(
            f"Among the {what}, example {broken[0]} has {str(words[broken[0]])!r}, which stands for a "
            f"missing value ({len(broken):,} such labels): expected a class for every example.",
            hint="drop these examples; if it is a class, give it another name.",
        )
    return words


def note_on_names(values: np.ndarray) -> list[str]:
    """Return a note for class names that differ in upper and lower case only."""
    if values.dtype.kind != "U":
        return []
    alike: dict[str, list[str]] = {}
    for value in values.tolist():
        alike.setdefault(" ".join(value.casefold().split()), []).append(value)
    return [
        f"The classes {' and '.join(map(repr, names))} differ in case or blanks only: are they the same?"
        for names in alike.values()
        if len(names) > 1
    ]


def _words(array: np.ndarray, what: str) -> np.ndarray:
    """Return strings, bytes or booleans as strings."""
    words = np.char.decode(array, "utf-8") if array.dtype.kind == "S" else array.astype(str)
    empty = np.flatnonzero(words == "")
    if len(empty):
        raise _missing(int(empty[0]), "", what)
    return words


def _missing(example: int, label: object, what: str) -> DataError:
    return DataError(
        f"Among the {what}, example {example} has {label!r}: expected a class for every example.",
        hint="drop the examples without a label, or label them.",
    )


def class_values(*parts: np.ndarray) -> np.ndarray:
    """Return the distinct values of all `parts` (tidy labels): numbers by value, words as strings sort.

    So `10` comes before `9` and `Versicolor` before `setosa` where they are words: the order of `np.unique`,
    which scikit-learn, torchvision and Keras keep.
    """
    if len({part.dtype.kind for part in parts}) > 1:
        raise DataError(
            "The training labels and the test labels are of different kinds: one numbers, the other words.",
            hint="write the classes in the same way in both parts.",
        )
    return np.unique(np.concatenate(parts))


def order_notes(names: Sequence[object]) -> list[str]:
    """Return a note on class `names` that are words and stand in another order than a reader would expect."""
    words = [name for name in names if isinstance(name, str)]
    if len(words) < len(names) or words == natural_order(words):
        return []
    return [
        f"The classes are words and sorted as strings, as scikit-learn and torchvision sort them: "
        f"{listing(names)}."
    ]


def natural_order(names: Sequence[str]) -> list[str]:
    """Return `names` with the numbers in them by value and without regard to case."""
    return sorted(names, key=natural_key)


def natural_key(word: str) -> tuple:
    """Sort key under which numbers inside words count as numbers."""
    pieces = [int(piece) if piece.isdecimal() else piece.casefold() for piece in re.split(r"(\d+)", word)]
    return tuple(pieces), word


def class_numbers(labels: np.ndarray, values: np.ndarray, *, what: str = "labels") -> np.ndarray:
    """Return int32 class numbers [examples]: the place of each of `labels` (tidy) in `values`."""
    place_of = {value: number for number, value in enumerate(values.tolist())}
    distinct, inverse = np.unique(labels, return_inverse=True)
    unknown = [value for value in distinct.tolist() if value not in place_of]
    if unknown:
        raise DataError(
            f"Among the {what}, {listing(unknown)} is not one of the {len(values)} classes "
            f"({listing(values.tolist())}).",
            hint="labels out of range or misspelt? Correct them, or name all the classes.",
        )
    return np.array([place_of[value] for value in distinct.tolist()], dtype=np.int32)[inverse.ravel()]


def check_classes(labels: np.ndarray, class_names: Sequence[str], *, what: str) -> None:
    """Refuse class numbers `labels` that leave one of `class_names` without an example, or know one only."""
    if len(class_names) < 2:
        raise DataError(
            f"Only one class, {class_names[0]!r}, among the {what}: expected at least two.",
            hint="a classifier needs examples of two classes or more; is this the right label?",
        )
    counts = np.bincount(labels, minlength=len(class_names))
    empty = [class_names[number] for number in np.flatnonzero(counts == 0).tolist()]
    if empty:
        raise DataError(
            f"No example of class {listing(empty)} among the {what} ({len(class_names)} classes).",
            hint="give at least one example of every class, or take the class away.",
        )


def listing(values: Sequence[object], most: int = 10) -> str:
    """Return `values` as a short list for a message."""
    shown = ", ".join(repr(value) for value in values[:most])
    return shown if len(values) <= most else f"{shown}, ... {len(values) - most} more"
