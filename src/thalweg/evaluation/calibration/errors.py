"""Calibration errors: how far probabilities are from the frequencies that they promise.

Every error is a sum over bins of examples with similar probabilities. Its interval comes from resampled
examples. A plug-in error can only be too large (noise never cancels), and resampling adds the same noise a
second time; so the intervals are found by inversion (Carpenter, Statistics in Medicine 18, 1999): the gaps
seen are scaled by a factor, the resampled noise is added, and the interval holds the factors under which the
value seen is not in either tail.

That is over examples, for these members. What other members would add is in their gaps (`members_spread`);
the two reaches are of independent luck and are joined as squares (Zou & Donner, Statistics in Medicine 27,
2008). Drawing members and examples again together and debiasing each draw was tried too: where members are
calibrated and unlike its percentiles fall to .85, and a plug-in error is never debiased by them
(docs/coverage.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np

from thalweg.chunks import slices
from thalweg.evaluation.calibration.members_spread import Gaps, gaps_of, joined_gaps, relative_reach
from thalweg.measured import Measured
from thalweg.statistics.intervals import wilson
from thalweg.statistics.resampling import Resampling

MEMBERS_AT_ONCE = 16
FACTORS = np.concatenate([np.linspace(0.0, 1.5, 31), [1.75, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0]])


@dataclass(frozen=True, eq=False)
class Binned:
    """Sums over the examples of each bin, [members, bins] as seen and [repeats, members, bins] as resampled.

    `count` of examples, `promised` the sum of probabilities, `kept` the sum of outcomes (0 or 1).
    """

    count: np.ndarray
    promised: np.ndarray
    kept: np.ndarray


@dataclass(frozen=True, eq=False)
class ErrorCurve:
    """An error of some members, and what it would be in worlds with smaller and larger gaps.

    `values` [members] as seen; `gaps` [members], the same without debiasing: the truth of the world with
    factor 1; `worlds` [repeats, factors], the error resampled in each world, summed over members; `signed`:
    the gaps themselves, bin by bin, which tell how members differ.
    """

    values: np.ndarray
    gaps: np.ndarray
    worlds: np.ndarray
    signed: Gaps


def equal_width_bins(values: np.ndarray, bins: int) -> np.ndarray:
    """Return the bin 0..bins−1 of each of `values` in [0, 1]; bin i is (i/bins, (i+1)/bins].

    As in Guo et al. (ICML 2017, section 2): closed above, so 1.0 is in the last bin. 0 is in the first.
    """
    return np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], values, side="left")


def equal_mass_bins(values: np.ndarray, bins: int) -> np.ndarray:
    """Return the bin of each of `values` [examples], so that all bins hold about as many examples.

    As in Kumar, Liang & Ma (NeurIPS 2019): edges halfway between the sorted values that stand on the two
    sides of each cut. Equal values stay together, so many equal values make fewer and larger bins; no bin is
    empty.
    """
    ordered = np.sort(values)
    cuts = np.linspace(0, len(values), min(bins, max(1, len(values) // 2)) + 1)[1:-1].round().astype(int)
    edges = np.unique((ordered[cuts - 1].astype(np.float64) + ordered[cuts]) / 2)
    place = np.searchsorted(edges, values, side="left")
    filled = np.bincount(place) > 0  # an edge at a value and one just above it have nothing between them
    return (np.cumsum(filled) - 1)[place]


def expected_curve(
    place: np.ndarray, promised: np.ndarray, kept: np.ndarray, again: Resampling
) -> ErrorCurve:
    """Return the expected calibration error Σ n_bin/n |mean outcome − mean probability| (Naeini 2015).

    Of members, with its worlds. `place`: bin of each example, `promised`: probabilities, `kept`: whether it
    came true; [members, examples], or [members, examples, parts] with other bins for each part: then the mean
    over parts (the classwise error).
    """
    parts = 1 if place.ndim == 2 else place.shape[2]

    def curve(seen: Binned, resampled: Binned) -> ErrorCurve:
        gaps = (seen.promised - seen.kept) / (len(again.groups) * parts)
        size = resampled.count.sum(axis=2, keepdims=True)
        noise = _unshrunk(seen) * ((resampled.promised - resampled.kept) / size - gaps)
        worlds = [np.abs(factor * gaps + noise).sum(axis=(1, 2)) for factor in FACTORS]
        values = np.abs(gaps).sum(axis=1)
        return ErrorCurve(values, values, np.stack(worlds, axis=1), gaps_of(gaps, noise))

    return joined(curve(*sums) for sums in _binned(place, promised, kept, again))


def squared_curve(place: np.ndarray, promised: np.ndarray, kept: np.ndarray, again: Resampling) -> ErrorCurve:
    """Return Σ n_bin/n (gap² − ȳ(1 − ȳ)/(n_bin − 1)), the debiased squared L2 error of Kumar et al. 2019.

    gap is mean probability − mean outcome ȳ of a bin (definition 5.2). Below 0 as often as above for a
    calibrated classifier; its root, floored at 0, is the L2 calibration error. Of members, with its worlds;
    arguments [members, examples].
    """

    def curve(seen: Binned, resampled: Binned) -> ErrorCurve:
        gap, share, noise = _gaps(seen)
        other_gap, other_share, other_noise = _gaps(resampled)
        moved, bias = _unshrunk(seen) * (other_gap - gap), other_noise.sum(axis=(1, 2))
        worlds = [(other_share * (factor * gap + moved) ** 2).sum(axis=(1, 2)) - bias for factor in FACTORS]
        squared = (share * gap**2).sum(axis=1)
        signed = gaps_of(np.sqrt(share) * gap, np.sqrt(other_share) * moved)
        return ErrorCurve(squared - noise.sum(axis=1), squared, np.stack(worlds, axis=1), signed)

    return joined(curve(*sums) for sums in _binned(place, promised, kept, again))


def joined(curves: Iterable[ErrorCurve]) -> ErrorCurve:
    """Return the curves of several groups of members as one."""
    return reduce(
        lambda one, other: ErrorCurve(
            np.concatenate([one.values, other.values]),
            np.concatenate([one.gaps, other.gaps]),
            one.worlds + other.worlds,
            joined_gaps(one.signed, other.signed),
        ),
        curves,
    )


def measured_error(curve: ErrorCurve, again: Resampling, *, level: float) -> Measured:
    """Return the mean error over members with its interval over examples and, for several members, starts.

    The interval is for the error itself, which a plug-in value exceeds by its bias: where the value lies
    above what could be true, the upper end is the value.
    """
    value, truth = float(curve.values.mean()), float(curve.gaps.mean())
    ends = _over_examples(curve, again, (value, value), truth=truth, level=level)
    return _over_both(value, ends, truth, curve, level)


def measured_root(curve: ErrorCurve, again: Resampling, *, level: float) -> Measured:
    """Return the root of the mean squared error over members, floored at 0, with its interval.

    The mean over members is taken of the debiased squares, before the floor: noise that is floored no longer
    cancels.
    """
    squared = float(curve.values.mean())
    value, truth = max(0.0, squared) ** 0.5, float(curve.gaps.mean()) ** 0.5
    ends = _over_examples(curve, again, (squared, value), truth=truth, level=level)
    return _over_both(value, ends, truth, curve, level)


def _over_examples(
    curve: ErrorCurve, again: Resampling, seen: tuple[float, float], *, truth: float, level: float
) -> tuple[float, float, float]:
    """Return low end, middle and high end for these members; the middle is what is seen less its bias.

    `seen`: mean of the curve's values, and the error that it stands for. `truth`: the error in the world of
    factor 1.
    """
    mean, value = seen
    worlds = curve.worlds / len(curve.values)
    low, middle, high = np.quantile(worlds, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    # An error cannot be below 0, so a debiased value below 0 says no more than 0 would.
    least, most = _crossing(high, mean), _crossing(low, max(0.0, mean))
    varies = bool(np.ptp(curve.worlds[:, -1]) > 0)
    upper = most * truth if varies else value + wilson(0, len(again.groups), level)[1]
    return least * truth, _crossing(middle, max(0.0, mean)) * truth, upper


def _over_both(
    value: float, ends: tuple[float, float, float], truth: float, curve: ErrorCurve, level: float
) -> Measured:
    """Join what other members would add to the interval for these, and let it hold the value."""
    least, middle, most = ends
    down, up = (truth * reach for reach in relative_reach(curve.signed, level))
    low, high = middle - float(np.hypot(middle - least, down)), middle + float(np.hypot(most - middle, up))
    return Measured(value, max(0.0, min(low, value)), max(high, value))


def _crossing(ends: np.ndarray, value: float) -> float:
    """Return the factor at which the tail's end, increasing with the factor, first reaches `value`."""
    rising = np.maximum.accumulate(ends)
    return float(np.interp(value, rising, FACTORS))


