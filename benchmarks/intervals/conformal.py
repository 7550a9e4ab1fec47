"""Size of conformal sets, and what else hangs on their threshold: `evaluation.abstention`.

The truth is the expected size of the sets of a new member, under a threshold set by as many new calibration
examples, for new examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from intervals.cells import Cell, Ends
from intervals.probabilities import Views
from thalweg.evaluation.abstention.conformal import (
    ConformalSets,
    Sets,
    adaptive_scores,
    conformal_sets,
    joined_sets,
    least_likely_scores,
    measured_sets,
    threshold,
)
from thalweg.evaluation.abstention.regularised import (
    CHOSEN_ON,
    chosen_penalty,
    likelihood_ranks,
    regularised_scores,
)
from thalweg.evaluation.abstention.rejection import rejection
from thalweg.statistics.intervals import crossed

TEN, TWO = Views(), Views(classes=2, strength=2.0)
UNLIKE = Views(strength=3.5, sharpness=1.5, spread=0.3)
WORLDS = {"calibrated": TEN, "too sure, unlike": UNLIKE, "two classes": TWO}
NAMED = "rows and report: too few examples set this threshold"
CHARGED = "rows and report: the interval by RAPS leaves out the luck of what it charges"
LUCK, GIVEN = "with the threshold's luck", "threshold as given"
TRIED_ON = 2_000
"""Examples that sets are tried on in each experiment that the truth is a mean of."""


@dataclass(frozen=True)
class Sort:
    """Sets of one kind (LAC, APS, RAPS) at one level, of one world; half the `examples` set the threshold."""

    world: Views
    kind: str
    level: float
    examples: int

    @property
    def calibrated_on(self) -> int:
        """Examples that set the threshold, and choose what RAPS charges."""
        return self.examples // 2

    def sets(self, generator: np.random.Generator, members: int, tried_on: int) -> Sets:
        """Return the sets of one experiment."""
        total = self.calibrated_on + tried_on
        labels, answers, _ = self.world.draw(generator, members, total)
        calibrating, draws = np.arange(total) < self.calibrated_on, generator.random(total)
        parts: list[Mapping[float, Sets]] = [
            {self.level: self._of_member(own, labels, calibrating, draws)} for own in answers
        ]
        return joined_sets(parts)[self.level]

    def _of_member(
        self, answers: np.ndarray, labels: np.ndarray, calibrating: np.ndarray, draws: np.ndarray
    ) -> Sets:
        if self.kind == "LAC":
            return conformal_sets(least_likely_scores(answers), labels, calibrating, self.level)
        adaptive = adaptive_scores(answers, draws)
        if self.kind == "APS":
            return conformal_sets(adaptive, labels, calibrating, self.level)
        ranks, choosing = likelihood_ranks(answers), np.arange(len(labels)) < calibrating.sum() // CHOSEN_ON
        cost = chosen_penalty(adaptive[choosing], ranks[choosing], labels[choosing], self.level)
        scores = regularised_scores(adaptive, ranks, cost)
        return conformal_sets(scores, labels, calibrating & ~choosing, self.level, measuring=~calibrating)


@cache
def _expected(sort: Sort, number: str) -> float:
    generator, repeats = np.random.default_rng(1), 4_000 if sort.calibrated_on < 500 else 800
    found = [sort.sets(generator, 1, TRIED_ON).size for _ in range(repeats)]
    return float(np.mean(found if number == "mean_set_size" else np.array(found) == 1))


def cells() -> list[Cell]:
    """Return sizes of every kind in every world, sets of one, and what is refused of noise."""
    return [*_sizes(), *_ones(), *_refused()]


def _sizes() -> Iterator[Cell]:
    for of, world in WORLDS.items():
        for members, examples in ((1, 359), (1, 2000), (4, 359), (8, 359), (8, 2000), (32, 359), (32, 2000)):
            for kind, level in (("LAC", 0.9), ("LAC", 0.95), ("LAC", 0.99), ("APS", 0.95), ("RAPS", 0.95)):
                # Of one network no interval is over starts: there all are alike.
                own = world if members > 1 else world.alike()
                yield _cell(Sort(own, kind, level, examples), members, of, "mean_set_size")
    for level in (0.95, 0.99):
        yield _cell(Sort(UNLIKE, "LAC", level, 10_000), 32, "too sure, unlike", "mean_set_size")
    yield _cell(Sort(TEN, "LAC", 0.99, 90), 1, "calibrated", "mean_set_size")


def _ones() -> Iterator[Cell]:
    for members in (1, 8):
        yield _cell(Sort(TEN, "LAC", 0.95, 359), members, "calibrated", "singleton")


def _cell(sort: Sort, members: int, of: str, number: str) -> Cell:
    resampled = members <= 8 and sort.calibrated_on < 200 and sort.kind == "LAC" and sort.level == 0.95

    def draw(generator: np.random.Generator) -> Ends:
        sets = sort.sets(generator, members, sort.calibrated_on)
        found = getattr(measured_sets(sets, sort.level, confidence=0.95), number)
        counted = sets.size * 1.0 if number == "mean_set_size" else sets.size == 1
        ends: Ends = {
            "with the threshold's luck": found.interval,
            "threshold as given": crossed(counted).widest,
        }
        if resampled and number == "mean_set_size":
            ends["all resampled together"] = _resampled(sort, generator, members)
        return ends

    words = "size of sets" if number == "mean_set_size" else "share of sets of one"
    setting = f"{sort.kind} {sort.level:g}, {members} x {sort.examples}, {of}"
    cost = members * sort.calibrated_on
    few = measured_few(sort)
    return Cell(
        words,
        setting,
        draw,
        lambda: _expected(sort, number),
        repeats=1000 if cost < 3_000 else 300 if cost < 40_000 else 100,
        named=NAMED if few else CHARGED if sort.kind == "RAPS" else "",
    )


def measured_few(sort: Sort) -> bool:
    """Return whether the package says that too few examples set such a threshold."""
    found: ConformalSets = measured_sets(
        sort.sets(np.random.default_rng(0), 1, 20), sort.level, confidence=0.95
    )
    return found.too_few


def _resampled(sort: Sort, generator: np.random.Generator, members: int) -> tuple[float, float]:
    """Return the percentile interval of one experiment when all that it was drawn from is drawn again."""
    half = sort.calibrated_on
    labels, answers, _ = sort.world.draw(generator, members, 2 * half)
    scores = least_likely_scores(answers)
    own, tried, found = scores[:, np.arange(half), labels[:half]], scores[:, half:], []
    for _ in range(200):
        who = generator.integers(0, members, members)
        set_on, on = generator.integers(0, half, (2, half))
        limits = np.array([threshold(own[member, set_on], sort.level) for member in who])
        found.append((tried[who][:, on] <= limits[:, None, None]).sum(axis=2).mean())
    return tuple(np.quantile(found, [0.025, 0.975]))


def _refused() -> Iterator[Cell]:
    """Yield the share of noise refused; its confidence is normal on the scale of the log-odds."""
    for members, examples in ((1, 359), (8, 359), (8, 2000)):
        yield _noise(members, examples)


def _noise(members: int, examples: int) -> Cell:
    half = examples // 2

    def made(generator: np.random.Generator, count: int, tried_on: int) -> tuple[np.ndarray, np.ndarray]:
        real = TEN.draw(generator, count, half + tried_on)[1].max(axis=2)
        # Of one network no interval is over starts: there all are alike.
        own = 0.5 * (members > 1) * generator.standard_normal((count, 1))
        odds = 0.5 + own + generator.standard_normal((count, 1000))
        return real, 1 / (1 + np.exp(-odds))

    def draw(generator: np.random.Generator) -> Ends:
        real, noise = made(generator, members, half)
        found = rejection(real, np.arange(2 * half) < half, noise, rate=0.05, level=0.95)
        limits = -np.array([threshold(-own, 0.95) for own in real[:, :half]])
        return {
            LUCK: found.noise_rejected and found.noise_rejected.interval,
            GIVEN: crossed(noise < limits[:, None]).widest,
        }

    def truth() -> float:
        generator, found = np.random.default_rng(1), []
        for _ in range(4_000):
            real, noise = made(generator, 1, 1)
            found.append((noise < -threshold(-real[0, :half], 0.95)).mean())
        return float(np.mean(found))

    return Cell("noise refused", f"5 % of real refused, {members} x {examples}", draw, truth)
