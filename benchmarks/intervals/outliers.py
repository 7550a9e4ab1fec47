"""Detection of outliers, of one network and of populations: `thalweg.evaluation.outliers.detection`.

Inliers score around 0, outliers around a distance that gives the AUROC asked for: both normal, both Student's
t with two degrees of freedom ("heavy"), or outliers of which some are like inliers and the others far away
("mixed"). Members see an example's score with noise of their own, and may differ in how far away outliers
are. Alternatives are what the package had before ("before"), DeLong's interval, Newcombe's method 5, the
one of iMRMC (Gallas's variance with one Satterthwaite quantile), and Wilson's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
from scipy.optimize import bisect
from scipy.stats import norm, t

from intervals.cells import Cell, Ends
from thalweg.evaluation.outliers.detection import DetectionInfluence, influences, mean_over_sets
from thalweg.measured import Interval
from thalweg.statistics.components import Variance, components, over_sets
from thalweg.statistics.intervals import share_interval, wilson
from thalweg.statistics.mann_whitney import newcombe
from thalweg.statistics.quantiles import normal_quantile, student_quantile
from thalweg.wording import FEW

SHARED = 0.6
"""Share of the variance of scores that members have in common, in worlds of several members."""
NODES = 20_001
KINDS = {
    "AUROC": "auroc",
    "FPR95, 95 % of inliers kept": "fpr95_inlier_positive",
    "FPR95, 95 % of outliers caught": "fpr95_outlier_positive",
    "AUPR": "aupr",
}
PRINTED = "how far can intervals be trusted? (terminal, figures, report)"
AVERAGE_PRECISION = "outliers.detection.Detection (written to JSON only, printed nowhere)"


@dataclass(frozen=True)
class Outside:
    """Where scores come from: an AUROC, a law ("normal", "heavy", "mixed"), and how members differ."""

    auroc: float
    law: str = "normal"
    members: int = 1
    differ: float = 0.0

    def draw(
        self, generator: np.random.Generator, inliers: int, outliers: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return scores [members, inliers] and [members, outliers]."""
        own = self.differ * generator.standard_normal((self.members, 1))
        far = np.full(outliers, self.distance)
        if self.law == "mixed":
            far[generator.random(outliers) < 2 * (1 - self.auroc)] = 0.0
        low, high = (self._scores(generator, count) for count in (inliers, outliers))
        return low, high + far + own

    def _scores(self, generator: np.random.Generator, count: int) -> np.ndarray:
        if self.law == "heavy":
            return generator.standard_t(2, (self.members, count))
        if self.members == 1:
            return generator.standard_normal((1, count))
        together = generator.standard_normal(count)
        return sqrt(SHARED) * together + sqrt(1 - SHARED) * generator.standard_normal((self.members, count))

    @cached_property
    def distance(self) -> float:
        """How much more outliers score."""
        if self.law == "normal":
            return float(norm.ppf(self.auroc)) * sqrt(2 + self.differ**2)
        if self.law == "mixed":
            return 9.0
        at = t.ppf((np.arange(NODES) + 0.5) / NODES, 2)
        return bisect(lambda shift: t.cdf(at + shift, 2).mean() - self.auroc, 0, 500)  # type: ignore[return-value]

    def truth(self, kind: str, base_rate: float) -> float:
        """Return the number on endless examples and members."""
        if kind == "auroc":
            return self.auroc
        law = t(2) if self.law == "heavy" else norm()
        spread = sqrt(1 + self.differ**2)
        if kind.startswith("fpr95"):  # both laws are symmetric: the two kinds have the same value
            return float(law.cdf((law.ppf(0.95) - self.distance) / spread))
        caught = (np.arange(NODES * 10) + 0.5) / (NODES * 10)
        flagged = law.sf(law.isf(caught) + self.distance)
        return float((base_rate * caught / (base_rate * caught + (1 - base_rate) * flagged)).mean())


def cells() -> list[Cell]:
    """Return every number of one network, and AUROC and FPR95 of populations."""
    return [*_alone(), *_populations()]


