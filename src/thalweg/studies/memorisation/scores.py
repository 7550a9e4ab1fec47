"""How much of being right about an example comes from having trained on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.errors import StudyError
from thalweg.studies.tallies import Counts, Tallies


@dataclass(frozen=True, eq=False)
class MemorisationScores:
    """Memorisation of every example, all float64 [examples].

    `memorisation`: P(right | trained on it) − P(right | not), between -1 and 1, with its `standard_error`;
    `accuracy_in` and `accuracy_out`: the two shares it is the difference of.
    """

    memorisation: np.ndarray
    standard_error: np.ndarray
    accuracy_in: np.ndarray
    accuracy_out: np.ndarray


def scores(counts: Counts) -> MemorisationScores:
    """Return the memorisation scores of Feldman & Zhang (2020), equation 1, estimated as in section 2.

    An example that no member trained on, or none left out, has NaN.
    """
    return MemorisationScores(
        counts.accuracy_in - counts.accuracy_out,
        difference_error((counts.right_in, counts.times_in), (counts.right_out, counts.times_out)),
        counts.accuracy_in,
        counts.accuracy_out,
    )


def difference_error(
    first: tuple[np.ndarray, np.ndarray], second: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Return the standard error of the difference of two shares, each given as (right, of).

    One right and one wrong answer are added to both shares (Agresti & Caffo, American Statistician 54, 2000),
    so that it is never 0 however few the members, and intervals of ±1.96 of it hold close to 95 %.
    """
    return np.sqrt(_variance(*first) + _variance(*second))


def share_variance(right: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Return the squared standard error of a share, with one right and one wrong answer added."""
    return _variance(right, of)


def refuse_undefined(found: Tallies) -> None:
    """Raise `StudyError` when so many members diverged that some example has no score."""
    undefined = int(((found.times_in == 0) | (found.times_out == 0)).sum())
    if undefined:
        raise StudyError(
            f"{found.diverged} of {found.diverged + found.members} members diverged: {undefined:,} examples "
            "are left that no member trained on, or none left out.",
            hint="lower the learning rate, or train more members.",
        )


def _variance(right: np.ndarray, of: np.ndarray) -> np.ndarray:
    share = (right + 1) / (of + 2)
    return share * (1 - share) / (of + 2)
