"""Numbers with their intervals, read from records and put into words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Number:
    """A measured number; NaN where it is undefined, `low` and `high` None where no interval can be had."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """(low, high), or None."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    def times(self, factor: float) -> Number:
        """Return it in a unit `factor` (above zero) times smaller."""
        if self.low is None or self.high is None:
            return Number(factor * self.value)
        return Number(factor * self.value, factor * self.low, factor * self.high)

    def __neg__(self) -> Number:
        if self.low is None or self.high is None:
            return Number(-self.value)
        return Number(-self.value, -self.high, -self.low)


def number(entry: Any) -> Number:
    """Read `{"value": v, "interval": [lo, hi]}`, a plain number, or None (undefined)."""
    if isinstance(entry, Mapping):
        low, high = entry.get("interval") or (None, None)
        return Number(_finite(entry["value"]), low, high)
    return Number(_finite(entry))


def numbers(entries: Iterable[Any]) -> list[Number]:
    """Read each of `entries` as `number` does."""
    return [number(entry) for entry in entries]


def _finite(value: Any) -> float:
    return math.nan if value is None else float(value)


def percent(measured: Number | float, *, bracket: bool = True) -> str:
    """Format a share 0..1 as `96.5 % [96.2, 96.8]`, with more decimals where the interval is narrow."""
    measured = measured if isinstance(measured, Number) else Number(measured)
    if math.isnan(measured.value):
        return "undefined"
    decimals = _decimals(measured.interval)
    text = f"{_signless(100 * measured.value, decimals)} %"
    if measured.interval is None or not bracket:
        return text
    low, high = (_signless(100 * end, decimals) for end in measured.interval)
    return f"{text} [{low}, {high}]"


def points(measured: Number, *, decimals: int = 1) -> str:
    """Format a difference of shares in percentage points, `1.7 points [1.4, 2.0]`."""
    value, *interval = plain(measured.times(100), decimals=decimals).split(" ", 1)
    return " ".join([value, "points", *interval])


def plain(measured: Number | float, *, decimals: int = 2) -> str:
    """Format a number in its own unit as `3.21 [3.05, 3.37]`."""
    measured = measured if isinstance(measured, Number) else Number(measured)
    if math.isnan(measured.value):
        return "undefined"
    text = _signless(measured.value, decimals)
    if measured.interval is None:
        return text
    low, high = (_signless(end, decimals) for end in measured.interval)
    return f"{text} [{low}, {high}]"


def significant(measured: Number | float, *, digits: int = 3) -> str:
    """Format a number of any size with `digits` significant digits, `0.0395 [0.0391, 0.0399]`."""
    measured = measured if isinstance(measured, Number) else Number(measured)
    if math.isnan(measured.value):
        return "undefined"
    text = _rounded(measured.value, digits)
    if measured.interval is None:
        return text
    low, high = (_rounded(end, digits) for end in measured.interval)
    return f"{text} [{low}, {high}]"


def _rounded(value: float, digits: int) -> str:
    return "0" if value == 0 else f"{value:#.{digits}g}".removesuffix(".")


def wilson(share: float, examples: int) -> Number:
    """Return `share` of `examples` with Wilson's 95 % interval (Journal of the ASA 22, 1927)."""
    if examples == 0:
        return Number(math.nan)
    square = 1.959964**2
    centre = (share + square / (2 * examples)) / (1 + square / examples)
    half = math.sqrt(square * share * (1 - share) / examples + square**2 / (4 * examples**2))
    half /= 1 + square / examples
    return Number(share, max(0.0, centre - half), min(1.0, centre + half))


def _signless(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _decimals(interval: tuple[float, float] | None) -> int:
    if interval is None:
        return 1
    width = 100 * (interval[1] - interval[0])
    if width >= 0.2 or width == 0:
        return 1
    return 2 if width >= 0.02 else 3