def _alone() -> Iterator[Cell]:
    for inliers in (100, 1000):
        for outliers in (20, 50, 100, 1000):
            for auroc in (0.7, 0.9, 0.99):
                for law in ("normal", "heavy", "mixed"):
                    repeats = 500 if outliers == 1000 else 1000
                    yield _cell("AUROC", Outside(auroc, law), inliers, outliers, repeats=repeats)
                for law in ("normal", "heavy"):
                    for name in list(KINDS)[1:]:
                        yield _cell(
                            name,
                            Outside(auroc, law),
                            inliers,
                            outliers,
                            repeats=200 if name == "AUPR" else 300,
                        )


def _populations() -> Iterator[Cell]:
    sizes = ((100, 20), (1000, 50), (100, 100), (1000, 1000))
    for members in (2, 4, 8, 32):
        for auroc in (0.7, 0.9, 0.99):
            for inliers, outliers in sizes:
                # so large a spread that the AUROCs near 1 are far from normal is tried once
                for differ in (0.0, 0.3, 1.0) if members == 8 and inliers == outliers else (0.0, 0.3):
                    world = Outside(auroc, members=members, differ=differ)
                    repeats = 1000 if members < 8 else 400
                    yield _cell("AUROC", world, inliers, outliers, repeats=repeats)
                    if differ == 0.3 and members != 4 and auroc > 0.7:
                        for name in list(KINDS)[1:3]:
                            yield _cell(name, world, inliers, outliers, repeats=300)


def _cell(name: str, world: Outside, inliers: int, outliers: int, *, repeats: int = 1000) -> Cell:
    kind = KINDS[name]

    def draw(generator: np.random.Generator) -> Ends:
        scores = world.draw(generator, inliers, outliers)
        found = influences(*scores)
        ours = mean_over_sets(kind, [found[kind]])  # what `summary` has of every number
        ends = {"ours": ours.widest, "before": _before(found[kind])}
        return ends | _others(kind, found[kind])

    who = f"{world.members} members, sd {world.differ:g}" if world.members > 1 else "one network"
    setting = f"{who}, {inliers} against {outliers}, AUROC {world.auroc:g}, {world.law}"
    truth = world.truth(kind, outliers / (inliers + outliers))
    return Cell(f"outliers: {name}", setting, draw, truth, repeats, _named(kind, world, inliers, outliers))


def _named(kind: str, world: Outside, inliers: int, outliers: int) -> str:
    if min(inliers, outliers) < FEW or world.members == 2 or world.differ > 0.5:
        return PRINTED
    return AVERAGE_PRECISION if kind == "aupr" and world.law == "heavy" else ""


def _before(found: DetectionInfluence) -> Interval | None:
    parts = [components(found.inliers), components(found.outliers)]
    mean, smallest = float(found.values.mean()), min(part.examples for part in parts)
    variance = Variance(tuple(part.example_term for part in parts))
    if len(found.values) > 1:
        own = float(np.var(found.values, ddof=1)) / len(found.values), len(found.values) - 1
        variance = over_sets(own, [part.example_term for part in parts], [part.noise_term for part in parts])
    return share_interval(mean, variance, smallest, 0.95)


def _others(kind: str, found: DetectionInfluence) -> Ends:
    members, (inliers, outliers) = len(found.values), (found.inliers.shape[1], found.outliers.shape[1])
    value = float(found.values.mean())
    parts = [components(found.inliers), components(found.outliers)]
    if kind == "auroc" and members == 1:
        reach = normal_quantile(0.95) * sqrt(sum(part.example_term[0] for part in parts))
        return {"DeLong": (value - reach, value + reach), "Newcombe 5": newcombe(value, inliers, outliers)}
    if kind == "auroc":
        own = float(np.var(found.values, ddof=1)) / members
        clean = [part.example_term[0] - part.noise_term[0] for part in parts]
        variance = max(own, own + sum(clean) - found.pairs.new_members)
        sizes = np.array([members, inliers, outliers])
        # iMRMC: components squared over the cubes of their degrees of freedom; at least the fewest of those
        squares = float(((sizes * np.array([own, *clean])) ** 2 / (sizes - 1) ** 3.0).sum())
        freedom = max(float(sizes.min()) - 1, variance**2 / squares) if squares > 0 else 1e6
        reach = student_quantile(0.95, freedom) * sqrt(variance)
        return {"iMRMC": (value - reach, value + reach)}
    if members > 1:
        return {}
    return {"Wilson": wilson(value * (n := inliers if kind == "fpr95_outlier_positive" else outliers), n)}
