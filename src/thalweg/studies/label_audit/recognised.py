"""Which classes the judges recognise: the labels of others say nothing, whatever the judges answer.

A class that judges name no more often where it stands than where it does not is one they cannot see: rare,
or not in the features at all. Each of its labels then differs from their answer, and none of that is about
labels.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import fisher_exact

LUCK = 0.025
"""How often classes that mean nothing may pass as recognised, all classes of a data set together."""


def recognised(chosen: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return which classes are named more often for their own labels than for others, bool [classes].

    `chosen` and `labels` int [examples]: what judges answer to examples that they did not learn from, and
    the labels. Fisher's exact test, one-sided, shared among the classes (Bonferroni).
    """
    total, own = np.bincount(labels, minlength=classes), np.bincount(chosen, minlength=classes)
    both = np.bincount(labels[chosen == labels], minlength=classes)
    tables = [
        [[right, of - right], [named - right, len(labels) - of - named + right]]
        for right, of, named in zip(both, total, own, strict=True)
    ]
    luck = [fisher_exact(table, alternative="greater")[1] for table in tables]
    return np.array(luck) <= LUCK / classes
