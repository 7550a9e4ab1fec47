"""What a study kept of a finished part, held to the form that its maker gives it.

A part carries a hash, so it is what was written; but an older version of Thalweg may have written other
arrays under that name. Those would end a study with a puzzle, or make a number of something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from thalweg.errors import StudyError
from thalweg.studies.catalogue import Parts

Arrays = dict[str, np.ndarray]
NUMBERS, WHOLE, YES_OR_NO, BITS = "f", "iu", "b", "bits"
"""Kinds of arrays: real numbers, whole ones, truths, and truths packed by eight into uint8."""

SAID = {NUMBERS: "real numbers", WHOLE: "whole numbers", YES_OR_NO: "truths", BITS: "packed truths"}


@dataclass(frozen=True)
class Form:
    """What one array is: its `kind`, and the length of each axis, None where any will do.

    `below`: of whole numbers that are places in something, how many of these there are.
    """

    kind: str
    shape: tuple[int | None, ...]
    below: int | None = None

    def __str__(self) -> str:
        axes = " x ".join("any" if axis is None else f"{axis:,}" for axis in self.shape)
        among = "" if self.below is None else f" from 0 to {self.below - 1:,}"
        return f"{SAID.get(self.kind, self.kind)}{among} [{axes}]"

    def fits(self, array: np.ndarray) -> bool:
        """Whether an array is of this form."""
        return (
            (array.dtype == np.uint8 if self.kind == BITS else array.dtype.kind in self.kind)
            and array.ndim == len(self.shape)
            and all(wanted in (None, axis) for axis, wanted in zip(array.shape, self.shape, strict=True))
            and (self.below is None or bool(((array >= 0) & (array < self.below)).all()))
        )


Forms = Mapping[str, Form]


def kept_part(parts: Parts, name: str, forms: Forms | Callable[[Arrays], Forms]) -> Arrays | None:
    """Return the arrays kept under `name`; None where none are.

    `forms`: what each array must be, by name, or a function that says so of what was found. Raises
    `StudyError` where one is missing, too many, or of another form.
    """
    found = parts.load(name)
    if found is None:
        return None
    refuse_other_forms(found, forms(found) if callable(forms) else forms, name)
    return found


def refuse_other_forms(found: Arrays, forms: Forms, name: str) -> None:
    """Raise `StudyError` for arrays of a part that are not those, of those forms, that are expected."""
    wrong = [f"it lacks {each}" for each in forms if each not in found]
    wrong += [f"it holds {each}" for each in found if each not in forms]
    wrong += [
        f"{each} is {array.dtype} {list(array.shape)}, expected {forms[each]}"
        for each, array in found.items()
        if each in forms and not forms[each].fits(array)
    ]
    if wrong:
        raise StudyError(
            f"the part {name!r} is not what this version keeps: {'; '.join(sorted(wrong)[:3])}.",
            hint="it was written by another version of thalweg: go on with that one, or delete the file of "
            "this name in parts/, and it is made again.",
        )
