"""Data sets from arrays in memory: the one way in which every source becomes a `Dataset`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from thalweg.data.dataset import Dataset, Scaling, TestSplit, TrainSplit, stratified_mask
from thalweg.data.identity import Identity
from thalweg.data.inputs import FEATURES, GREY_LEVELS, ON_OFF, Kind, keep, kind_of, tidy_inputs
from thalweg.data.labels import (
    check_classes,
    class_numbers,
    class_values,
    note_on_names,
    order_notes,
    refuse_markers,
    tidy_labels,
    without_label,
)
from thalweg.data.leakage import notes_on_features
from thalweg.data.stored import pieces_of, taken
from thalweg.errors import DataError

TEST_FRACTION = 0.2
TEST_SEED = 0
DARK = 64

Part = tuple[object, object]
Arrays = tuple[np.ndarray, np.ndarray]


def from_arrays(
    inputs: object,
    labels: object,
    *,
    test: Part | None = None,
    class_names: Sequence[str] | None = None,
    name: str = "arrays",
    source: str = "",
    strict: bool = False,
) -> Dataset:
    """Make a `Dataset` of `inputs` and `labels`, one label for each example.

    `inputs`: features [examples, inputs], or images [examples, height, width] or [examples, height, width,
    channels] with grey levels 0..255 or in [0, 1]. `labels` [examples]: integers or strings of any value.
    `test`: the (inputs, labels) to report on; without it a fixed stratified fifth is held out and a note says
    so. `class_names` declares the classes: labels are then names, or numbers that count from 0. Undeclared,
    the classes are the values that occur, whole numbers by value and words as Python sorts strings.

    Examples without a label (None, NaN, NA, or a word such as "nan") are left out with a note, or refused
    with `strict`. Features are standardised with the training split's mean and standard deviation. Raises
    `DataError` for whatever cannot be learned from: values that are not finite, counts that differ, a class
    without an example, a single class.

    Examples:
        >>> from thalweg import data
        >>> flowers = np.random.default_rng(0).normal(size=(20, 4))
        >>> data.from_arrays(flowers, ["rose", "tulip"] * 10, name="flowers")
        Dataset('flowers': 16 training and 4 test examples of 4, 2 classes)
    """
    if strict or class_names:
        return assemble((inputs, labels), test, class_names=class_names, name=name, source=source)
    train, places, notes = _labelled((inputs, labels), "training")
    kept = [places]
    if test is not None:
        test, places, more = _labelled(test, "test")
        kept.append(places)
        notes += more
    identities = [Identity(index=places) for places in kept if places is not None]
    if len(identities) < len(kept) or not notes:
        identities = []  # nothing is left out: the place in the part says it all
    return assemble(train, test, name=name, source=source, notes=notes, identities=identities)


def _labelled(part: Part, key: str) -> tuple[Part, np.ndarray | None, list[str]]:
    """Return the examples of a part that have a label, their places in it, and a note on the rest.

    The places are None for what is no part, which is refused later.
    """
    inputs, labels = tidy_inputs(part[0], what=f"{key} inputs"), np.asarray(part[1])
    if labels.ndim not in (1, 2) or (labels.ndim == 2 and labels.shape[1] != 1) or len(labels) != len(inputs):
        return part, None, []
    missing = without_label(labels)
    if not missing.any() or missing.all():
        return part, np.arange(len(labels)), []
    note = (
        f"{np.count_nonzero(missing):,} of {len(labels):,} {key} examples have no label and are left out; "
        f"the first is example {int(missing.argmax())}, counted from 0."
    )
    return (inputs[~missing], labels[~missing]), np.flatnonzero(~missing), [note]


def assemble(
    train: Part | None,
    test: Part | None,
    *,
    class_names: Sequence[str] | None = None,
    name: str,
    source: str,
    notes: Sequence[str] = (),
    feature_names: Sequence[str] = (),
    columns: Mapping[str, np.ndarray] | None = None,
    identities: Sequence[Identity] = (),
) -> Dataset:
    """Make a `Dataset` of a training part, a test part or both; see `from_arrays`.

    A test part alone makes an outlier set, which has nothing to train on. `feature_names`: one an input, for
    the notes. `columns` [all examples]: what the inputs were made from, if several were made from one.
    `identities`: what the examples are called, one a part that is given; without it those of one part that is
    split here are called by their place in it.
    """
    given = {key: part for key, part in (("training", train), ("test", test)) if part is not None}
    parts = {key: _tidy(part, key, declared=bool(class_names)) for key, part in given.items()}
    names, numbers, notes = _classes(parts, class_names, list(notes))
    kind = kind_of(next(iter(parts.values()))[0], what=f"{next(iter(parts))} inputs")
    kept = _alike({key: keep(parts[key][0], kind, what=f"{key} inputs") for key in parts})
    notes += _brightness(kept, kind)
    held = None
    if train is not None and test is None:
        kept, numbers, note, held = _hold_out(kept["training"], numbers["training"], names)
        notes.append(note)
        whole = identities[0] if identities else Identity.of_places(len(held))
        identities = (whole.take(~held), whole.take(held))
    called = dict(zip(kept, identities or [None] * len(kept), strict=True))
    scaling = kind.scaling(kept["training"]) if "training" in kept else _unfitted(kind)
    splits = {
        key: split(kept[key], numbers[key], names, scaling, called[key])
        for key, split in (("training", TrainSplit), ("test", TestSplit))
        if key in kept
    }
    if kind is FEATURES:
        notes += notes_on_features(
            splits["training"],
            splits["test"],
            feature_names,
            _of_training(columns, held, len(splits["training"])),
        )
    return Dataset(
        name,
        splits["test"],  # type: ignore[arg-type]
        splits.get("training"),  # type: ignore[arg-type]
        source=source,
        notes=tuple(notes),
        held_out=held,
        feature_names=tuple(feature_names),
    )


def held_rows(labels: np.ndarray, class_names: Sequence[str] | None = None) -> np.ndarray:
    """Return which examples [examples] of data without a test part become one, from their labels alone."""
    names, numbers, _ = _classes({"training": (labels, labels)}, class_names, [])
    return _held(numbers["training"], names)


def _of_training(
    columns: Mapping[str, np.ndarray] | None, held: np.ndarray | None, count: int
) -> dict[str, np.ndarray]:
    """Return the training examples of `columns`: those that are not held out, or the first `count`."""
    chosen = slice(count) if held is None else ~held
    return {name: values[chosen] for name, values in (columns or {}).items()}


def _alike(kept: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the parts in one type: where one needs float64, both have it."""
    kind = np.result_type(*(raw.dtype for raw in kept.values()))
    return {key: raw.astype(kind, copy=False) for key, raw in kept.items()}


