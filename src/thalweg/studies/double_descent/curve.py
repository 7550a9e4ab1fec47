"""How the test cost changes with width and with epochs, and whether it has a peak."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thalweg.statistics.intervals import student_mean
from thalweg.statistics.peaks import peak_of_rows, peak_of_tables
from thalweg.statistics.simultaneous import level_of_each
from thalweg.studies.double_descent.record import Height, OverEpochs

WINDOW = (0.5, 2.0)
"""A peak is looked for where parameters are half to twice as many as examples times classes."""


def height_of(
    tables: Sequence[np.ndarray], enough: Sequence[float], *, curves: int, level: float = 0.95
) -> Height | None:
    """Return the peak of a curve whose values at each width are a table [members, examples].

    `enough`: parameters as a share of examples times classes, of each width. `curves`: how many such curves
    the intervals are to hold for together. None where no width is in the window with one on either side.
    """
    window = [place for place, share in enumerate(enough) if WINDOW[0] <= share <= WINDOW[1]]
    found = peak_of_tables(tables, window, curves=curves, level=level)
    return None if found is None else Height(*found)


def over_epochs(
    noise: float, width: int, epochs: Sequence[int], errors: np.ndarray, *, curves: int, level: float = 0.95
) -> OverEpochs:
    """Return what `errors` [members, epochs] tell of a peak over epochs; arguments as of `height_of`."""
    held = level_of_each(curves * len(epochs), level)
    means = tuple(student_mean(row, held) for row in errors.T)
    return OverEpochs(noise, width, tuple(epochs), means, peak_of_rows(errors, curves=curves, level=level))
