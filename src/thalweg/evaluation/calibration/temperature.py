"""Temperature scaling: one number that makes a classifier less (or more) sure without changing an answer.

Guo, Pleiss, Sun & Weinberger (ICML 2017, equation 9): probabilities proportional to exp(logits / T), with T
the minimiser of the negative log-likelihood on held-out examples. Only differences of logits matter, so
log p serves as well as logits do, and any classifier that gives probabilities can be scaled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.evaluation.calibration.proper_scores import SMALLEST, of_label

COLDEST, HOTTEST = 0.05, 100.0
"""Range of temperatures: held-out examples that are all named rightly would ask for T = 0."""
STEPS = 60
TOLERANCE = 1e-10
FLAT = 1e-12  # a likelihood so flat has no minimum that the examples could tell


@dataclass(frozen=True, eq=False)
class FittedTemperature:
    """Temperatures [members], and each held-out example's pull on them.

    `influence` [members, examples]: the first-order change of T by weight on that example, times the number
    of examples; its mean is 0, and T + influence is a table whose spread is that of T. Zero where the
    examples do not determine T: it stopped at the end of its range (`at_limit` [members]).
    """

    temperatures: np.ndarray
    influence: np.ndarray
    at_limit: np.ndarray


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> FittedTemperature:
    """Return for each member the temperature in [0.05, 100] with the smallest negative log-likelihood.

    `probabilities` [members, examples, classes]. The likelihood is convex in 1/T; a member at a time is
    solved by Newton's method kept inside a bracket.
    """
    fits = [_fit_one(member, labels) for member in probabilities]
    columns = zip(*fits, strict=True)
    temperatures, influence, at_limit = (np.array(column) for column in columns)
    return FittedTemperature(temperatures, influence.astype(np.float32), at_limit)


def scaled(probabilities: np.ndarray, temperatures: np.ndarray | float) -> np.ndarray:
    """Return p^(1/T), divided by its sum over classes, of `probabilities` [members, examples, classes].

    `temperatures` [members], or one for all.
    """
    colder = _log(probabilities) / np.reshape(np.asarray(temperatures, np.float64), (-1, 1, 1))
    return _softmax(colder)


def _fit_one(probabilities: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray, bool]:
    logits = _log(probabilities)
    low, high = 1 / HOTTEST, 1 / COLDEST
    pulls, curvature = _derivatives(logits, labels, inverse := 1.0)
    for _ in range(STEPS):
        slope = pulls.mean()
        if slope == 0:  # solved, or so sure and so right that nothing is left to learn
            break
        low, high = (inverse, high) if slope < 0 else (low, inverse)
        step = inverse - slope / curvature if curvature > 0 else low
        # Newton where it stays inside; else the middle of the bracket on the scale of log T.
        following = step if low < step < high else float(np.sqrt(low * high))
        moved, inverse = abs(following - inverse), following
        pulls, curvature = _derivatives(logits, labels, inverse)
        if moved <= TOLERANCE * inverse:
            break
    at_limit = curvature < FLAT or not 1.001 / HOTTEST < inverse < 0.999 / COLDEST
    # d T = −T² d(1/T), and d(1/T) = −pull / curvature.
    influence = np.zeros(len(labels)) if at_limit else pulls / (curvature * inverse**2)
    return 1 / inverse, influence, at_limit


def _derivatives(logits: np.ndarray, labels: np.ndarray, inverse: float) -> tuple[np.ndarray, float]:
    """Return each example's derivative of −log p[label] by 1/T, and the mean second derivative."""
    weights = _softmax(logits * inverse)
    expected = np.einsum("nc,nc->n", weights, logits)
    squares = np.einsum("nc,nc,nc->n", weights, logits, logits)
    return expected - of_label(logits, labels), float((squares - expected**2).mean())


def _log(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(probabilities, SMALLEST), dtype=np.float64)


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
