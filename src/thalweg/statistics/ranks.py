"""Ranks from 1, equal values sharing their mean rank.

As `scipy.stats.rankdata`, whose package takes half a second to import: every training would wait for it.
"""

from __future__ import annotations

import numpy as np


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each value among all of its column: float64, of the shape of `values`.

    Where one of a column is not a number, none of it has a rank (NaN).

    Examples:
        >>> import numpy as np
        >>> from thalweg.statistics.ranks import ranks
        >>> ranks(np.array([0.3, 0.1, 0.3]))
        array([2.5, 1. , 2.5])
    """
    values = np.asarray(values)
    if values.ndim > 1:
        columns = values.reshape(len(values), -1).T
        return np.stack([ranks(column) for column in columns], axis=1).reshape(values.shape)
    if np.isnan(values).any():
        return np.full(len(values), np.nan)
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place.reshape(-1)]
