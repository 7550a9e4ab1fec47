"""A number with its interval, and its words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Interval = tuple[float, float]
"""Lower and upper end of a confidence interval, in the unit of the number it belongs to."""


@dataclass(frozen=True)
class Measured:
    """A number and the ends of its interval; `low` and `high` are None where no interval can be had.

    Raises nothing: `value` may be None-like only by not being measured at all, so it is always a float.
    """

    value: float
    low: float | None = None
    high: float | None = None

    @staticmethod
    def of(value: float, interval: Interval | None) -> Measured:
        """Join a value and an interval that may be undefined (None)."""
        return Measured(value) if interval is None else Measured(value, *interval)

    @property
    def interval(self) -> Interval | None:
        """(low, high), or None where undefined."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    def to_json(self) -> dict[str, Any]:
        """Return `{"value": v, "interval": [lo, hi]}`; the interval is None where undefined."""
        return to_plain({"value": self.value, "interval": self.interval})

    def percent(self) -> str:
        """Return the number as a percentage, `96.5 % [96.2, 96.8]`."""
        return as_percent(self.value, self.interval)

    def plain(self, decimals: int = 2) -> str:
        """Return the number in its own unit, `3.21 [3.05, 3.37]`."""
        return as_plain(self.value, self.interval, decimals=decimals)

    def __str__(self) -> str:
        return self.percent()


def as_percent(value: float, interval: Interval | None = None, *, gap: str = " ") -> str:
    """Format a share 0..1 as `96.5 % [96.2, 96.8]`, with more decimals where the interval is narrow.

    `gap` stands between the number and the interval. An interval of None is left out.
    """
    decimals = _decimals(None if interval is None else (100 * (interval[1] - interval[0])))
    number = f"{100 * value:.{decimals}f} %"
    if interval is None:
        return number
    low, high = (_unsigned_zero(100 * end, decimals) for end in interval)
    return f"{number}{gap}[{low}, {high}]"


def as_plain(value: float, interval: Interval | None = None, *, decimals: int = 2) -> str:
    """Format a number in its own unit as `3.21 [3.05, 3.37]`; an interval of None is left out."""
    if interval is None:
        return f"{value:.{decimals}f}"
    low, high = (_unsigned_zero(end, decimals) for end in interval)
    return f"{value:.{decimals}f} [{low}, {high}]"


def _unsigned_zero(value: float, decimals: int) -> str:
    # `-0.0` in a table makes a reader look for a sign that is not there.
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _decimals(width_in_points: float | None) -> int:
    if width_in_points is None or width_in_points >= 0.2 or width_in_points == 0:
        return 1
    return 2 if width_in_points >= 0.02 else 3


def to_plain(value: Any) -> Any:
    """Return `value` in pure JSON types: NumPy unwrapped, tuples as lists, NaN and infinity as None."""
    if isinstance(value, Measured):
        return value.to_json()
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
    if isinstance(value, Iterable):
        return [to_plain(entry) for entry in value]
    raise TypeError(f"{type(value).__name__} has no JSON form: {value!r}")
