"""A number with its interval, and its words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

Interval = tuple[float, float]
"""Lower and upper end of a confidence interval, in the unit of the number it belongs to."""

MOST_DECIMALS = 3
"""Of a percentage with an interval; more only where its ends would be the same number."""
LAST_DECIMALS = 9
UNDEFINED = "undefined"
"""What is said of a number that is not a number."""


@dataclass(frozen=True)
class Measured:
    """A number and the ends of its interval.

    `value` is NaN where it is undefined; `low` and `high` are None where no interval can be had. `caveat`:
    where intervals like this one were measured to hold the truth less or more often than they promise, in
    words (`statistics.caveats`); it is no part of the number, so two numbers are equal without it.
    """

    value: float
    low: float | None = None
    high: float | None = None
    caveat: str = field(default="", compare=False, repr=False, kw_only=True)

    @staticmethod
    def of(value: float, interval: Interval | None, caveat: str = "") -> Measured:
        """Join a value, an interval that may be undefined (None), and what is to be said of that."""
        return Measured(value) if interval is None else Measured(value, *interval, caveat=caveat)

    @staticmethod
    def read(entry: Any) -> Measured:
        """Read `{"value": v, "interval": [lo, hi]}`, a plain number, or None (undefined)."""
        if not isinstance(entry, Mapping):
            return Measured(math.nan if entry is None else float(entry))
        value = Measured.read(entry["value"]).value
        return Measured.of(value, entry.get("interval") or None, entry.get("caveat", ""))

    @property
    def interval(self) -> Interval | None:
        """(low, high), or None where undefined."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    def tells_from(self, value: float) -> bool:
        """Whether the interval leaves `value` out; a number without an interval tells nothing."""
        return self.low is not None and self.high is not None and not self.low <= value <= self.high

    def times(self, factor: float) -> Measured:
        """Return it in a unit `factor` times smaller; below zero, the interval is turned round with it."""
        if self.interval is None:
            return Measured(factor * self.value)
        low, high = sorted(factor * end for end in self.interval)
        return replace(self, value=factor * self.value, low=low, high=high)

    def __neg__(self) -> Measured:
        return self.times(-1)

    def to_json(self) -> dict[str, Any]:
        """Return `{"value": v, "interval": [lo, hi]}`, either None where undefined; and a `caveat` if any."""
        said = {"caveat": self.caveat} if self.caveat else {}
        return to_plain({"value": self.value, "interval": self.interval, **said})

    def percent(self, *, gap: str = " ", bracket: bool = True) -> str:
        """Return a share 0..1 as `96.5 % [96.2, 96.8]`, with more decimals where the interval is narrow.

        `gap` stands before the interval, which is left out without a `bracket`. A share so near to 0 or 1
        that all of it would be rounded to a point is `under 0.001 %` or `over 99.999 %`; elsewhere there are
        as many decimals as tell the ends of an interval apart.

        Examples:
            >>> from thalweg.measured import Measured
            >>> Measured(0.99999, 0.99998, 1.0).percent()
            '99.999 % [99.998, 100.000]'
            >>> Measured(1 - 1e-9, 1 - 1e-8, 1.0).percent()
            'over 99.999 %'
        """
        if (extreme := self._extreme()) is not None:
            return extreme
        decimals = _decimals(self.interval)
        return self.times(100)._said(lambda end: _rounded(end, decimals), " %", gap=gap, bracket=bracket)

    def points(self, decimals: int = 1) -> str:
        """Return a difference of shares in percentage points, `1.7 points [1.4, 2.0]`."""
        return self.times(100)._said(lambda end: _rounded(end, decimals), " points")

    def plain(self, decimals: int = 2) -> str:
        """Return the number in its own unit, `3.21 [3.05, 3.37]`."""
        return self._said(lambda end: _rounded(end, decimals))

    def significant(self, digits: int = 3) -> str:
        """Return a number of any size with so many significant digits, `0.0395 [0.0391, 0.0399]`."""
        return self._said(lambda end: _significant(end, digits))

    def __str__(self) -> str:
        return self.percent()

    def _extreme(self) -> str | None:
        """Return what is said of a share of which interval and all are 0, or 1, but for rounding; else None.

        Such a number is not known to be 0 or 1: it may be a mean of probabilities that single precision
        rounds, to exactly 1 too. Exactly 0 it does not round to.
        """
        least = 10.0 ** -(MOST_DECIMALS + 2)
        if self.interval is None or math.isnan(self.value):
            return None
        shares = (self.value, *self.interval)
        if max(shares) > 0 and all(0 <= share < least / 2 for share in shares):
            return f"under {100 * least:.{MOST_DECIMALS}f} %"
        if all(1 - least / 2 < share <= 1 for share in shares):
            return f"over {100 * (1 - least):.{MOST_DECIMALS}f} %"
        return None

    def _said(
        self, said: Callable[[float], str], unit: str = "", *, gap: str = " ", bracket: bool = True
    ) -> str:
        if math.isnan(self.value):
            return UNDEFINED
        number = f"{said(self.value)}{unit}"
        if self.interval is None or not bracket:
            return number
        return f"{number}{gap}[{', '.join(map(said, self.interval))}]"


def as_percent(value: float, interval: Interval | None = None, *, gap: str = " ") -> str:
    """Say a share 0..1 as `Measured.percent` does, without an interval where that is None."""
    return Measured.of(value, interval).percent(gap=gap)


def as_plain(value: float, interval: Interval | None = None, *, decimals: int = 2) -> str:
    """Say a number in its own unit as `Measured.plain` does, without an interval where that is None."""
    return Measured.of(value, interval).plain(decimals)


def as_significant(value: float, *, digits: int = 3) -> str:
    """Say a bare number as `Measured.significant` does."""
    return Measured(value).significant(digits)


def to_plain(value: Any) -> Any:
    """Return `value` in pure JSON types: NumPy unwrapped, tuples as lists, NaN and infinity as None.

    What has a `to_json()` says itself what it is. Raises `TypeError` for what has no such form.
    """
    if isinstance(value, Mapping):
        return {str(key): to_plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return to_plain(value.tolist())
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | bool | int):
        return value
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, Iterable):
        return [to_plain(entry) for entry in value]
    raise TypeError(f"{type(value).__name__} has no JSON form: {value!r}")


def _rounded(value: float, decimals: int) -> str:
    # `-0.0` in a table makes a reader look for a sign that is not there.
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _significant(value: float, digits: int) -> str:
    return "0" if value == 0 else f"{value:#.{digits}g}".removesuffix(".")


def _decimals(interval: Interval | None) -> int:
    """Return how many decimals of a percentage an interval of shares leaves a meaning."""
    if interval is None:
        return 1
    width = 100 * (interval[1] - interval[0])
    if width >= 0.2 or width == 0:
        return 1
    if width >= 0.02:
        return 2
    low, high = (100 * end for end in interval)
    for decimals in range(MOST_DECIMALS, LAST_DECIMALS):
        if _rounded(low, decimals) != _rounded(high, decimals):
            return decimals
    return MOST_DECIMALS
