"""How many of all examples are of a kind, from a stratified sample that was looked at, without any model.

The interval inverts a test. Of every total, the counts of the strata that explain best what was found are
taken for true (Kabaila & Lloyd, Australian & New Zealand Journal of Statistics 42, 2000: profile limits), and
the total is left out where a Horvitz-Thompson estimate (1952) like the one found, or one further out, is then
too unlikely. Its distribution is exact, hypergeometric by stratum, where few of a kind were found (Wendell &
Schmee 1996 take the worst counts instead), and normal where many were. There a prediction for all examples
narrows it: what it says of all, corrected by how wrong it was where somebody looked (prediction-powered
inference, Angelopoulos et al., Science 382, 2023; stratified: Fisch et al. 2024).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtr

from thalweg.measured import Measured
from thalweg.statistics.roots import brentq

MANY = 10
"""From so many found of either kind on, a stratum's estimate is taken to be normal."""

NARROWS = 0.05
"""A prediction is used where it explains more than this share of what varies inside a stratum."""

UNSEEN = 1.0
"""One more example is reckoned with that a prediction gets wrong: where it fits all that were looked at, it
may still miss a few of the rest."""

UNLIKELY = 1e-8
"""Counts less likely than this are left out of a distribution."""


@dataclass(frozen=True, eq=False)
class Stratum:
    """A stratum of `size` examples, of which some, drawn at random, were looked at.

    `found` bool [looked at]: whether each is of the kind. `predicted` [looked at]: what was said of each
    before, and `predicted_mean`, the mean of that over the whole stratum; None where nothing was said.
    """

    size: int
    found: np.ndarray
    predicted: np.ndarray | None = None
    predicted_mean: float = 0.0


@dataclass(frozen=True, eq=False)
class _Seen:
    """Strata as numbers [strata]: their `size`, how many were `looked` at, how many `found`, the `estimate`
    of each total, the share of its variance that is `left` by the prediction, and which are `normal`.
    """

    size: np.ndarray
    looked: np.ndarray
    found: np.ndarray
    estimate: np.ndarray
    left: np.ndarray
    normal: np.ndarray

    @property
    def least(self) -> np.ndarray:
        """How many there are at least: those found."""
        return self.found

    @property
    def most(self) -> np.ndarray:
        """How many there can be: all but those that were found to be of the other kind."""
        return self.size - self.looked + self.found


def stratified_count(strata: Sequence[Stratum], *, level: float = 0.95) -> Measured:
    """Return how many of all examples are of the kind, with its interval at `level`.

    Within each stratum any example was as likely to be looked at as any other; nothing else is taken for
    granted. A stratum where nobody looked may hold none or all. Ends are whole numbers; a test's p-value
    counts what is as far out as what was found by half (mid-P), so that coverage is near its level, not
    above it as a rule. Measured coverage: benchmarks/intervals/checked_labels.py.

    Raises `ValueError` where nothing was looked at.

    Examples:
        >>> from thalweg.statistics.stratified_count import Stratum, stratified_count
        >>> sure = Stratum(900, np.zeros(60, dtype=bool))
        >>> doubtful = Stratum(100, np.repeat([True, False], [12, 18]))
        >>> stratified_count([sure, doubtful]).plain(0)
        '40 [27, 79]'
    """
    looked_at = [stratum for stratum in strata if len(stratum.found)]
    if not looked_at:
        raise ValueError("nothing was looked at")
    unseen = sum(stratum.size for stratum in strata if not len(stratum.found))
    seen = _seen(looked_at)
    total = float(seen.estimate.sum())
    low, high = _ends(seen, total, (1 - level) / 2)
    value = float(np.clip(total, low, high))
    return Measured(value * (1 + unseen / seen.size.sum()), float(low), float(high + unseen))


def _seen(strata: Sequence[Stratum]) -> _Seen:
    size = np.array([stratum.size for stratum in strata], dtype=np.int64)
    looked = np.array([len(stratum.found) for stratum in strata], dtype=np.int64)
    found = np.array([np.count_nonzero(stratum.found) for stratum in strata], dtype=np.int64)
    normal = (np.minimum(found, looked - found) >= MANY) & (looked < size)
    estimate, left = size * found / looked, np.ones(len(size))
    for place in np.flatnonzero(normal).tolist():
        shift, left[place] = _predicted(strata[place])
        estimate[place] += shift
    return _Seen(size, looked, found, np.clip(estimate, found, size - looked + found), left, normal)


def _predicted(stratum: Stratum) -> tuple[float, float]:
    """Return what a prediction adds to the estimate of a total, and the share of the variance it leaves."""
    if stratum.predicted is None or np.ptp(stratum.predicted) == 0:
        return 0.0, 1.0
    hits, said = np.asarray(stratum.found, dtype=np.float64), np.asarray(stratum.predicted, dtype=np.float64)
    slope = float(np.cov(said, hits)[0, 1] / np.var(said, ddof=1))
    rest = hits - hits.mean() - slope * (said - said.mean())
    freedom = (len(hits) - 1) / (len(hits) - 2)
    left = float((rest @ rest + UNSEEN) / (len(hits) * np.var(hits)) * freedom)
    if left > 1 - NARROWS or slope < 0:
        return 0.0, 1.0
    return slope * stratum.size * (stratum.predicted_mean - float(said.mean())), left


def _ends(seen: _Seen, total: float, tail: float) -> tuple[int, int]:
    """Return the least and the greatest total that the test does not leave out."""
    least, most = int(seen.least.sum()), int(seen.most.sum())
    middle = int(np.clip(round(total), least, most))
    high = _last(middle, most, lambda count: _tails(seen, count)[0] >= tail)
    return _last(middle, least, lambda count: _tails(seen, count)[1] >= tail), high


