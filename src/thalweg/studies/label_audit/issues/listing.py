"""Which copies, outliers and contradictions are shown, and how each is said as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.studies.label_audit.issues.contradictions import Contradictions
from thalweg.studies.label_audit.issues.copies import Copies
from thalweg.studies.label_audit.issues.examples import Examples
from thalweg.studies.label_audit.issues.outliers import Outliers
from thalweg.studies.label_audit.suspects import MOST_COLUMNS, cut

SHOWN, OF_EACH = 24, 4
"""Most groups, or single examples, of a kind that are shown, and most examples of a group."""


@dataclass(frozen=True, eq=False)
class Listed:
    """The examples that are shown: of `copies` and `contradictions` a few of each group, and `outliers`."""

    copies: tuple[np.ndarray, ...]
    outliers: np.ndarray
    contradictions: tuple[np.ndarray, ...]

    @property
    def every(self) -> np.ndarray:
        """All of them once, int [shown], in order."""
        return np.unique(np.concatenate([*self.copies, self.outliers, *self.contradictions]).astype(np.int64))


def listed(
    examples: Examples, copies: Copies, outliers: Outliers | None, contradictions: Contradictions
) -> Listed:
    """Choose what is shown: what is in both parts first, then different labels, then large groups."""
    apart = np.empty(0, np.int64)
    if outliers is not None:
        apart = np.argsort(-outliers.score, kind="stable")[:SHOWN]
    groups = _groups(copies.group)
    leaked = [bool(copies.leaked[group].any()) for group in groups]
    torn = [len(np.unique(examples.labels[group])) > 1 for group in groups]
    order = sorted(range(len(groups)), key=lambda n: (not leaked[n], not torn[n], -len(groups[n]), n))
    # one of each part and label leads, so that a few of a large group show what is the matter with it
    kinds = examples.labels * 2 + (examples.part == "test")
    return Listed(
        tuple(_varied(groups[place], kinds) for place in order[:SHOWN]),
        apart,
        tuple(_varied(group, examples.labels) for group in _groups(contradictions.group)[:SHOWN]),
    )


def _groups(group: np.ndarray) -> list[np.ndarray]:
    """Return the examples of each group 0, 1, ..."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max(initial=-1) + 1))
    return np.split(order, starts)[1:]


def _varied(group: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    first = np.unique(kinds[group], return_index=True)[1]
    rest = np.setdiff1d(np.arange(len(group)), first)
    return group[np.concatenate([np.sort(first), rest])[:OF_EACH]]


def entries(
    examples: Examples, chosen: np.ndarray, class_names: Sequence[str], **columns: np.ndarray
) -> list[dict[str, Any]]:
    """Return an entry for each of the examples `chosen`: what it is called, its label, and `columns`."""
    return [
        {
            **examples.entry(place),
            "label": class_names[int(examples.labels[place])],
            **{name: values[place].item() for name, values in columns.items()},
        }
        for place in chosen.tolist()
    ]


def with_values(examples: Examples, every: np.ndarray) -> tuple[list[str], dict[int, list[str]]]:
    """Return the features of a table, and by number the cells of `every` example as they were written."""
    cells = None if examples.identity is None else examples.identity.cells(every)
    if cells is None:
        return [], {}
    rows = ([cut(cell) for cell in row[:MOST_COLUMNS]] for row in cells.values)
    return list(cells.columns[:MOST_COLUMNS]), dict(zip(every.tolist(), rows, strict=True))