def _binned(
    place: np.ndarray, promised: np.ndarray, kept: np.ndarray, again: Resampling
) -> Iterator[tuple[Binned, Binned]]:
    """Yield the sums as seen and as resampled, a few members at a time."""
    for part in slices(len(place), MEMBERS_AT_ONCE):
        table = _grouped(place[part], promised[part], kept[part], again)
        resampled = again.sums(table.reshape(3, table.shape[1], -1))
        yield Binned(*table.sum(axis=1)), Binned(*resampled.reshape(3, len(again.weights), *table.shape[2:]))


def _grouped(place: np.ndarray, promised: np.ndarray, kept: np.ndarray, again: Resampling) -> np.ndarray:
    """Return count, promised and kept in each cell [3, groups, members, bins]."""
    bins, groups = int(place.max()) + 1, again.weights.shape[1]
    table = np.empty((3, groups, len(place), bins))
    start = bins * (again.groups if place.ndim == 2 else again.groups[:, None])
    for member, own in enumerate(place):
        cell = (start + own).ravel()
        for row, weights in enumerate((None, promised[member].ravel(), kept[member].ravel())):
            sums = np.bincount(cell, weights=weights, minlength=groups * bins)
            table[row, :, member] = sums.reshape(groups, bins)
    return table


def _unshrunk(seen: Binned) -> np.ndarray:
    """Return √(n/(n − 1)) of each bin: what is drawn again varies that much less than what is new."""
    return np.sqrt(seen.count / np.maximum(seen.count - 1, 1))


def _gaps(sums: Binned) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return gap, share of examples and share · variance of the gap, of each bin; 0 for an empty bin."""
    count = np.maximum(sums.count, 1)
    outcome = sums.kept / count
    share = sums.count / sums.count.sum(axis=-1, keepdims=True)
    variance = outcome * (1 - outcome) / np.maximum(count - 1, 1)
    return (sums.promised - sums.kept) / count, share, share * variance
