"""Which costs are zero as far as the numbers that networks are trained with can tell."""

from __future__ import annotations

import numpy as np


def is_rounding(cost: float, name: str) -> bool:
    """Return whether a cost is zero, as far as numbers of 32 bits can tell.

    What such costs differ by, and where their slope points, is rounding: nothing is concluded from either.

    Args:
        cost: the mean over examples, any penalty included.
        name: of the cost, "quadratic", "cross-entropy" or "binary-cross-entropy".

    Examples:
        >>> from thalweg.statistics.rounding import is_rounding
        >>> is_rounding(1e-9, "cross-entropy"), is_rounding(1e-9, "quadratic")
        (True, False)
    """
    smallest = float(np.finfo(np.float32).eps)
    # an activation is exact to so much; the quadratic cost squares what it is off by
    return cost < (smallest**2 if name == "quadratic" else smallest)
