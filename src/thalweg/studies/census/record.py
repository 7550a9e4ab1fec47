"""The record of the census of minima, and the rules by which it is judged."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thalweg.evaluation.minimum.record import FLAT, SADDLE, STRICT, VERDICTS
from thalweg.measured import Measured, as_percent
from thalweg.record import Entry, Record, named, those_left_out
from thalweg.statistics.chance import OverChance, over_chance
from thalweg.statistics.correlation import rank_correlation
from thalweg.statistics.intervals import counted, crossed
from thalweg.statistics.richness import chao1
from thalweg.statistics.simultaneous import level_of_each
from thalweg.statistics.verdicts import NO, OPEN, YES, above

ALIKE, MOST, FEW = 0.05, 0.95, 0.5
"""Costs within 5 % of the lowest found are alike; all are where 95 % of minima are, not where under half."""
WITHIN = (0.01, ALIKE, 0.2)
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
LARGER = 1e-9
"""An eigenvalue below this share of the largest is none: neither up nor down."""

COST, SHARPNESS, INDEX, ACCURACY = "cost", "sharpness", "index", "test accuracy"


@dataclass(frozen=True, eq=False)
class Places(Entry, aside=("points",)):
    """Where the members ended, all [members] that did not diverge: the `verdict`, a place in `VERDICTS`;
    `cost` and that at the end of training, `start_cost`; the `gradient` that is left; `sharpness`, the
    largest eigenvalue of the Hessian, `smallest` the smallest that is not flat by symmetry; `index`, how
    many are below zero; `right` bool [members, test examples]; `kind` int, which minimum it is, -1 for what
    is none; `points` float64 [members, parameters]."""

    verdict: np.ndarray
    cost: np.ndarray
    start_cost: np.ndarray
    gradient: np.ndarray
    sharpness: np.ndarray
    smallest: np.ndarray
    index: np.ndarray
    right: np.ndarray
    kind: np.ndarray
    points: np.ndarray

    @property
    def certified(self) -> np.ndarray:
        """Who stands in a certified minimum, strict or up to flat directions: bool [members]."""
        return np.isin(self.verdict, [VERDICTS.index(STRICT), VERDICTS.index(FLAT)])

    @property
    def stationary(self) -> np.ndarray:
        """Who stands in a minimum or a saddle that is proved to be one: bool [members]."""
        return self.certified | (self.verdict == VERDICTS.index(SADDLE))


@dataclass(frozen=True)
class Distinct(Entry):
    """How many minima were `found` that are not one another but for order and sign of units, how many there
    are at `least` (Chao1), how often the `commonest` and the `lowest` were found, and how many minima were
    found `once` only; `new`: how likely one more start leads to one that was not met, as often as minima met
    once (Good, Biometrika 40, 1953), with Wilson's interval. Where nearly all starts lead to a few minima
    `least` says little of rare ones, and `new` bounds them."""

    found: int
    least: Measured
    commonest: int
    lowest: int
    once: int
    new: Measured


@dataclass(frozen=True, eq=False, repr=False)
class Census(Record, answers="census", caption="A census of minima"):
    """What places starts lead to. `places` of those that did not diverge; `diverged`: how many did."""

    places: Places
    diverged: int
    parameters: int
    examples: int
    labels: np.ndarray
    class_names: tuple[str, ...]

    @property
    def verdicts(self) -> dict[str, int]:
        """How many members got each verdict."""
        return {name: int((self.places.verdict == code).sum()) for code, name in enumerate(VERDICTS)}

    @property
    def over_chance(self) -> OverChance:
        """Whether the members learned anything, at the places that are judged."""
        return over_chance(self.places.right, self.labels, self.class_names)

    @property
    def distinct(self) -> Distinct | None:
        """How many different minima there are; None where none was certified."""
        kinds = self.places.kind[self.places.certified]
        if not len(kinds):
            return None
        counts = np.bincount(kinds)
        once = int((counts == 1).sum())
        new = counted(once, len(kinds))
        return Distinct(len(counts), chao1(counts), int(counts.max()), int(counts[0]), once, new)

    @property
    def above_lowest(self) -> np.ndarray:
        """By which share of the lowest cost found each certified minimum is above it, [certified]."""
        cost = self.places.cost[self.places.certified]
        return cost / cost.min() - 1 if len(cost) else cost

    @property
    def within(self) -> dict[str, Measured]:
        """Which share of certified minima is within so much of the lowest found, over starts."""
        above = self.above_lowest
        if not len(above):
            return {}
        return {f"{share:g}": counted(int((above <= share).sum()), len(above)) for share in WITHIN}

    @property
    def all_alike(self) -> str:
        """Yes, no or open: whether minima are of equal quality, as Choromanska et al. have it.

        The rule, written before anything was measured: yes where the interval of the share of minima within
        5 % of the lowest cost found is above 95 %, no where it is below a half, open in between.
        """
        found = self.within.get(f"{ALIKE:g}")
        if found is None or above(found, FEW) == NO:
            return OPEN if found is None else NO
        return YES if above(found, MOST) == YES else OPEN

    @property
    def correlations(self) -> dict[str, Measured | None]:
        """Rank correlations over all different minima and saddles, each counted once.

        Starts that lead to one minimum differ in rounding alone, which must not be ranked. Intervals hold
        together at 95 %. None where one of the two is the same for all, such as the index of minima.
        """
        places = self.places
        _, first = np.unique(places.kind, return_index=True)
        once = np.isin(np.arange(len(places.kind)), first) & places.certified
        chosen = once | (places.stationary & ~places.certified)
        columns = {
            COST: places.cost,
            SHARPNESS: places.sharpness,
            INDEX: places.index,
            ACCURACY: places.right.mean(axis=1),
        }
        pairs = list(itertools.combinations(columns, 2))
        level = level_of_each(len(pairs))
        return {
            f"{one}, {other}": rank_correlation(columns[one][chosen], columns[other][chosen], level)
            for one, other in pairs
        }

    def content(self) -> Mapping[str, Any]:
        """Return every number and verdict but those of single members."""
        cost, members = self.places.cost, len(self.places.cost)
        quantiles = (
            zip(QUANTILES, np.quantile(self.above_lowest, QUANTILES), strict=True) if self.within else ()
        )
        return {
            "members": members,
            **named(self, "diverged", "parameters", "examples"),
            "test_examples": len(self.labels),
            **named(self, "verdicts", "over_chance", "distinct", "within", "all_alike", "correlations"),
            "certified": counted(int(self.places.certified.sum()), members),
            "lowest_cost": float(cost.min()),
            "above_lowest": {f"{share:g}": float(value) for share, value in quantiles},
            "test_accuracy": crossed(self.places.right).measured,
        }

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is known of every member, the places themselves among it."""
        content = {name: getattr(self.places, name) for name in ("verdict", "cost", "start_cost", "gradient")}
        rest = ("sharpness", "smallest", "index", "kind", "points")
        content |= {name: getattr(self.places, name) for name in rest}
        return {**content, "test_accuracy": self.places.right.mean(axis=1)}

    def rows(self) -> list[tuple[str, str]]:
        """Return (question, answer) pairs for a terminal."""
        rows = self.over_chance.rows()
        if not self.over_chance.learned:
            return rows
        content, distinct = self.content(), self.distinct
        found = ", ".join(f"{count} {name}" for name, count in self.verdicts.items() if count)
        rows.append(("Where do starts end?", f"of {len(self.places.cost)}: {found}"))
        rows.append(("How many end in a certified minimum?", content["certified"].percent()))
        if distinct is not None:
            rows.append(
                (
                    "How many different minima are there?",
                    f"{distinct.found} found, {distinct.least.plain(0)} at least; the lowest was found "
                    f"{distinct.lowest} times, the commonest {distinct.commonest}",
                )
            )
            rows.append(("Does one more start lead to another?", distinct.new.percent()))
            half = as_percent(float(np.median(self.above_lowest)))
            rows.append(("How far above the lowest found?", f"half within {half}"))
            rows.append((f"Within {100 * ALIKE:g} % of it", self.within[f"{ALIKE:g}"].percent()))
            rows.append(("Are all minima of equal quality?", self.all_alike))
        for name, one in self.correlations.items():
            if one is not None:
                rows.append((f"Rank correlation of {name.replace(', ', ' and ')}", one.plain()))
        rows.append(("New examples named rightly", content["test_accuracy"].percent()))
        scope = "starts; of the accuracy over starts and examples; correlations hold together at 95 %"
        return [*rows, *those_left_out(self.diverged), ("what the intervals are over", scope)]
