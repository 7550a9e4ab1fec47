"""What the pictures of weights are compared with: their own shuffled pixels, their starts, shuffled training.

Each kind of chance answers another question. *Shuffled*: does it matter where a weight stands? *Starts*: has
training changed that? *Permuted*: would it be so for pictures without any shape, whose pixels were shuffled
before they were learned from? A dense layer whose start does not know where pixels stand learns such pictures
as well as any, and its weights then lie as the pixels do: scattered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy.special import stdtr

from thalweg.evaluation.features.moran import (
    Grid,
    moran,
    share_as_extreme,
    shuffled_moran,
    shuffled_slope,
    spectral_slope,
)
from thalweg.measured import Measured
from thalweg.record import Entry, named
from thalweg.statistics.components import ROUNDING, Variance
from thalweg.statistics.intervals import crossed

SLOPE_PERMUTATIONS = 199


@dataclass(frozen=True, eq=False)
class Pictures:
    """Values [members * neurons, pixels, channels] at the pixels of a grid, and what they show.

    `morans`, `slopes`: float64 [members, neurons], Moran's I and the spectral slope.
    """

    grid: Grid
    values: np.ndarray
    morans: np.ndarray
    slopes: np.ndarray

    @staticmethod
    def of(images: np.ndarray, grid: Grid) -> Pictures:
        """Measure `images` [members, neurons, height, width, channels] at the pixels of a grid."""
        values = grid.values(images.reshape(-1, *images.shape[2:]))
        shape = images.shape[:2]
        found = moran(values, grid).reshape(shape), spectral_slope(values, grid).reshape(shape)
        return Pictures(grid, values, *found)


@dataclass(frozen=True)
class Effect(Entry):
    """How far a mean over neurons lies from chance.

    `difference`: the pictures' mean less that of chance, interval over members. `p`: one-sided, small where
    there is more structure than chance (a larger Moran's I, a steeper slope); None where one member alone,
    or members that do not differ, cannot say.
    """

    difference: Measured
    p: float | None

    def content(self) -> Mapping[str, Any]:
        """Return `{"value", "interval", "p"}`."""
        return {**self.difference.to_json(), "p": self.p}


@dataclass(frozen=True, eq=False)
class Chance(Entry):
    """What the weights are compared with, and which neurons have more structure than it.

    `compared`: with what, in words. `members`, `draws`: how many members and how many chance pictures stand
    behind a neuron's p-value, of which none is below 1 / (draws + 1). `moran`, `slope`: mean over chance
    pictures (`slope` NaN where there is none). `more_moran`, `more_slope`: how far the mean of the measured
    pictures lies from that. `p_values`: float64 [members, neurons], one-sided, of Moran's I. `structured`:
    bool [members, neurons], those that remain at the false discovery rate asked for, over the neurons of each
    member (Benjamini & Hochberg, J. R. Stat. Soc. B 57, 1995, equation 1). `share`: mean share of structured
    neurons, interval over members. `member_p_values`: float64 [members], of the mean over a member's neurons;
    None where the chance pictures cannot say.
    """

    compared: str
    members: int
    draws: int
    moran: float
    slope: float
    more_moran: Effect
    more_slope: Effect
    p_values: np.ndarray
    structured: np.ndarray
    share: Measured
    member_p_values: np.ndarray | None = None

    def content(self) -> Mapping[str, Any]:
        """Return what was compared, n, the chance means, both effects with p, and the structured share."""
        by_member = self.member_p_values
        return {
            **named(self, "compared", "members", "draws", "moran"),
            "spectral_slope": self.slope,
            "moran_difference": self.more_moran,
            "spectral_slope_difference": self.more_slope,
            "share_structured": self.share,
            "smallest_p": self.p_values.min(),
            "largest_p": self.p_values.max(),
            "largest_p_of_a_member": None if by_member is None else by_member.max(),
        }


@dataclass(frozen=True)
class Training(Entry):
    """What training did to the pictures, seen from each neuron's own start; intervals are over members.

    `start_left`: share of the variance of the trained weights that their start explains (squared correlation
    over pixels). `learned_moran`: Moran's I of the rest, which their start does not explain: of what was
    learned. The rest is not the difference, which shows the start again where a penalty has shrunk it.
    """

    start_left: Measured
    learned_moran: Measured


def against_shuffled(
    pictures: Pictures, *, permutations: int, rate: float, seed: int, level: float
) -> Chance:
    """Compare pictures with themselves, pixels shuffled: a permutation test.

    All neurons of a member are shuffled alike, so that those that resemble each other do not count twice in
    the test of their mean, and members apart. Means say something even where pictures are too small to say
    it one by one (filters of 3x3 pixels).
    """
    chance = shuffled_moran(pictures.values, pictures.grid, permutations=permutations, seed=seed)
    few = min(permutations, SLOPE_PERMUTATIONS)
    slopes = shuffled_slope(pictures.values, pictures.grid, permutations=few, seed=seed)
    p_values = share_as_extreme(pictures.morans.ravel(), chance).reshape(pictures.morans.shape)
    by_member = chance.reshape(permutations, *pictures.morans.shape).mean(axis=2)
    return _chance(
        f"the same weights, their pixels shuffled {permutations:,} times",
        (len(pictures.morans), permutations),
        (chance, slopes),
        (
            _permuted_effect(pictures.morans, chance, level),
            _permuted_effect(-pictures.slopes, -slopes, level),
        ),
        (p_values, rate, level),
        member_p_values=share_as_extreme(pictures.morans.mean(axis=1), by_member),
    )


def against_starts(pictures: Pictures, starts: Pictures, *, rate: float, level: float) -> Chance:
    """Compare pictures with the starts of the very same neurons.

    Means are compared in pairs, member by member (Student's t over members); a neuron's p-value is its rank
    among all starts.
    """
    return _chance(
        "the same neurons as they started",
        (len(starts.morans), starts.morans.size),
        (starts.morans, starts.slopes),
        (
            _paired_effect(pictures.morans, starts.morans, level),
            _paired_effect(-pictures.slopes, -starts.slopes, level),
        ),
        (_rank(pictures, starts), rate, level),
    )


def against_permuted(pictures: Pictures, permuted: Pictures, *, rate: float, level: float) -> Chance:
    """Compare pictures with those of members that learned from images with shuffled pixels.

    Means are compared member by member (Welch's t); a neuron's p-value is its rank among all neurons of those
    members. These share one permutation, so that their number makes up for less than as many shuffles would.
    """
    return _chance(
        "members trained on images whose pixels were shuffled",
        (len(permuted.morans), permuted.morans.size),
        (permuted.morans, permuted.slopes),
        (
            _welch_effect(pictures.morans, permuted.morans, level),
            _welch_effect(-pictures.slopes, -permuted.slopes, level),
        ),
        (_rank(pictures, permuted), rate, level),
    )


def training_of(pictures: Pictures, starts: Pictures, level: float) -> Training:
    """Return how much of the starts is left in the pictures, and how smooth the rest is."""
    trained, began = (_centred(each.values) for each in (pictures, starts))
    together, of_start, of_trained = (
        (one * other).sum(axis=(1, 2))
        for one, other in ((trained, began), (began, began), (trained, trained))
    )
    kept = _ratio(together, of_start)
    rest = moran(trained - kept[:, None, None] * began, pictures.grid)
    left = _ratio(together**2, of_start * of_trained)
    shape = pictures.morans.shape
    return Training(
        over_members(left.reshape(shape), level, (0.0, 1.0)), over_members(rest.reshape(shape), level)
    )


def over_members(values: np.ndarray, level: float, limits: tuple[float, float] | None = None) -> Measured:
    """Return the mean of [members, neurons] with its interval over members; NaN where all is NaN."""
    if np.isnan(values).all():
        return Measured(float("nan"))
    found = crossed(_filled(values), level, limits=limits)
    return Measured.of(found.mean, found.starts, found.caveat)


def _chance(
    compared: str,
    counts: tuple[int, int],
    draws: tuple[np.ndarray, np.ndarray],
    effects: tuple[Effect, Effect],
    tested: tuple[np.ndarray, float, float],
    *,
    member_p_values: np.ndarray | None = None,
) -> Chance:
    p_values, rate, level = tested
    from scipy.stats import false_discovery_control  # half a second to import

    structured = false_discovery_control(p_values, axis=1) <= rate
    of_members = crossed(structured, level)
    slope, steeper = effects[1].difference, effects[1].p
    return Chance(
        compared=compared,
        members=counts[0],
        draws=counts[1],
        moran=float(draws[0].mean()),
        slope=float("nan") if np.isnan(draws[1]).all() else float(np.nanmean(draws[1])),
        more_moran=effects[0],
        more_slope=Effect(-slope, steeper),
        p_values=p_values,
        structured=structured,
        share=Measured.of(float(structured.mean()), of_members.starts, of_members.caveat),
        member_p_values=member_p_values,
    )


def _rank(pictures: Pictures, others: Pictures) -> np.ndarray:
    """Return one-sided p-values [members, neurons]: the place of each Moran's I among all of `others`."""
    found = share_as_extreme(pictures.morans.ravel(), others.morans.reshape(-1, 1))
    return found.reshape(pictures.morans.shape)


def _permuted_effect(values: np.ndarray, chance: np.ndarray, level: float) -> Effect:
    """Test the mean of `values` [members, neurons] against that of `chance` [permutations, pictures]."""
    if np.isnan(values).all():
        return Effect(Measured(float("nan")), None)
    values, chance = _filled(values), _filled(chance)
    by_member = chance.reshape(len(chance), *values.shape).mean(axis=2)
    # Every member draws from the same shuffles: another turn for each makes them independent of each other.
    turned = [np.roll(draws, member) for member, draws in enumerate(by_member.T)]
    p = share_as_extreme(values.mean(), np.mean(turned, axis=0))
    difference = values - by_member.mean(axis=0)[:, None]
    return Effect(over_members(difference, level), float(p))


def _paired_effect(values: np.ndarray, starts: np.ndarray, level: float) -> Effect:
    difference = values - starts
    if np.isnan(difference).all():
        return Effect(Measured(float("nan")), None)
    means = _filled(difference).mean(axis=1)
    return _student_effect(float(means.mean()), [means], level)


def _welch_effect(values: np.ndarray, others: np.ndarray, level: float) -> Effect:
    if np.isnan(values).all() or np.isnan(others).all():
        return Effect(Measured(float("nan")), None)
    groups = [_filled(each).mean(axis=1) for each in (values, others)]
    return _student_effect(float(groups[0].mean() - groups[1].mean()), groups, level)


def _student_effect(difference: float, groups: list[np.ndarray], level: float) -> Effect:
    """Return a difference of means over independent `groups` of members, tested against 0 by Student's t.

    Two groups of unequal spread have the degrees of freedom of Welch (Biometrika 34, 1947).
    """
    if min(map(len, groups)) < 2:
        return Effect(Measured(difference), None)
    variance = Variance(tuple((float(np.var(g, ddof=1)) / len(g), len(g) - 1) for g in groups))
    if variance.value <= ROUNDING * difference**2:
        return Effect(Measured(difference), None)
    error = sqrt(variance.value)
    freedom = variance.value**2 / sum(term**2 / degrees for term, degrees in variance.terms)
    reach = variance.quantile(level) * error
    p = float(stdtr(freedom, -difference / error))
    return Effect(Measured(difference, difference - reach, difference + reach), p)


def _centred(values: np.ndarray) -> np.ndarray:
    return values - values.mean(axis=1, keepdims=True, dtype=np.float64)


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _filled(values: np.ndarray) -> np.ndarray:
    """Return `values` with the few that are NaN (a picture of one value has no slope) set to the mean."""
    return np.where(np.isnan(values), np.nanmean(values), values)
