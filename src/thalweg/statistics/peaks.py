"""Whether a curve rises and falls again, and by how much: of curves that are known with intervals.

The highest of many noisy points always stands above its neighbours. So a peak is shown only where intervals
that hold together say so: the point lies above one before it and above one after it. Its height is how far it
stands above what is lowest on either side before the curve rises beyond it, seen from the side where it
stands less high: the prominence of a summit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.components import components
from thalweg.statistics.intervals import crossed, student_mean
from thalweg.statistics.shares import examples_share
from thalweg.statistics.simultaneous import level_of_each

PEAK, NONE, OPEN = "peak", "no peak", "open"


@dataclass(frozen=True)
class Peak(Entry):
    """The highest point within a window. `at`, `before` and `after`: places on the curve, from 0.

    `before` and `after`: the lowest points on either side, not beyond a higher one. `height`: by how much
    `at` lies above the higher of these two, in the unit of the curve; its interval holds whichever points it
    is of. It may be below 0: then there is none.
    """

    at: int
    before: int
    after: int
    height: Measured

    @property
    def shown(self) -> bool:
        """The rule, fixed before measuring: the interval of the height lies above 0."""
        return self.height.low is not None and self.height.low > 0

    @property
    def ruled_out(self) -> bool:
        """Whether even the largest height that the interval leaves is none."""
        return self.height.high is not None and self.height.high <= 0

    @property
    def verdict(self) -> str:
        """The rule, fixed before measuring: `peak` where shown, `no peak` where ruled out, else `open`."""
        return PEAK if self.shown else NONE if self.ruled_out else OPEN


def peak(
    means: Sequence[float],
    difference: Callable[[int, int], Measured],
    window: Sequence[int] | None = None,
) -> Peak | None:
    """Return the peak of a curve with these `means`, or None for fewer than three points.

    `difference(one, other)`: the mean at one place less that at another, with an interval; those of all pairs
    should hold together (`level_of_each(pairs)`), since the places are chosen by looking. `window`: places
    that the peak may stand at, all but the ends by default.

    Examples:
        >>> from thalweg.measured import Measured
        >>> from thalweg.statistics.peaks import peak
        >>> curve = [0.3, 0.1, 0.25, 0.05]
        >>> found = peak(curve, lambda a, b: Measured(curve[a] - curve[b], *(curve[a] - curve[b] + e for e in
        ...     (-0.1, 0.1))))
        >>> found.at, round(found.height.value, 2), found.shown
        (2, 0.15, True)
    """
    inner = [place for place in (window or range(len(means))) if 0 < place < len(means) - 1]
    if not inner:
        return None
    found = [_peak_at(place, means, difference) for place in inner]
    return max(found, key=lambda one: one.height.value)


def peak_of_tables(
    tables: Sequence[np.ndarray], window: Sequence[int] | None = None, *, curves: int = 1, level: float = 0.95
) -> tuple[Peak, float | None] | None:
    """Return the peak of a curve whose points are means of tables [members, examples], and whose luck it is.

    The second is the share of the variance of the height that new examples alone would bring; the rest is
    owed to new members. None: no place of the `window` has one on either side. Intervals are over members and
    examples, and hold together for all pairs of places of so many `curves`.
    """
    if window is not None and not window:
        return None
    each = level_of_each(curves * _pairs(len(tables)), level)
    gap = lambda one, other: tables[one].astype(np.float32) - tables[other].astype(np.float32)  # noqa: E731
    means = [float(table.mean(dtype=np.float64)) for table in tables]
    found = peak(means, lambda one, other: crossed(gap(one, other), each).measured, window)
    if found is None:
        return None
    higher = max((found.before, found.after), key=means.__getitem__)
    return found, examples_share(components(gap(found.at, higher)))


def peak_of_rows(rows: np.ndarray, *, curves: int = 1, level: float = 0.95) -> Peak | None:
    """Return the peak of the mean of curves, `rows` [members, places]; intervals over members, as above."""
    each = level_of_each(curves * _pairs(rows.shape[1]), level)
    difference = lambda one, other: student_mean(rows[:, one] - rows[:, other], each)  # noqa: E731
    return peak(list(rows.mean(axis=0)), difference)


def _pairs(points: int) -> int:
    return points * (points - 1) // 2


def _peak_at(at: int, means: Sequence[float], difference: Callable[[int, int], Measured]) -> Peak:
    before = _foot(at, range(at - 1, -1, -1), means)
    after = _foot(at, range(at + 1, len(means)), means)
    sides = difference(at, before), difference(at, after)
    lower = min(sides, key=lambda side: side.value)
    ends = [side.interval for side in sides if side.interval is not None]
    if len(ends) < 2:
        return Peak(at, before, after, Measured(lower.value))
    height = Measured(lower.value, min(low for low, _ in ends), min(high for _, high in ends))
    return Peak(at, before, after, height)


def _foot(at: int, side: range, means: Sequence[float]) -> int:
    """Return the lowest place of those on one `side`, nearest first, that come before a higher one."""
    reached = []
    for place in side:
        if means[place] > means[at]:
            break
        reached.append(place)
    return min(reached or side[:1], key=means.__getitem__)