def _last(inside: int, end: int, holds: Callable[[int], bool]) -> int:
    """Return the whole number nearest to `end` for which it `holds`, on the way there from `inside`."""
    if holds(end):
        return end
    while abs(end - inside) > 1:
        middle = (inside + end) // 2
        inside, end = (middle, end) if holds(middle) else (inside, middle)
    return inside


def _tails(seen: _Seen, total: int) -> tuple[float, float]:
    """Return how likely an estimate is to be as low as the one found, and as high, where `total` is true."""
    counts = likeliest_counts(seen, total)
    weight = seen.size / seen.looked
    halves: list[tuple[np.ndarray, np.ndarray]] = [(np.zeros(1), np.ones(1)), (np.zeros(1), np.ones(1))]
    exact = np.flatnonzero(~seen.normal)
    for place in exact[np.argsort(-seen.looked[exact])]:
        found, chance = _hypergeometric(int(counts[place]), int(seen.looked[place]), int(seen.size[place]))
        half = int(len(halves[0][0]) > len(halves[1][0]))
        sums, chances = halves[half]
        both = np.multiply.outer(chances, chance)
        likely = both > UNLIKELY
        halves[half] = (np.add.outer(sums, weight[place] * found)[likely], both[likely])
    share = counts / seen.size
    spread = seen.size**2 * (1 - 1 / weight) * share * (1 - share) * seen.left / seen.looked
    rich = seen.normal
    return _below_and_above(
        halves, float(seen.estimate.sum() - counts[rich].sum()), float(np.sqrt(spread[rich].sum()))
    )


def _below_and_above(
    halves: Sequence[tuple[np.ndarray, np.ndarray]], reached: float, spread: float
) -> tuple[float, float]:
    """Return how likely the sum of two numbers and normal noise is below `reached`, and above; half if equal.

    Each number is given by its values and their chances; the noise has mean 0 and standard deviation
    `spread`.
    """
    (values, chances), (others, other_chances) = halves
    if spread > 0:
        sums, both = np.add.outer(values, others).ravel(), np.multiply.outer(chances, other_chances).ravel()
        below = float((ndtr((reached - sums) / spread) * both).sum() / both.sum())
        return below, 1 - below
    order = np.argsort(others)
    up_to = np.concatenate([[0.0], np.cumsum(other_chances[order])])
    slack = 1e-9 * (1 + abs(reached))
    first = np.searchsorted(others[order], reached - values - slack, side="left")
    last = np.searchsorted(others[order], reached - values + slack, side="right")
    below = float(chances @ (up_to[first] + up_to[last]) / 2 / (chances.sum() * up_to[-1]))
    return below, 1 - below


def _hypergeometric(kind: int, looked: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the counts that are to be expected among `looked` of `size`, `kind` of the kind: chances too."""
    mean = looked * kind / size
    reach = 9 * np.sqrt(mean * (1 - kind / size)) + 12
    counts = np.arange(
        max(0, looked - size + kind, int(mean - reach)), min(looked, kind, int(mean + reach)) + 1
    )
    chances = np.exp(
        _log_choices(kind, counts)
        + _log_choices(size - kind, looked - counts)
        - _log_choices(size, np.array(looked))
    )
    likely = chances > UNLIKELY
    return counts[likely], chances[likely]


def _log_choices(of: int, chosen: np.ndarray) -> np.ndarray:
    return gammaln(of + 1) - gammaln(chosen + 1) - gammaln(of - chosen + 1)


def likeliest_counts(seen: _Seen, total: int) -> np.ndarray:
    """Return the whole counts [strata] that make what was found likeliest among all with this `total`.

    By Lagrange: the derivative of each stratum's log likelihood is one multiple of its size. Strata that were
    looked through for the most part, or are predicted, weigh as those that leave as much variance.
    """
    weight = 1 / np.maximum((1 - seen.looked / seen.size) * seen.left, 1e-9)
    looked, hits = seen.looked * weight, seen.estimate / seen.size * seen.looked * weight

    def counts(slope: float) -> np.ndarray:
        return np.clip(seen.size * _shares(hits, looked, slope * seen.size), seen.least, seen.most)

    if total <= seen.least.sum():
        return np.asarray(seen.least)
    if total >= seen.most.sum():
        return np.asarray(seen.most)
    steepest = float((looked / seen.size).max())
    low, high = -steepest, steepest
    while counts(low).sum() < total:
        low *= 4
    while counts(high).sum() > total:
        high *= 4
    slope = brentq(lambda tried: counts(tried).sum() - total, low, high, xtol=1e-300)
    return _whole(counts(float(slope)), total, seen)  # type: ignore[arg-type]


def _shares(hits: np.ndarray, looked: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return where hits / share - (looked - hits) / (1 - share) is `slope`, the share in 0..1 [strata]."""
    sum_ = looked + slope
    root = np.sqrt(np.maximum(sum_**2 - 4 * slope * hits, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        # the two forms of one root, each where it loses no digits
        share = np.where(sum_ > 0, 2 * hits / (sum_ + root), (sum_ - root) / (2 * slope))
    return np.clip(np.nan_to_num(share, nan=0.0), 0.0, 1.0)


def _whole(counts: np.ndarray, total: int, seen: _Seen) -> np.ndarray:
    """Return whole numbers near `counts` that add up to `total`, the largest remainders rounded up."""
    whole = np.floor(counts + 1e-9).astype(np.int64)
    order = np.argsort(-(counts - whole), kind="stable")
    while (left := total - int(whole.sum())) != 0:
        step = 1 if left > 0 else -1
        free = whole < seen.most if step > 0 else whole > seen.least
        turn = order if step > 0 else order[::-1]
        whole[turn[free[turn]][: abs(left)]] += step
    return whole
