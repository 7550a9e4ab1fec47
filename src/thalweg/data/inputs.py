"""How inputs are kept: images as small as they came, features as float32 if it will do; what is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thalweg.data.dataset import Scaling
from thalweg.data.split import moments
from thalweg.data.stored import Stored, pieces_of, stored
from thalweg.errors import DataError

ROUNDING_OF_VALUES = 1e-6
"""Up to this many standard deviations two values are the same: more digits are noise."""


@dataclass(frozen=True)
class Kind:
    """One way to keep inputs in memory; `expects` finishes the sentence "expected ..."."""

    name: str
    dtype: type
    expects: str
    lowest: float = -np.inf
    highest: float = np.inf
    whole: bool = False

    def scaling(self, raw: np.ndarray) -> Scaling:
        """Return how `raw` (the training inputs, as kept) become network inputs."""
        if self is FEATURES:
            return Scaling.standard(raw)
        return Scaling.identity() if self is UNIT else Scaling.pixels()


FEATURES = Kind("features", np.float32, "finite numbers")
GREY_LEVELS = Kind("grey levels", np.uint8, "whole grey levels 0..255", 0, 255, whole=True)
ON_OFF = Kind("on or off", np.uint8, "pixels that are 0 or 1", 0, 1, whole=True)
UNIT = Kind("unit", np.float32, "grey levels in [0, 1]", 0, 1)


def tidy_inputs(inputs: object, *, what: str = "inputs") -> np.ndarray:
    """Return `inputs` as an array [examples, inputs] or [examples, height, width(, channels)] of numbers.

    A trailing channel of one is taken away. Raises `DataError` for other shapes and for what is not numbers.
    """
    array = _plain(inputs, what)
    if array.dtype.kind not in "biuf":
        raise DataError(
            f"The {what} are of type {array.dtype}: expected real numbers.",
            hint="encode words as numbers first; rows of different lengths make no array.",
        )
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim not in (2, 3, 4) or (array.ndim == 4 and array.shape[-1] not in (3, 4)):
        raise DataError(
            f"The {what} have shape {array.shape}: expected (examples, inputs), (examples, height, width) "
            "or (examples, height, width, channels) with 1, 3 or 4 channels.",
            hint="put the channels last, e.g. np.moveaxis(images, 1, -1); a single row needs one more axis.",
        )
    if 0 in array.shape:
        raise DataError(
            f"The {what} have shape {array.shape}: there is nothing in them.",
            hint="give at least one example per class.",
        )
    return array


def kind_of(inputs: np.ndarray, *, what: str = "inputs") -> Kind:
    """Return the kind that fits `inputs` (tidy): features, or one of three kinds of images.

    Whole numbers that never exceed 1 are pixels that are on or off; other whole numbers are grey levels
    0..255; fractions are grey levels in [0, 1].
    """
    if inputs.ndim == 2:
        return FEATURES
    seen = _seen(inputs, what)
    lowest, highest = seen.lowest, seen.highest
    if inputs.dtype.kind == "f" and lowest >= 0 and highest <= 1:
        return UNIT
    if inputs.dtype.kind == "b" or (lowest >= 0 and highest <= 1):
        return ON_OFF
    if lowest >= 0 and highest <= 255 and seen.whole:
        return GREY_LEVELS
    raise DataError(
        f"The {what} are images with values from {lowest:g} to {highest:g} of type {inputs.dtype}: "
        "expected whole grey levels 0..255 or fractions in [0, 1].",
        hint="rescale them first, e.g. (images - images.min()) / (images.max() - images.min()).",
    )


def keep(inputs: np.ndarray, kind: Kind, *, what: str = "inputs") -> np.ndarray:
    """Return `inputs` (tidy) in the form of `kind`; `DataError` when they do not fit it.

    Pixels that are on or off become grey levels 255 and 0, so that uint8 always means the same thing.
    """
    seen = _seen(inputs, what)
    outside = kind is not FEATURES and (seen.lowest < kind.lowest or seen.highest > kind.highest)
    if outside or (kind.whole and not seen.whole):
        raise DataError(
            f"The {what} hold values from {seen.lowest:g} to {seen.highest:g}: expected {kind.expects}, "
            "as in the training part.",
            hint="give both parts on the same scale.",
        )
    if kind is FEATURES:
        refuse_infinite(inputs, as_type=np.float32, what=what)  # what float32 cannot hold
        return _of_type(inputs, np.float64 if _blurs(inputs) else np.float32)
    if isinstance(inputs, Stored):
        return stored(replace(inputs, dtype=np.dtype(kind.dtype), times=255 if kind is ON_OFF else 1))
    kept = np.ascontiguousarray(inputs, dtype=kind.dtype)
    return kept * np.uint8(255) if kind is ON_OFF else kept


def _of_type(inputs: np.ndarray, kind: type) -> np.ndarray:
    return inputs.astype(kind) if isinstance(inputs, Stored) else np.ascontiguousarray(inputs, kind)


@dataclass(frozen=True)
class _Seen:
    """The values of inputs, all of them finite: from where to where, and whether they are whole numbers."""

    lowest: float
    highest: float
    whole: bool


def _seen(inputs: np.ndarray, what: str) -> _Seen:
    check_finite(inputs, what=what)
    lowest, highest, whole = np.inf, -np.inf, True
    for _, piece in pieces_of(inputs):
        lowest, highest = min(lowest, float(piece.min())), max(highest, float(piece.max()))
        whole = whole and (piece.dtype.kind != "f" or np.array_equal(piece, np.rint(piece)))
    return _Seen(lowest, highest, whole)


def _plain(inputs: object, what: str) -> np.ndarray:
    """Return `inputs` as an array: sparse matrices filled, Python's numbers as floats, times in seconds."""
    if isinstance(inputs, Stored):
        return stored(inputs)
    if hasattr(inputs, "toarray"):
        inputs = inputs.toarray()  # type: ignore[attr-defined]
    try:
        array = np.asarray(inputs)
    except ValueError:
        raise DataError(
            f"The {what} are rows of different lengths: they make no array.",
            hint="give every example as many numbers as the first has.",
        ) from None
    if array.dtype.kind in "mM":
        return array.astype(array.dtype.kind + "8[us]").astype(np.float64) / 1e6
    if array.dtype.kind != "O":
        return array
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        kinds = ", ".join(sorted({type(value).__name__ for value in array.ravel()[:1000]}))
        raise DataError(
            f"The {what} are Python objects of type {kinds}: expected real numbers.",
            hint="give words and missing values in a frame: load(frame, label_column=...).",
        ) from None


