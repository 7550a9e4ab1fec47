"""How members differ in calibration, and what that makes of an error that is a mean over them.

The error of a member is the length of a vector: its gaps, bin by bin. Members that are as often too sure as
too doubtful have a mean gap of 0 and a large mean error, and a few of them may all happen to be nearly right;
so the lengths alone tell too little of how long other members' would be. The vectors tell more. Their mean
square is the square of the mean gap plus the variance between members, and as gaps are close to normal, the
interval of the first is Student's and of the second that of a variance (chi-squared); as squares joined
(Graybill & Wang, JASA 75, 1980, for sums of variances).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.statistics.quantiles import student_quantile


@dataclass(frozen=True, eq=False)
class Gaps:
    """Sums over `members` of gaps, as seen and as resampling moves them.

    `total` [bins], `moved` [repeats, bins]; `squares` and `moved_squares` [repeats]: of all bins together.
    """

    members: int
    total: np.ndarray
    squares: float
    moved: np.ndarray
    moved_squares: np.ndarray


def gaps_of(gaps: np.ndarray, moved: np.ndarray) -> Gaps:
    """Return the sums of `gaps` [members, bins] and of their movements `moved` [repeats, members, bins]."""
    squares = np.einsum("rmb,rmb->r", moved, moved)
    return Gaps(len(gaps), gaps.sum(axis=0), float((gaps**2).sum()), moved.sum(axis=1), squares)


def joined_gaps(one: Gaps, other: Gaps) -> Gaps:
    """Return the sums over the members of both; bins that one of them has not are empty there."""
    return Gaps(
        one.members + other.members,
        _sum(one.total, other.total),
        one.squares + other.squares,
        _sum(one.moved, other.moved),
        one.moved_squares + other.moved_squares,
    )


def relative_reach(gaps: Gaps, level: float) -> tuple[float, float]:
    """Return how far down and up the mean length of other members' gaps may be, as shares of that seen.

    The seen length is that of the gaps with their noise, so a share is small where noise is most of them.
    0 for one member, and where members do not differ by more than noise makes them.
    """
    members = gaps.members
    if members < 2 or gaps.squares <= 0:
        return 0.0, 0.0
    seen = (gaps.squares - (gaps.total**2).sum() / members) / (members - 1)
    noise = (gaps.moved_squares - (gaps.moved**2).sum(axis=1) / members) / (members - 1)
    between = max(0.0, float(seen - noise.mean()))
    # The noise that members share is in their mean gap, and counted with the examples.
    mean = max(0.0, (gaps.squares - float(gaps.moved_squares.mean())) / members - between)
    whole = mean + between
    if between <= 0:
        return 0.0, 0.0
    from scipy.stats import chi2  # half a second to import

    freedom, tail = members - 1, (1 - level) / 2
    step = student_quantile(level, freedom) * (between / members) ** 0.5
    root = mean**0.5
    largest, smallest = (freedom / float(chi2.ppf(share, freedom)) for share in (tail, 1 - tail))
    up = np.hypot((root + step) ** 2 - mean, between * (largest - 1))
    down = np.hypot(mean - max(0.0, root - step) ** 2, between * (1 - smallest))
    length = (gaps.squares / members) ** 0.5
    low, high = max(0.0, whole - float(down)) ** 0.5, (whole + float(up)) ** 0.5
    return (whole**0.5 - low) / length, (high - whole**0.5) / length


def _sum(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    bins = max(one.shape[-1], other.shape[-1])
    one, other = (
        np.pad(table, [(0, 0)] * (table.ndim - 1) + [(0, bins - table.shape[-1])]) for table in (one, other)
    )
    return one + other