def _tidy(part: Part, key: str, *, declared: bool) -> Arrays:
    """Return a part's inputs and labels as plain arrays of one length."""
    inputs = tidy_inputs(part[0], what=f"{key} inputs")
    labels = tidy_labels(part[1], what=f"{key} labels")
    if not declared:
        labels = refuse_markers(labels, f"{key} labels")
    if len(inputs) != len(labels):
        raise DataError(
            f"The {key} part has {len(inputs):,} examples but {len(labels):,} labels.",
            hint="give one label for each example, in the same order.",
        )
    return inputs, labels


def _classes(
    parts: dict[str, Arrays], declared: Sequence[str] | None, notes: list[str]
) -> tuple[tuple[str, ...], dict[str, np.ndarray], list[str]]:
    """Return class names, class numbers of each part, and the notes with what is worth knowing."""
    _same_shape(parts)
    labels = {key: part[1] for key, part in parts.items()}
    values = _declared(declared, labels) if declared else class_values(*labels.values())
    names = tuple(declared) if declared else tuple(str(value) for value in values.tolist())
    notes += [] if declared else order_notes(values.tolist())
    numbers = {key: class_numbers(part, values, what=f"{key} labels") for key, part in labels.items()}
    first = next(iter(numbers))
    check_classes(numbers[first], names, what=f"{first} labels")
    absent = len(names) - len(np.unique(numbers.get("test", numbers[first])))
    if absent:
        notes.append(f"{absent} of {len(names)} classes have no example in the test part.")
    notes += note_on_names(values)
    if values.dtype.kind == "i" and values[-1] - values[0] >= len(values):
        notes.append(
            f"The labels run from {values[0]} to {values[-1]} with gaps: "
            f"the classes are the {len(values)} values that occur."
        )
    seen = tuple(map(_visible, names))
    if seen != names:
        which = next(name for name, kept in zip(seen, names, strict=True) if name != kept)
        notes.append(f"Names of classes hold control signs, which are written out: {which}.")
    return seen, numbers, notes


