"""Where a curve with intervals falls below a level: what is known of it, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from thalweg.measured import Measured
from thalweg.record import Entry


@dataclass(frozen=True)
class Crossing(Entry):
    """Where a curve falls below a level for good.

    `at`: where its values do, between two places on logarithmic scales; None where they do not, or never lie
    above. `above`: the last place where the whole interval lies above the level, `below`: the first after it
    from which on whole intervals lie below; None where there is none. The curve crosses between the two.
    """

    at: float | None
    above: float | None
    below: float | None

    def said(self, unit: str) -> str:
        """Say it: between 64 and 256 `unit`."""
        if self.above is None and self.below is None:
            return "nowhere that could be told"
        if self.below is None:
            return f"beyond {self.above:g} {unit}"
        if self.above is None:
            return f"at or before {self.below:g} {unit}"
        return f"between {self.above:g} and {self.below:g} {unit}"


def crossing(places: Sequence[float], curve: Sequence[Measured], level: float) -> Crossing:
    """Return where `curve`, measured at rising `places` (above 0), falls below `level` (above 0).

    Intervals should hold together (`level_of_each`): then so does what is said of the crossing.

    Examples:
        >>> from thalweg.measured import Measured
        >>> from thalweg.statistics.crossings import crossing
        >>> curve = [Measured(4.0, 3.0, 5.0), Measured(1.0, 0.8, 1.2), Measured(0.25, 0.2, 0.3)]
        >>> found = crossing([16, 64, 256], curve, 1.0)
        >>> round(found.at), found.said("neurons")
        (64, 'between 16 and 256 neurons')
    """
    above = [place for place, one in zip(places, curve, strict=True) if _low(one) > level]
    last = above[-1] if above else None
    below = None
    for place, one in reversed(list(zip(places, curve, strict=True))):
        if not _high(one) < level:
            break
        below = place
    return Crossing(_at(places, [one.value for one in curve], level), last, below)


def _low(one: Measured) -> float:
    return one.value if one.low is None else one.low


def _high(one: Measured) -> float:
    return one.value if one.high is None else one.high


def _at(places: Sequence[float], values: Sequence[float], level: float) -> float | None:
    """Return where the values cross for the last time, on logarithmic scales."""
    found = None
    for place in range(1, len(places)):
        before, after = values[place - 1], values[place]
        if before >= level > after:
            # a value of 0 has no logarithm: it is as far below as its own place
            share = 1.0 if after <= 0 else log(before / level) / log(before / after)
            first, second = log(places[place - 1]), log(places[place])
            found = exp(first + share * (second - first))
        elif before < level <= after:
            found = None
    return found
