"""What the study of memorisation found: scores of every example, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from thalweg.data.identity import Identity
from thalweg.data.split import TrainSplit
from thalweg.measured import Measured, as_percent
from thalweg.record import Record, led_by, named, those_left_out
from thalweg.statistics.chance import OverChance, commonest_class, over_share
from thalweg.statistics.components import Variance
from thalweg.statistics.intervals import counted, share_interval, student
from thalweg.studies.memorisation.consistency import Consistency
from thalweg.studies.memorisation.influence import ExampleInfluence
from thalweg.studies.memorisation.removal import Removal
from thalweg.studies.memorisation.scores import MemorisationScores
from thalweg.studies.memorisation.settings import Settings, Thresholds
from thalweg.studies.memorisation.split_half import SplitHalf

if TYPE_CHECKING:
    import polars

SHOWN = 40
"""The most memorised examples whose pictures are kept with the scores."""

LISTED = 100
"""Most memorised examples that are named."""


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


def gallery_of(split: TrainSplit, chosen: np.ndarray, votes: np.ndarray) -> Gallery | None:
    """Return the first of the examples that were `chosen`, int64; None where there are none.

    `votes` [examples, classes]: of members that did not train on the example.
    """
    shown = chosen[:SHOWN]
    if len(shown) == 0:
        return None
    return Gallery(shown, votes[shown].argmax(axis=1), split.raw[shown] if split.is_images else None)


@dataclass(frozen=True, eq=False, repr=False)
class Memorisation(Record, answers="memorisation", caption="{!r}"):
    """Memorisation of every training example, and what follows from it.

    `labels` int32 and `scores`, `consistency` [examples], in the order of the training split. `members` are
    in the scores and `diverged` were left out; `times_in` and `times_out`: the fewest members that trained on
    an example and that did not. `reliability` is None where the members make no two halves. `influence` and
    `removal` are None where no example is remembered or they were not asked for. `gallery`: the most
    memorised examples, with their pictures where the data are pictures. `identity`, `test_identity`: what
    the training and the test examples are called in what the user gave.
    """

    labels: np.ndarray
    class_names: tuple[str, ...]
    settings: Settings | Thresholds
    members: int
    diverged: int
    times_in: int
    times_out: int
    test_accuracy: Measured
    scores: MemorisationScores
    consistency: Consistency
    reliability: SplitHalf | None
    influence: ExampleInfluence | None
    removal: Removal | None
    gallery: Gallery | None = None
    identity: Identity | None = None
    test_identity: Identity | None = None

    @property
    def memorised(self) -> np.ndarray:
        """Numbers of the examples that count as remembered, int64, the most remembered first."""
        found = self.scores.memorisation
        order = np.argsort(-found, kind="stable")
        return order[found[order] >= self.settings.memorised]

    @property
    def memorised_share(self) -> Measured:
        """Share of remembered examples, with its interval over examples (Wilson's)."""
        return counted(len(self.memorised), len(self.labels))

    @property
    def surely_memorised(self) -> int:
        """Examples whose whole interval over members (95 %) is above the threshold."""
        return int((self.scores.low >= self.settings.memorised).sum())

    def mean(self, name: str) -> Measured:
        """Return the mean over examples of a score: memorisation, accuracy_in or accuracy_out.

        With its interval over examples, of these members; a share of 1 is not known to be 1 of all examples.
        """
        values = getattr(self.scores, name)
        mean, count = float(values.mean()), len(values)
        if name == "memorisation":
            return Measured.of(mean, student(values, limits=(-1.0, 1.0)))
        spread = Variance(((float(np.var(values, ddof=1)) / count, count - 1),))
        return Measured(mean, *share_interval(mean, spread, count, 0.95))

    @property
    def over_chance(self) -> OverChance:
        """Whether members know examples that they did not learn from better than by guessing."""
        return over_share(self.mean("accuracy_out"), *commonest_class(self.labels, self.class_names))

    def content(self) -> Mapping[str, Any]:
        """Return counts, means with intervals, reliability, influence and removal."""
        error = self.scores.standard_error
        reach = (self.scores.high - self.scores.low) / 2
        return {
            "examples": len(self.labels),
            **named(self, "members", "diverged"),
            "share": self.settings.share,
            **named(self, "times_in", "times_out"),
            "threshold": self.settings.memorised,
            "memorised": len(self.memorised),
            "memorised_share": self.memorised_share,
            "surely_memorised": self.surely_memorised,
            "mean_memorisation": self.mean("memorisation"),
            "accuracy_in": self.mean("accuracy_in"),
            "accuracy_out": self.mean("accuracy_out"),
            "test_accuracy": self.test_accuracy,
            "over_chance": self.over_chance,
            "standard_error": {
                "median": np.median(error),
                "largest": error.max(),
                "median_of_memorised": np.median(error[self.memorised]) if len(self.memorised) else None,
            },
            "half_width": {
                "median": np.median(reach),
                "largest": reach.max(),
                "median_of_memorised": np.median(reach[self.memorised]) if len(self.memorised) else None,
            },
            "consistency": dict(
                zip(map(str, self.consistency.shares), self.consistency.accuracy_out, strict=True)
            ),
            "most_memorised": self.memorised[:LISTED],
            **self._most_called(),
            **named(self, "reliability", "influence", "removal"),
            "most_influential": [self._pair(place) for place in range(self._pairs)[:LISTED]],
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the scores [examples], the influential pairs as `pair_...`, and the gallery."""
        pairs = {} if self.influence is None else _pairs_of(self.influence)
        if pairs and self.identity is not None and self.test_identity is not None:
            told = [self._pair(place) for place in range(self._pairs)]
            for name in ("called", "test_called"):
                pairs[name] = np.array([pair[name] for pair in told], dtype=str)
        gallery = {} if self.gallery is None else self.gallery.arrays()
        return {**self._columns(), **led_by("pair_", pairs), **gallery}

    def tables(self) -> dict[str, polars.DataFrame]:
        """Return `memorisation`, a row an example, and `influence`, a row a pair, if there are any."""
        import polars

        called = {} if self.identity is None else self.identity.columns
        columns = {"example": np.arange(len(self.labels)), **called, **self._columns()}
        tables = {"memorisation": polars.DataFrame(columns)}
        if self.influence is not None:
            pairs = _pairs_of(self.influence)
            tables["influence"] = polars.DataFrame(
                {
                    "example": pairs.pop("example"),
                    **_called(self.identity, self.influence.example),
                    "test_example": pairs.pop("test_example"),
                    **led_by("test_", _called(self.test_identity, self.influence.new_example)),
                    **pairs,
                }
            )
        return tables

    def _frame(self) -> polars.DataFrame:
        return self.tables()["memorisation"]

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        over_chance = self.over_chance
        helped = [
            (
                "Do remembered examples help on new ones?",
                _influence_told(self.influence) + self._first_pair(),
            ),
            ("What if they are taken away?", _removal_told(self.removal)),
        ]
        return [
            *over_chance.rows(),
            ("How many examples were remembered rather than learned?", _memorised_told(self)),
            ("Which ones most?", _most_told(self)),
            ("How sure are the scores?", _error_told(self)),
            ("Do two halves of the members agree?", _reliability_told(self.reliability)),
            ("Are their own examples learned, and others known?", _fit_told(self)),
            ("How well is an example known that was not learned?", _consistency_told(self)),
            *(helped if over_chance.learned else ()),
            *those_left_out(self.diverged),
        ]

    @property
    def _pairs(self) -> int:
        """How many pairs are kept."""
        return 0 if self.influence is None else len(self.influence.example)

    def _pair(self, place: int) -> dict[str, Any]:
        """Return a pair in words: what both its examples are called, and its influence."""
        assert self.influence is not None
        learned, asked = self.influence.example[place], self.influence.new_example[place]
        return {
            "called": f"example {learned}" if self.identity is None else self.identity.name(learned),
            "test_called": f"example {asked}"
            if self.test_identity is None
            else self.test_identity.name(asked),
            "influence": self.influence.influence[place],
            "standard_error": self.influence.standard_error[place],
        }

    def _first_pair(self) -> str:
        if not self._pairs or self.influence is None or not self.influence.sure:
            return ""
        first = self._pair(0)
        return f"; most of all training {first['called']} on test {first['test_called']}"

    def _most_called(self) -> dict[str, list[str]]:
        if self.identity is None:
            return {}
        return {"most_memorised_called": [self.identity.name(each) for each in self.memorised[:LISTED]]}

    def _columns(self) -> dict[str, np.ndarray]:
        return {
            "label": self.labels,
            "memorisation": self.scores.memorisation,
            "memorisation_low": self.scores.low,
            "memorisation_high": self.scores.high,
            "standard_error": self.scores.standard_error,
            "consistency": self.consistency.scores,
            "consistency_low": self.consistency.low,
            "consistency_high": self.consistency.high,
            "accuracy_in": self.scores.accuracy_in,
            "accuracy_out": self.scores.accuracy_out,
            "consistency_standard_error": self.consistency.standard_error,
        }

    def __repr__(self) -> str:
        return (
            f"{len(self.memorised):,} of {len(self.labels):,} examples remembered by {self.members} members"
        )


def _called(identity: Identity | None, examples: np.ndarray) -> dict[str, np.ndarray]:
    return {} if identity is None else identity.take(examples).columns


def _pairs_of(found: ExampleInfluence) -> dict[str, np.ndarray]:
    return {
        "example": found.example,
        "test_example": found.new_example,
        "influence": found.influence,
        "standard_error": found.standard_error,
    }


FITTED = 0.99
"""Accuracy on their own examples below which members have not learned them, so that little is remembered."""

NAMED = 5
"""Examples named on a terminal."""


def _memorised_told(found: Memorisation) -> str:
    """Say how many examples are remembered."""
    return (
        f"{len(found.memorised):,} of {len(found.labels):,} ({found.memorised_share.percent()}) score "
        f"{found.settings.memorised:g} or more, "
        f"{found.surely_memorised:,} of them beyond what chance in the members explains"
    )


def _most_told(found: Memorisation) -> str:
    """Say which are remembered most."""
    called = (lambda each: f"example {each}") if found.identity is None else found.identity.name
    named = (
        f"{called(example)} (labelled {found.class_names[found.labels[example]]}, "
        f"{found.scores.memorisation[example]:.2f} "
        f"[{found.scores.low[example]:.2f}, {found.scores.high[example]:.2f}])"
        for example in found.memorised[:NAMED]
    )
    return ", ".join(named) if len(found.memorised) else "none"


def _error_told(found: Memorisation) -> str:
    """Say how sure the scores are."""
    reach = (found.scores.high - found.scores.low) / 2
    return (
        f"to ±{np.median(reach):.2f} in the middle, ±{reach.max():.2f} at worst (95 %): each example "
        f"was learned by {found.times_in:,} members or more and left out by {found.times_out:,}"
    )


def _fit_told(found: Memorisation) -> str:
    """Say whether members learned what they were given."""
    inside = found.mean("accuracy_in")
    told = (
        f"{inside.percent()} of their own, {found.mean('accuracy_out').percent()} of those left out, "
        f"{found.test_accuracy.percent()} of the test examples"
    )
    weak = inside.value < FITTED
    return told + ("; they do not fit their own, so little can be remembered" if weak else "")


def _consistency_told(found: Memorisation) -> str:
    """Say how well examples are known without being learned."""
    shares = zip(found.consistency.shares, found.consistency.accuracy_out, strict=True)
    told = ", ".join(f"{as_percent(accuracy)} from {share:.0%}" for share, accuracy in shares)
    return f"{told} of the examples; the mean over these is each example's consistency"


def _reliability_told(found: SplitHalf | None) -> str:
    """Say whether two halves of the members agree."""
    if found is None:
        return "not to be said: there are no two full halves, or all scores are the same"
    told = (
        f"rank correlation {found.halves.plain(3)} between halves, {found.whole.plain(3)} for all together "
        "(1: the same order)"
    )
    if found.again is not None:
        told += f"; those that score {found.there:.2f} in one half score {found.again.plain(2)} in the other"
    return told


def _influence_told(found: ExampleInfluence | None) -> str:
    """Say whether remembered examples matter to new ones."""
    if found is None:
        return "no example is remembered"
    told = (
        f"{found.sure:,} of {found.found:,} pairs with an influence of {found.threshold:g} or more stand out "
        f"of chance, which alone gives {found.by_chance.plain(1)}"
    )
    if not found.beyond_chance:
        return told
    return (
        f"{told}; the pairs lie on {found.distinct:,} test examples, of which {found.single:,} owe it to one "
        "alone"
    )


def _removal_told(found: Removal | None) -> str:
    """Say what taking the remembered examples away costs."""
    if found is None:
        return "not tried"
    test = found.test
    worth = -test.difference.times(100)
    told = (
        f"without the {found.removed:,} most remembered {test.without_memorised.percent()} of the test "
        f"examples are right, without as many at random {test.without_random.percent()}, with all "
        f"{test.everything.percent()}: remembering is worth {worth.plain(2)} points"
        + ("" if worth.tells_from(0.0) else " (no worth shown)")
    )
    if found.influenced is not None:
        apart = found.influenced
        told += (
            f"; of the {apart.examples} that owe most to them, {apart.without_memorised.percent()} against "
            f"{apart.without_random.percent()}"
        )
    return told
