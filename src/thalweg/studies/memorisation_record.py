"""What the study of memorisation found: scores of every example, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.evaluation.intervals import student, wilson
from thalweg.evaluation.record import Measured, html_table, to_plain
from thalweg.studies import memorisation_words as words
from thalweg.studies.consistency import Consistency
from thalweg.studies.example_influence import Influence
from thalweg.studies.memorisation_scores import Scores
from thalweg.studies.removal import Removal
from thalweg.studies.settings.memorisation import Settings
from thalweg.studies.split_half import Reliability

if TYPE_CHECKING:
    import polars

ONE_SIDED = 1.6449
"""Standard errors above a threshold from which a score is above it for 95 sure in a hundred."""


@dataclass(frozen=True, eq=False)
class Gallery:
    """The most memorised examples, to be looked at.

    `examples` int64 [shown]: their numbers, the most memorised first. `answers` int64 [shown]: the class that
    most members that did not train on the example choose. `pictures` [shown, ...] as they are in the data;
    None where the data are no pictures.
    """

    examples: np.ndarray
    answers: np.ndarray
    pictures: np.ndarray | None

    def arrays(self) -> dict[str, np.ndarray]:
        """Return them by name, each with `gallery` before it."""
        named = {"gallery": self.examples, "gallery_answers": self.answers}
        return named if self.pictures is None else {**named, "gallery_pictures": self.pictures}


@dataclass(frozen=True, eq=False, repr=False)
class Memorisation:
    """Memorisation of every training example, and what follows from it.

    `labels` int32 and `scores`, `consistency` [examples], in the order of the training split. `members` are
    in the scores and `diverged` were left out; `times_in` and `times_out`: the fewest members that trained on
    an example and that did not. `reliability` is None where the members make no two halves. `influence` and
    `removal` are None where no example is remembered or they were not asked for. `gallery`: the most
    memorised examples, with their pictures where the data are pictures.
    """

    labels: np.ndarray
    class_names: tuple[str, ...]
    settings: Settings
    members: int
    diverged: int
    times_in: int
    times_out: int
    test_accuracy: Measured
    scores: Scores
    consistency: Consistency
    reliability: Reliability | None
    influence: Influence | None
    removal: Removal | None
    gallery: Gallery | None = None

    @property
    def memorised(self) -> np.ndarray:
        """Numbers of the examples that count as remembered, int64, the most remembered first."""
        found = self.scores.memorisation
        order = np.argsort(-found, kind="stable")
        return order[found[order] >= self.settings.memorised]

    @property
    def memorised_share(self) -> Measured:
        """Share of remembered examples, with its interval over examples (Wilson's)."""
        count, examples = len(self.memorised), len(self.labels)
        return Measured.of(count / examples, wilson(count, examples))

    @property
    def surely_memorised(self) -> int:
        """Examples whose score is above the threshold by what chance in the members explains (95 %)."""
        lower = self.scores.memorisation - ONE_SIDED * self.scores.standard_error
        return int((lower >= self.settings.memorised).sum())

    def mean(self, name: str) -> Measured:
        """Return the mean over examples of a score: memorisation, accuracy_in or accuracy_out."""
        values = getattr(self.scores, name)
        low, high = student(values) or (-1.0, 1.0)
        least = -1.0 if name == "memorisation" else 0.0
        return Measured(float(values.mean()), max(low, least), min(high, 1.0))

    def to_json(self) -> dict[str, Any]:
        """Return counts, means with intervals, reliability, influence and removal."""
        error = self.scores.standard_error
        inner = {name: getattr(self, name) for name in ("reliability", "influence", "removal")}
        return to_plain(
            {
                "examples": len(self.labels),
                "members": self.members,
                "diverged": self.diverged,
                "share": self.settings.share,
                "times_in": self.times_in,
                "times_out": self.times_out,
                "threshold": self.settings.memorised,
                "memorised": len(self.memorised),
                "memorised_share": self.memorised_share,
                "surely_memorised": self.surely_memorised,
                "mean_memorisation": self.mean("memorisation"),
                "accuracy_in": self.mean("accuracy_in"),
                "accuracy_out": self.mean("accuracy_out"),
                "test_accuracy": self.test_accuracy,
                "standard_error": {
                    "median": np.median(error),
                    "largest": error.max(),
                    "median_of_memorised": np.median(error[self.memorised]) if len(self.memorised) else None,
                },
                "consistency": dict(
                    zip(map(str, self.consistency.shares), self.consistency.accuracy_out, strict=True)
                ),
                "most_memorised": self.memorised[:100],
                **{name: part and part.to_json() for name, part in inner.items()},
            }
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the scores [examples], the influential pairs as `pair_...`, and the gallery."""
        pairs = {} if self.influence is None else _pairs_of(self.influence)
        return {
            **self._columns(),
            **{f"pair_{name}": values for name, values in pairs.items()},
            **({} if self.gallery is None else self.gallery.arrays()),
        }

    def tables(self) -> dict[str, polars.DataFrame]:
        """Return `memorisation`, a row an example, and `influence`, a row a pair, if there are any."""
        import polars

        columns = {"example": np.arange(len(self.labels)), **self._columns()}
        tables = {"memorisation": polars.DataFrame(columns)}
        if self.influence is not None:
            tables["influence"] = polars.DataFrame(_pairs_of(self.influence))
        return tables

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        found = [
            ("How many examples were remembered rather than learned?", words.memorised(self)),
            ("Which ones most?", words.most(self)),
            ("How sure are the scores?", words.error(self)),
            ("Do two halves of the networks agree?", words.reliability(self.reliability)),
            ("Are their own examples learned, and others known?", words.fit(self)),
            ("How well is an example known that was not learned?", words.consistency(self)),
            ("Do remembered examples help on new ones?", words.influence(self.influence)),
            ("What if they are taken away?", words.removal(self.removal)),
        ]
        if self.diverged:
            found.append(("Were any networks left out?", f"{self.diverged} diverged in training"))
        return found

    def _columns(self) -> dict[str, np.ndarray]:
        return {
            "label": self.labels,
            "memorisation": self.scores.memorisation,
            "standard_error": self.scores.standard_error,
            "consistency": self.consistency.scores,
            "accuracy_in": self.scores.accuracy_in,
            "accuracy_out": self.scores.accuracy_out,
            "consistency_standard_error": self.consistency.standard_error,
        }

    def __repr__(self) -> str:
        return (
            f"{len(self.memorised):,} of {len(self.labels):,} examples remembered by {self.members} members"
        )

    def _repr_html_(self) -> str:
        return html_table(repr(self), self.rows())


def _pairs_of(found: Influence) -> Mapping[str, np.ndarray]:
    return {
        "example": found.example,
        "test_example": found.new_example,
        "influence": found.influence,
        "standard_error": found.standard_error,
    }
