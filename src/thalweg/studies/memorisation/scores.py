"""How much of being right about an example comes from having trained on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.errors import StudyError
from thalweg.statistics.share_differences import difference_error, share_difference
from thalweg.studies.tallies import Counts, Tallies


@dataclass(frozen=True, eq=False)
class MemorisationScores:
    """Memorisation of every example, all float64 [examples].

    `memorisation`: P(right | trained on it) − P(right | not), between -1 and 1, with its interval from `low`
    to `high` (95 %, over members) and its `standard_error`; `accuracy_in` and `accuracy_out`: the two shares
    it is the difference of.
    """

    memorisation: np.ndarray
    low: np.ndarray
    high: np.ndarray
    standard_error: np.ndarray
    accuracy_in: np.ndarray
    accuracy_out: np.ndarray


def scores(counts: Counts) -> MemorisationScores:
    """Return the memorisation scores of Feldman & Zhang (2020), equation 1, estimated as in section 2.

    An example that no member trained on, or none left out, has NaN.
    """
    inside, outside = (counts.right_in, counts.times_in), (counts.right_out, counts.times_out)
    return MemorisationScores(
        counts.accuracy_in - counts.accuracy_out,
        *share_difference(inside, outside),
        difference_error(inside, outside),
        counts.accuracy_in,
        counts.accuracy_out,
    )


def scores_of(inside: np.ndarray, right: np.ndarray) -> MemorisationScores:
    """Return the scores of any models: from who trained on which example, and who is right on which.

    Args:
        inside: bool [members, examples]: whether the member trained on the example.
        right: bool [members, examples]: whether it answers the example rightly.

    An example that no member trained on, or none left out, has NaN. Raises `StudyError` for tables that are
    not of truth values or not of the same shape.

    Examples:
        >>> from thalweg.studies.memorisation.scores import scores_of
        >>> inside = np.array([[True, True], [True, False], [False, True], [False, False]])
        >>> right = np.array([[True, True], [True, True], [False, True], [False, True]])
        >>> scores_of(inside, right).memorisation
        array([1., 0.])
    """
    tables = np.asarray(inside), np.asarray(right)
    if any(table.dtype != bool or table.ndim != 2 for table in tables) or tables[0].shape != tables[1].shape:
        found = " and ".join(f"{table.dtype} of shape {table.shape}" for table in tables)
        raise StudyError(
            f"inside and right are {found}: expected two tables of truth values [members, examples].",
            hint="compare with the labels: right = answers.argmax(axis=2) == labels.",
        )
    return scores(Counts.of(*tables))


def refuse_undefined(found: Tallies) -> None:
    """Raise `StudyError` when so many members diverged that some example has no score."""
    undefined = int(((found.times_in == 0) | (found.times_out == 0)).sum())
    if undefined:
        raise StudyError(
            f"{found.diverged} of {found.diverged + found.members} members diverged: {undefined:,} examples "
            "are left that no member trained on, or none left out.",
            hint="lower the learning rate, or train more members.",
        )
