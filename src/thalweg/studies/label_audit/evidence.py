"""What judges that did not learn from an example say of it: the evidence that its label is judged by."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, replace

import numpy as np

from thalweg.data.probability_rows import probability_rows, shape_hint
from thalweg.errors import StudyError


@dataclass(frozen=True, eq=False)
class Evidence:
    """What judges say of every example, with those that learned from it left out.

    `probabilities` float64 [examples, classes]: their mean. `votes` [examples, classes]: share of them that
    choose each class. `times` int [examples]: how many they are. `error` [examples, classes]: standard error
    of the mean over them, NaN where there is only one. `memorisation` [examples]: share of members that give
    the label when they trained on it, less the share that give it when they did not (Feldman & Zhang 2020,
    equation 1), with its interval over members from `memorisation_low` to `memorisation_high` (95 %), and
    `memorisation_error`, its standard error. `gained` [examples]: how much more probability the label has
    from members that trained on it than from those that did not. These are None where no member trained on
    any of these examples, or nobody knows.
    """

    probabilities: np.ndarray
    votes: np.ndarray
    times: np.ndarray
    error: np.ndarray
    memorisation: np.ndarray | None = None
    memorisation_low: np.ndarray | None = None
    memorisation_high: np.ndarray | None = None
    memorisation_error: np.ndarray | None = None
    gained: np.ndarray | None = None

    def of_labels(self, labels: np.ndarray) -> np.ndarray:
        """Return the mean probability [examples] of the given labels."""
        return self.probabilities[np.arange(len(labels)), labels]

    def of(self, chosen: np.ndarray) -> Evidence:
        """Return the evidence of some examples: bool or int [examples]."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(self, **{name: part[chosen] for name, part in parts.items() if part is not None})

    def in_columns(self, columns: np.ndarray) -> Evidence:
        """Return the same evidence with its classes in the order of these columns."""
        turned = {name: getattr(self, name)[:, columns] for name in ("probabilities", "votes", "error")}
        return replace(self, **turned)


def given_evidence(probabilities: np.ndarray, examples: int) -> Evidence:
    """Return the evidence in a user's own out-of-sample probabilities.

    `probabilities`: [examples, classes], or [members, examples, classes] with NaN for a member that trained
    on the example. Raises `StudyError` for another shape or number of examples, values that are no
    probabilities, and an example that nobody judged.
    """
    try:
        table = np.asarray(probabilities, dtype=np.float64)
    except (TypeError, ValueError):
        raise StudyError(
            f"probabilities are a {type(probabilities).__name__} that is no table of numbers.",
            hint="give an array [examples, classes].",
        ) from None
    table = table[None] if table.ndim == 2 else table
    if table.ndim != 3 or table.shape[1] != examples or table.shape[2] < 2:
        raise StudyError(
            f"probabilities of shape {np.shape(probabilities)} for {examples:,} labels: expected "
            f"[{examples:,}, classes] or [members, {examples:,}, classes].",
            hint=shape_hint(np.shape(probabilities), examples)
            or "give one row of probabilities for each label, in the same order.",
        )
    judged = np.asarray(~np.isnan(table).any(axis=2))
    if not judged.any():
        raise StudyError("probabilities that are all NaN.", hint="give out-of-sample probabilities, 0..1.")
    filled = np.where(judged[:, :, None], table, 1 / table.shape[2])
    filled, note = probability_rows(filled, "probabilities", StudyError)
    if note is not None:
        logging.getLogger("thalweg").warning(note)
    times = judged.sum(axis=0)
    if not times.all():
        raise StudyError(
            f"example {int(times.argmin())} has NaN probabilities from every member.",
            hint="every example needs a member that did not train on it.",
        )
    return _gathered(np.where(judged[:, :, None], filled, 0.0), judged, times)


def _gathered(table: np.ndarray, judged: np.ndarray, times: np.ndarray) -> Evidence:
    votes = np.zeros(table.shape[1:])
    for answers, counted in zip(table, judged, strict=True):
        votes[np.flatnonzero(counted), answers[counted].argmax(axis=1)] += 1
    mean = table.sum(axis=0) / times[:, None]
    return Evidence(
        mean, votes / times[:, None], times, error_of(mean, (table**2).sum(axis=0), times[:, None])
    )


def error_of(mean: np.ndarray, squares: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the standard error of the mean of values with this mean and sum of squares; NaN for one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.maximum(squares - times * mean**2, 0.0) / (times - 1) / times
    return np.where(times > 1, np.sqrt(variance), np.nan)
