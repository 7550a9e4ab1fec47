"""What the starts of one width came to: the record of one line of the study of starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.errors import StudyError
from thalweg.measured import Measured
from thalweg.record import Entry, named
from thalweg.statistics.chance import OverChance, over_chance
from thalweg.statistics.correlation import correlation, rank_correlation
from thalweg.statistics.intervals import crossed, student
from thalweg.statistics.pairs import over_pairs, ratio
from thalweg.statistics.spreads import spread_ratio, standard_deviation
from thalweg.statistics.true_spread import TrueSpread, true_spread
from thalweg.studies.outcomes import Outcomes
from thalweg.studies.starts.clusters import Clusters, clusters
from thalweg.studies.starts.guessing import chance
from thalweg.studies.starts.weight_distances import WeightDistances

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
LEAST_SOUND = 5


@dataclass(frozen=True, eq=False)
class Distribution(Entry, aside=("values",)):
    """How a number is distributed over starts: `mean` and `sd` with intervals, and every value [members]."""

    mean: Measured
    sd: Measured
    values: np.ndarray

    def content(self) -> Mapping[str, Any]:
        """Return mean, sd and quantiles."""
        quantiles = zip(QUANTILES, np.quantile(self.values, QUANTILES), strict=True)
        return {**super().content(), "quantiles": {f"{share:g}": value for share, value in quantiles}}


@dataclass(frozen=True, eq=False)
class Places(Entry):
    """Where aligned members lie: mean distances (0 the same network, 1 nothing in common), and clusters.

    `strangers`: distance after matching to weights that share nothing. `closer`: `after` / `strangers`.
    """

    before: Measured
    after: Measured
    strangers: Measured
    closer: Measured | None
    clusters: Clusters | None
    distances: WeightDistances

    def content(self) -> Mapping[str, Any]:
        """Return every number but those of single pairs."""
        return {
            "members": self.distances.members,
            "distance_before": self.before,
            "distance_after": self.after,
            "distance_to_strangers": self.strangers,
            "after_over_strangers": self.closer,
            "clusters": self.clusters,
        }


@dataclass(frozen=True, eq=False)
class Shuffled(Entry):
    """Starts of the same width trained on labels that mean nothing.

    `spread_ratio`: sd of their training cost over that with the true labels. `relative_spread_ratio`: the
    same of sd / mean, the means taken as known. `chance`: test accuracy that chance gives, and the range that
    it falls in.
    """

    train_cost: Distribution
    train_accuracy: Distribution
    test_cost: Measured
    test_accuracy: Measured
    chance: Measured
    spread_ratio: Measured | None
    relative_spread_ratio: Measured | None
    diverged: int

    @property
    def at_chance(self) -> bool:
        """Whether the test accuracy lies where chance puts it."""
        low, high = self.chance.interval or (0.0, 1.0)
        return low <= self.test_accuracy.value <= high

    def content(self) -> Mapping[str, Any]:
        """Return every number but those of single members."""
        return {
            "members": len(self.train_cost.values),
            "diverged": self.diverged,
            **named(self, "train_cost", "train_accuracy", "test_cost", "test_accuracy"),
            "chance_accuracy": self.chance,
            "test_accuracy_at_chance": self.at_chance,
            "train_cost_sd_over_structured": self.spread_ratio,
            "train_cost_relative_sd_over_structured": self.relative_spread_ratio,
        }


@dataclass(frozen=True, eq=False)
class OneWidth(Entry):
    """Where the starts of one width ended. Costs in their own unit, accuracies 0..1; diverged left out.

    `correlation` and `rank_correlation`: of training and test cost over starts. `true_accuracy` and
    `true_cost`: whether starts are equal on the distribution. `over_chance`: whether they learned anything
    that could differ.
    """

    hidden: tuple[int, ...]
    parameters: int
    diverged: int
    train_cost: Distribution
    test_cost: Distribution
    train_accuracy: Distribution
    test_accuracy: Distribution
    correlation: Measured | None
    rank_correlation: Measured | None
    true_accuracy: TrueSpread
    true_cost: TrueSpread
    places: Places | None
    shuffled: Shuffled | None
    over_chance: OverChance

    @property
    def width(self) -> int:
        """Neurons of a hidden layer."""
        return self.hidden[0]

    def content(self) -> Mapping[str, Any]:
        """Return every number but those of single members."""
        return {
            "hidden": self.hidden,
            "parameters": self.parameters,
            "members": len(self.train_cost.values),
            "diverged": self.diverged,
            **named(self, *DISTRIBUTIONS),
            "cost_correlation": self.correlation,
            "cost_rank_correlation": self.rank_correlation,
            "equal_starts": {"accuracy": self.true_accuracy, "cost": self.true_cost},
            **named(self, "places", "shuffled", "over_chance"),
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return each member's finals and the distances of pairs, by name and width."""
        found = {name: getattr(self, name).values for name in DISTRIBUTIONS}
        if self.places is not None:
            distances = self.places.distances
            found |= {"distance_before": distances.before, "distance_after": distances.after}
            found |= {"distance_strangers": distances.strangers}
            if self.places.clusters is not None:
                found["clusters"] = self.places.clusters.labels
        if self.shuffled is not None:
            found["shuffled_train_cost"] = self.shuffled.train_cost.values
            found["shuffled_train_accuracy"] = self.shuffled.train_accuracy.values
        return {f"{name}_{self.width}": values for name, values in found.items()}