def _blurs(wide: np.ndarray) -> bool:
    """Return whether float32 makes values of a feature equal that are apart by more than noise."""
    if np.can_cast(wide.dtype, np.float32):
        return False
    error = np.zeros(wide.shape[1])
    for _, piece in pieces_of(wide):
        exact = piece.astype(np.float64)
        error = np.maximum(error, np.abs(exact - piece.astype(np.float32)).max(axis=0))
    _, deviation = moments(wide)
    for column in np.flatnonzero((error > ROUNDING_OF_VALUES * deviation) & (error > 0)).tolist():
        exact = np.concatenate([piece[:, column] for _, piece in pieces_of(wide)]).astype(np.float64)
        if len(np.unique(exact)) > len(np.unique(exact.astype(np.float32))):
            return True
    return False


def check_finite(inputs: np.ndarray, *, what: str = "inputs") -> None:
    """Refuse NaN and infinities in `inputs` (tidy), naming the first one's place."""
    if inputs.dtype.kind == "f":
        refuse_infinite(inputs, what=what)


def refuse_infinite(inputs: np.ndarray, *, what: str, as_type: Any = None) -> None:
    """Refuse NaN and infinities in `inputs` (tidy), as they are or as what they become `as_type`."""
    count, found = 0, None
    for before, piece in pieces_of(inputs):
        with np.errstate(over="ignore"):
            values = piece if as_type is None else piece.astype(as_type, copy=False)
        finite = np.isfinite(values)
        if finite.all():
            continue
        count += np.count_nonzero(~finite)
        if found is None:
            place = tuple(int(index) for index in np.argwhere(~finite)[0])
            found = (before + place[0], place[1:], values[place])
    if found is None:
        return
    example, where, value = found
    named = f"column {where[0]}" if inputs.ndim == 2 else f"pixel {where}"
    raise DataError(
        f"Among the {what}, example {example} (counted from 0), {named}, is {value} "
        f"({count:,} such values): expected finite float32 numbers.",
        hint="drop these examples or fill the values in before loading.",
    )
