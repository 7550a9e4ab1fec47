"""Every way to sort the classes into two groups: does the variance over runs follow from the error?

Where a vote of many runs is calibrated and runs err independently, an example that a share p of them calls
"first" is of the first group with chance p: a run errs on it with 2 p (1 - p), and varies by p (1 - p). So
over n examples the accuracy of runs varies by error / 2n (Jordan 2023, arXiv 2304.01910, whose fourth version
has a formula for binary tasks; as quoted by others, with R2 = .996 over 511 tasks made of CIFAR-10). Here a
network that tells all classes says which group it means by the class that it answers; whether his were
trained for each task we do not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.quantiles import student_quantile

MOST_TASKS = 511
"""Ten classes make so many; of more classes so many are drawn."""

PUBLISHED_R2 = 0.996


@dataclass(frozen=True, eq=False)
class BinaryTasks(Entry, aside=("predicted", "seen")):
    """What the law foretells for each task and what was seen: variances of accuracy over runs [tasks].

    `slope`: seen as a multiple of foretold, least squares through 0, with its interval over starts at the
    level asked for. `r2`: share of the tasks' variance that the law itself explains, nothing fitted, with its
    95 % interval over starts; None for one task. `line`: the same share for the best straight line, which a
    law that is off by a factor has as well.
    """

    tasks: int
    slope: Measured
    r2: Measured | None
    line: float | None
    predicted: np.ndarray
    seen: np.ndarray

    @property
    def holds(self) -> bool:
        """The rule, fixed before measuring: the law holds where the interval of the slope holds 1."""
        return not self.slope.tells_from(1.0)

    def content(self) -> dict[str, object]:
        """Return the numbers, and whether the law holds."""
        return {**super().content(), "holds": self.holds}


def groupings(classes: int, seed: int = 0) -> np.ndarray:
    """Return which classes are of the second group, bool [tasks, classes]; the first class never is.

    All 2^(classes - 1) - 1 ways, or `MOST_TASKS` drawn of them.

    Examples:
        >>> from thalweg.statistics.binary_tasks import groupings
        >>> groupings(3).astype(int).tolist()
        [[0, 1, 0], [0, 0, 1], [0, 1, 1]]
        >>> len(groupings(10))
        511
    """
    if 2 ** (classes - 1) - 1 <= MOST_TASKS:
        codes = np.arange(1, 2 ** (classes - 1))
        others = (codes[:, None] >> np.arange(classes - 1)) % 2 == 1
    else:
        drawn = np.random.default_rng([seed, classes]).random((4 * MOST_TASKS, classes - 1)) < 0.5
        others = np.unique(drawn[drawn.any(axis=1)], axis=0)[:MOST_TASKS]
    return np.concatenate([np.zeros((len(others), 1), bool), others], axis=1)


def accuracies(predicted: np.ndarray, labels: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the accuracy of every member at every task [members, tasks].

    `predicted` [members, examples] and `labels` [examples]: classes; `groups` bool [tasks, classes].
    """
    classes = groups.shape[1]
    cells = labels.astype(np.int64) * classes + predicted.astype(np.int64)
    counts = np.stack([np.bincount(row, minlength=classes**2) for row in cells])
    together = groups[:, :, None] == groups[:, None, :]
    return counts @ together.reshape(len(groups), -1).T.astype(np.float64) / len(labels)


def binary_tasks(
    predicted: np.ndarray, labels: np.ndarray, groups: np.ndarray, level: float = 0.95
) -> BinaryTasks | None:
    """Hold the law against every task; None where no member ever errs, or all err alike.

    Arguments as of `accuracies`; `level`: of the slope's interval. Intervals are over starts, by leaving out
    one member at a time (the jackknife; of the slope's logarithm).
    """
    right = accuracies(predicted, labels, groups)
    members, tasks = right.shape
    means, variances = right.mean(axis=0), right.var(axis=0, ddof=1)
    slope, r2 = _against(1 - means, variances, len(labels))
    if not slope > 0:
        return None
    squares = (right - means) ** 2
    left_out = ((members - 1) * variances - members / (members - 1) * squares) / (members - 2)
    errors = 1 - (members * means - right) / (members - 1)
    slopes, shares = np.transpose([_against(*one, len(labels)) for one in zip(errors, left_out, strict=True)])
    error = _jackknife(np.log(np.maximum(slopes, 1e-12)))
    reach = student_quantile(level, members - 1) * error
    explained = None
    if tasks > 1:
        around = student_quantile(0.95, members - 1) * _jackknife(shares)
        explained = Measured(r2, r2 - around, min(1.0, r2 + around))
    found = Measured(slope, exp(log(slope) - reach), exp(log(slope) + reach))
    foretold = (1 - means) / (2 * len(labels))
    line = float(np.corrcoef(foretold, variances)[0, 1] ** 2) if tasks > 1 and np.ptp(foretold) > 0 else None
    return BinaryTasks(tasks, found, explained, line, foretold, variances)


def _against(errors: np.ndarray, variances: np.ndarray, examples: int) -> tuple[float, float]:
    """Return slope and R2 of variances against error / 2n."""
    foretold = errors / (2 * examples)
    square, spread = float(foretold @ foretold), float(np.sum((variances - variances.mean()) ** 2))
    slope = float(variances @ foretold) / square if square > 0 else 0.0
    return slope, 1 - float(np.sum((variances - foretold) ** 2)) / spread if spread > 0 else 0.0


def _jackknife(values: np.ndarray) -> float:
    return sqrt((len(values) - 1) * float(np.var(values)))
