"""Proper scores: only honest probabilities minimise their mean (Gneiting & Raftery, JASA 102, 2007)."""

from __future__ import annotations

import numpy as np

SMALLEST = float(np.finfo(np.float32).tiny)
"""A probability below this (1.2e-38) counts as this: no zero costs more than 87.3 nats, and no float32
softmax is changed."""


def negative_log_likelihood(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return −ln p[label] in nats, float64 [..., examples], of `probabilities` [..., examples, classes].

    Also called log loss or cross-entropy. Probabilities below `SMALLEST` count as `SMALLEST`.
    """
    return -np.log(np.maximum(of_label(probabilities, labels), SMALLEST))


def brier_score(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return Σ over classes of (p[class] − [class is label])², float64 [..., examples], from 0 to 2.

    The sum over classes of Brier (Monthly Weather Review 78, 1950, equation 2); for two classes it is twice
    the score of the one class that some libraries print.
    """
    squares = np.einsum("...c,...c->...", probabilities, probabilities, dtype=np.float64)
    return squares - 2 * of_label(probabilities, labels) + 1


def of_label(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the probability of the true class, float64 [..., examples]."""
    return probabilities[..., np.arange(len(labels)), labels].astype(np.float64)