def _visible(name: str) -> str:
    """Return a name whose control signs are written out: it goes to terminals, pages and files."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in name)


def _declared(names: Sequence[str], labels: dict[str, np.ndarray]) -> np.ndarray:
    """Return what the labels of declared classes may be: their names, or their numbers from 0."""
    words = any(part.dtype.kind != "i" for part in labels.values())
    return np.array(list(names)) if words else np.arange(len(names))


def _same_shape(parts: dict[str, Arrays]) -> None:
    """Refuse parts whose examples differ in shape."""
    shapes = {key: inputs.shape[1:] for key, (inputs, _) in parts.items()}
    if len(set(shapes.values())) > 1:
        raise DataError(
            f"Training inputs of shape {shapes['training']} but test inputs of shape {shapes['test']}.",
            hint="give both parts the same features, or pictures of one size (--resize, resize= in Python).",
        )


def _brightness(kept: dict[str, np.ndarray], kind: Kind) -> list[str]:
    """Return a note for images whose grey levels do not mean what 0..255 means."""
    if kind is ON_OFF:
        return ["The pixels are 0 or 1 only: 1 is taken as full ink (255)."]
    highest = max(map(_brightest, kept.values())) if kind is GREY_LEVELS else 255
    if highest >= DARK:
        return []
    return [
        f"The brightest pixel is {highest} of 255. If {highest} means full ink, "
        f"give images / {highest} instead."
    ]


def _brightest(raw: np.ndarray) -> int:
    return max(int(piece.max()) for _, piece in pieces_of(raw))


def _hold_out(
    raw: np.ndarray, labels: np.ndarray, names: tuple[str, ...]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], str, np.ndarray]:
    """Return inputs and labels of a training and a test part, the note that says so, and who is held out."""
    held = _held(labels, names)
    note = (
        f"No test part was given: a fixed stratified fifth ({np.count_nonzero(held):,} of "
        f"{len(held):,} examples) is held out as the test split."
    )
    return (
        {"training": taken(raw, ~held), "test": taken(raw, held)},
        {"training": labels[~held], "test": labels[held]},
        note,
        held,
    )


def _held(labels: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Return the mask of a fixed stratified fifth; a class with a single example is refused."""
    counts = np.bincount(labels, minlength=len(names))
    if counts.min() < 2:
        raise DataError(
            f"Class {names[int(counts.argmin())]!r} has a single example: it cannot be both trained and "
            "tested on, and no test part was given.",
            hint="give two examples or more of every class, or a test part. Is this column the class?",
        )
    return stratified_mask(labels, TEST_FRACTION, TEST_SEED)


def _unfitted(kind: Kind) -> Scaling:
    """Return the scaling of an outlier set; features have none without a training part."""
    if kind is FEATURES:
        raise DataError(
            "A test part of features without a training part: there is nothing to standardise them by.",
            hint="give the training part too.",
        )
    return kind.scaling(np.empty(0))
