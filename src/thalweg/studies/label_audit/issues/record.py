"""What an audit found besides wrong labels: in numbers, in rows, and as a table of examples to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.record import Entry
from thalweg.studies.label_audit.issues import rows
from thalweg.studies.label_audit.issues.contradictions import Contradictions
from thalweg.studies.label_audit.issues.copies import Copies
from thalweg.studies.label_audit.issues.examples import Examples
from thalweg.studies.label_audit.issues.listing import Listed, entries, listed, with_values
from thalweg.studies.label_audit.issues.outliers import BY_LUCK, Outliers
from thalweg.studies.label_audit.issues.overlap import Pair
from thalweg.studies.label_audit.issues.table import table_of

if TYPE_CHECKING:
    import polars

PAIRS, IN_SHORT = 50, 3
"""Most pairs of classes that are kept, and how many entries of every list are left where it is cut."""


@dataclass(frozen=True, eq=False)
class Issues(Entry):
    """Copies, outliers, contradictions and overlapping classes of the data that an audit judged.

    Each is None where it could not be asked, and `not_asked` says why by name. `overlaps`: the pairs of
    classes that are confused at all, those that overlap first. `examples`: what was looked at; None without
    inputs.
    """

    examples: Examples | None
    copies: Copies | None
    outliers: Outliers | None
    contradictions: Contradictions | None
    overlaps: tuple[Pair, ...] | None
    class_names: tuple[str, ...]
    not_asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def leaked(self) -> int:
        """Test examples that the training part has too."""
        return 0 if self.copies is None else int(self.copies.leaked.sum())

    @property
    def overlapping(self) -> tuple[Pair, ...]:
        """Pairs of classes that are confused both ways and more than the others."""
        return tuple(pair for pair in self.overlaps or () if pair.overlaps)

    def content(self) -> Mapping[str, Any]:
        """Return the counts, and the first examples of each kind, as they are called in the data."""
        return {
            "copies": self._copies(),
            "outliers": self._outliers(),
            "contradictions": self._contradictions(),
            "overlaps": None if self.overlaps is None else self.overlaps[:PAIRS],
            "not_asked": self.not_asked,
        }

    def _copies(self) -> dict[str, Any] | None:
        found = self.copies
        if found is None:
            return None
        return {
            "examples": found.count,
            "exact": found.exactly,
            "groups": found.groups,
            "labels_differ": found.torn,
            "by_luck": found.by_luck,
            "test_examples": found.tested,
            "leaked": self.leaked,
            "leaked_exactly": int(found.leaked_exactly.sum()),
            "leaked_by_luck": found.leaked_by_luck,
            "is_luck": found.is_luck,
            "is_leak": found.is_leak,
            "near_not_asked": found.near,
            "listed": self._groups(self.listed.copies, found.group, exact=found.exact),
        }

    def _outliers(self) -> dict[str, Any] | None:
        found = self.outliers
        if found is None:
            return None
        columns = {"score": found.score, "apart": found.apart}
        return {
            "examples": found.count,
            "by_luck_at_most": BY_LUCK,
            "listed": self._entries(self.listed.outliers, **columns),
        }

    def _contradictions(self) -> dict[str, Any] | None:
        found = self.contradictions
        if found is None:
            return None
        return {
            "examples": found.count,
            "groups": found.groups,
            "least_wrong": found.least_wrong,
            "listed": self._groups(self.listed.contradictions, found.group),
        }

    @cached_property
    def listed(self) -> Listed:
        """The examples that are shown."""
        if self.examples is None or self.copies is None or self.contradictions is None:
            return Listed((), np.empty(0, np.int64), ())
        return listed(self.examples, self.copies, self.outliers, self.contradictions)

    def _groups(
        self, groups: Sequence[np.ndarray], group: np.ndarray, **columns: np.ndarray
    ) -> list[dict[str, Any]]:
        assert self.examples is not None
        said = []
        for some in groups:
            every = np.flatnonzero(group == group[some[0]])
            numbers, counts = np.unique(self.examples.labels[every], return_counts=True)
            names = [self.class_names[number] for number in numbers]
            labels = dict(zip(names, counts.tolist(), strict=True))
            parts = sorted(set(self.examples.part[every].tolist()))
            entry = {"size": len(every), "splits": parts, "labels": labels}
            said.append({**entry, "examples": self._entries(some, **columns)})
        return said

    def _entries(self, chosen: np.ndarray, **columns: np.ndarray) -> list[dict[str, Any]]:
        assert self.examples is not None
        found = entries(self.examples, chosen, self.class_names, **columns)
        values = self._values[1]
        return [
            {**entry, "values": values.get(place, [])}
            for entry, place in zip(found, chosen.tolist(), strict=True)
        ]

    @cached_property
    def _values(self) -> tuple[list[str], dict[int, list[str]]]:
        """The features, and the rows of what is shown as they were written; read from the file once."""
        return ([], {}) if self.examples is None else with_values(self.examples, self.listed.every)

    def in_short(self) -> dict[str, Any]:
        """Return the content as JSON with a few entries of every list."""
        short = self.to_json()
        for kind in ("copies", "outliers", "contradictions"):
            if short[kind] is not None:
                short[kind]["listed"] = short[kind]["listed"][:IN_SHORT]
        if short["overlaps"] is not None:
            short["overlaps"] = short["overlaps"][:IN_SHORT]
        return short

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the score of every outlier, and the pictures of what is listed, in its order."""
        found = {} if self.outliers is None else {"outlier_score": self.outliers.score.astype(np.float32)}
        if self.examples is None or not self.examples.are_pictures:
            return found
        copies = np.concatenate([np.empty(0, np.int64), *self.listed.copies])
        raw = self.examples.raw
        return {**found, "copies_images": raw[copies], "outliers_images": raw[self.listed.outliers]}

    def table(self) -> polars.DataFrame:
        """Return a row for each example that is a copy, stands apart or contradicts another, by kind.

        Columns: `issue` ("copy", "outlier", "contradiction"), `group` (copies and contradictions of one kind
        have the same number), `split`, `example`, of `file`, `row`, `index` and `id` what applies, `label`,
        `in_both_parts` (of copies: whether the test and the training part have it), `exact` (whether a copy
        is the very same), `distance` (to the nearest that is not, over that to the tenth neighbour) and
        `score` (of outliers: seven of ten are below 0, and 1 more is e times rarer).
        """
        kinds = (self.examples, self.copies, self.outliers, self.contradictions)
        return table_of(*kinds, names=np.array(self.class_names))

    def leaks(self) -> list[tuple[str, str]]:
        """Return the row that stands first: how many test examples the training part has too, if any."""
        return rows.of_leaks(self.copies)

    def said_first(self) -> list[str]:
        """Return the sentence, without its full stop, that stands before all else: about leaks, if any."""
        if self.copies is None or not self.copies.is_leak:
            return []
        return [f"{self.leaked:,} of {self.copies.tested:,} test examples are in the training part too"]

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs, one for each kind of which there is something."""
        return rows.of_issues(self.copies, self.outliers, self.contradictions, self.overlaps)
