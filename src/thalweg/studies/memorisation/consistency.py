"""How well an example is known to members that never saw it, over training sets of many sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thalweg.statistics.share_differences import mean_of_shares, share_variance
from thalweg.studies.tallies import Tallies


@dataclass(frozen=True, eq=False)
class Consistency:
    """The C-score of every example, 0..1 [examples], with its interval over members (`low` to `high`, 95 %).

    `standard_error`: how sharp it is.
    `shares`: of the examples that members trained on. `accuracy_out` [shares]: mean over examples of the
    accuracy of members that left them out.
    """

    shares: tuple[float, ...]
    scores: np.ndarray
    low: np.ndarray
    high: np.ndarray
    standard_error: np.ndarray
    accuracy_out: np.ndarray


def consistency(tallies: Sequence[Tallies]) -> Consistency:
    """Return the mean over subset shares of the held-out accuracy of every example, one tally a share.

    Jiang, Zhang, Talwar & Mozer, *Characterizing structural regularities of labeled data in overparameterized
    models* (2021), equation 3: the expectation over the size of the training set is a plain mean.
    """
    accuracy = np.stack([found.counts.accuracy_out for found in tallies])
    variance = np.stack([share_variance(found.right_out, found.times_out) for found in tallies])
    return Consistency(
        tuple(found.share for found in tallies),
        accuracy.mean(axis=0),
        *mean_of_shares([(found.right_out, found.times_out) for found in tallies]),
        np.sqrt(variance.sum(axis=0)) / len(tallies),
        accuracy.mean(axis=1),
    )
