"""The very same inputs with different labels: at least all but one of their labels are wrong, or the inputs
do not settle the class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Contradictions:
    """Groups of examples with the very same inputs and different labels.

    `group` int [examples]: its number, the largest first, -1 for those in none. `least_wrong`: labels that
    are wrong at the least, if the inputs settle the class: all but the commonest of each group. `judged`: how
    many examples, the first, the audit is about.
    """

    group: np.ndarray
    least_wrong: int
    judged: int

    @property
    def count(self) -> int:
        """Examples in such groups."""
        return int((self.group[: self.judged] >= 0).sum())

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(self.group.max(initial=-1)) + 1


def find_contradictions(alike: np.ndarray, labels: np.ndarray, judged: int | None = None) -> Contradictions:
    """Find them among `labels` int [examples]; `alike` [examples]: the first of the very same inputs.
    `judged`: how many examples, the first, the audit is about, by default all; each group has one of them.

    Examples:
        >>> from thalweg.studies.label_audit.issues.contradictions import find_contradictions
        >>> found = find_contradictions(np.array([0, 0, 0, 3]), np.array([1, 1, 2, 2]))
        >>> found.group, found.least_wrong
        (array([ 0,  0,  0, -1]), 1)
    """
    pairs, sizes = np.unique(np.stack([alike, labels]), axis=1, return_counts=True)
    heads, start = np.unique(pairs[0], return_index=True)
    kinds = np.diff(np.append(start, len(sizes)))
    whole, largest = np.add.reduceat(sizes, start), np.maximum.reduceat(sizes, start)
    asked = np.isin(heads, alike[:judged])
    torn = np.flatnonzero((kinds > 1) & asked)
    torn = torn[np.argsort(-whole[torn], kind="stable")]
    number = np.full(len(labels), -1)
    number[heads[torn]] = np.arange(len(torn))
    return Contradictions(
        number[alike], int((whole - largest)[torn].sum()), len(labels) if judged is None else judged
    )
