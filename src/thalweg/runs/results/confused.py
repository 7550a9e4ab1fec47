"""Which class is taken for which, as an evaluation writes it: a table of all pairs, or those that occur."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.errors import RunError

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, eq=False)
class Confused:
    """Pairs of a class and what it was taken for, in their order, int64 [pairs]; `counts` float64 [pairs]."""

    classes: int
    labels: np.ndarray
    answers: np.ndarray
    counts: np.ndarray

    @property
    def totals(self) -> np.ndarray:
        """How many examples each class has, float64 [classes]."""
        import numpy as np

        return np.bincount(self.labels, self.counts, minlength=self.classes)

    @property
    def shares(self) -> np.ndarray:
        """What part of its class each pair is, float64 [pairs]."""
        import numpy as np

        return self.counts / np.maximum(self.totals, 1)[self.labels]

    def table(self, classes: np.ndarray) -> np.ndarray:
        """Return the shares [chosen, chosen] of some classes, rows the true one."""
        import numpy as np

        place = np.full(self.classes, -1)
        place[classes] = np.arange(len(classes))
        inside = (place[self.labels] >= 0) & (place[self.answers] >= 0)
        found = np.zeros((len(classes), len(classes)))
        found[place[self.labels[inside]], place[self.answers[inside]]] = self.shares[inside]
        return found


def confused(found: list[list[float | None]] | Mapping[str, Any]) -> Confused:
    """Return what an evaluation of accuracy says under `confusion`.

    Raises `ValueError` for a table that is not square, and for pairs of classes that there are not.
    """
    import numpy as np

    if isinstance(found, Mapping):
        parts = (found["labels"], found["answers"], found["counts"])
        if len({len(part) for part in parts}) != 1 or max(*parts[0], *parts[1], -1) >= found["classes"]:
            raise ValueError("its pairs are not of its classes")
        counts = np.asarray(parts[2], np.float64)
        labels, answers = (np.asarray(part, np.int64) for part in parts[:2])
        return Confused(found["classes"], labels, answers, counts)
    if any(len(row) != len(found) for row in found):
        raise ValueError("its table is not square")
    whole = np.asarray(found, np.float64).reshape(len(found), len(found))
    labels, answers = np.nonzero(whole)
    return Confused(len(found), labels, answers, np.nan_to_num(whole[labels, answers]))


def refuse_ragged(content: Mapping[str, Any], file: Path, *, hint: str) -> None:
    """Raise `RunError` where what stands under `confusion` is not of the classes that the file names."""
    for name in ("confusion", "ensemble_confusion"):
        try:
            classes = confused(content[name]).classes
        except ValueError as error:
            raise RunError(f"{file}: damaged: {name}: {error}.", hint=hint) from None
        if classes != len(content["class_names"]):
            raise RunError(
                f"{file}: damaged: {name} is of {classes:,} classes, and {len(content['class_names']):,} are "
                "named.",
                hint=hint,
            )
