"""Roots of functions, by scipy: a third of a second to import, which only who looks for one waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def brentq(function: Callable[[float], float], low: float, high: float, **options: Any) -> float:
    """Return where `function` is 0 between `low` and `high`, by Brent's method; `options` as of scipy's."""
    from scipy.optimize import brentq as find

    return float(find(function, low, high, **options))  # type: ignore[arg-type]


def bisect(function: Callable[[float], float], low: float, high: float, **options: Any) -> float:
    """Return the same by halving, for functions with steps."""
    from scipy.optimize import bisect as find

    return float(find(function, low, high, **options))  # type: ignore[arg-type]