DISTRIBUTIONS = ("train_cost", "test_cost", "train_accuracy", "test_accuracy")


def one_width(
    ends: Outcomes,
    labels: np.ndarray,
    *,
    class_names: tuple[str, ...],
    hidden: tuple[int, ...],
    parameters: int,
    places: Places | None,
    shuffled: Shuffled | None,
) -> OneWidth:
    """Measure what the starts of one width came to on test examples of these `labels`."""
    sound = enough(ends, hidden)
    right = sound.predicted == labels
    test_cost = sound.test_costs.mean(axis=1, dtype=np.float64)
    return OneWidth(
        hidden=hidden,
        parameters=parameters,
        diverged=int(ends.diverged.sum()),
        train_cost=_over_starts(sound.train_cost),
        test_cost=Distribution(crossed(sound.test_costs).measured, standard_deviation(test_cost), test_cost),
        train_accuracy=_over_starts(sound.train_accuracy),
        test_accuracy=Distribution(
            crossed(right).measured, standard_deviation(right.mean(axis=1)), right.mean(axis=1)
        ),
        correlation=correlation(sound.train_cost, test_cost),
        rank_correlation=rank_correlation(sound.train_cost, test_cost),
        true_accuracy=true_spread(right),
        true_cost=true_spread(sound.test_costs),
        places=places,
        shuffled=shuffled,
        over_chance=over_chance(right, labels, class_names),
    )


def places_of(distances: WeightDistances, seed: int) -> Places:
    """Sum up the distances of aligned members, and look for clusters."""
    members = distances.members
    before, after, strangers = (
        over_pairs(values, members, 0.95, at_least=0.0)
        for values in (distances.before, distances.after, distances.strangers)
    )
    closer = ratio(distances.after, distances.strangers, members, 0.95, at_least=0.0)
    found = clusters(distances.table(), seed=seed)
    return Places(before, after, strangers, closer, found, distances)


def shuffled_of(
    ends: Outcomes,
    structured: Outcomes,
    labels: np.ndarray,
    *,
    hidden: tuple[int, ...],
    classes: int,
    seed: int,
) -> Shuffled:
    """Measure what starts trained on shuffled labels came to, beside those with the true labels."""
    sound, others = enough(ends, hidden), enough(structured, hidden)
    cost, other = sound.train_cost, others.train_cost
    return Shuffled(
        train_cost=_over_starts(cost),
        train_accuracy=_over_starts(sound.train_accuracy),
        test_cost=crossed(sound.test_costs).measured,
        test_accuracy=crossed(sound.predicted == labels).measured,
        chance=chance(sound.predicted, labels, classes, seed=seed),
        spread_ratio=spread_ratio(cost, other),
        relative_spread_ratio=spread_ratio(cost / cost.mean(), other / other.mean()),
        diverged=int(ends.diverged.sum()),
    )


def enough(ends: Outcomes, hidden: tuple[int, ...]) -> Outcomes:
    """Return the members that did not diverge; `StudyError` where too few are left to compare."""
    sound = ends.sound()
    if len(sound) < LEAST_SOUND:
        raise StudyError(
            f"{len(ends) - len(sound)} of {len(ends)} starts with hidden layers {list(hidden)} diverged.",
            hint="lower the learning rate: --learning-rate 0.001",
        )
    return sound


def _over_starts(values: np.ndarray) -> Distribution:
    return Distribution(
        Measured.of(float(values.mean()), student(values)), standard_deviation(values), values
    )
