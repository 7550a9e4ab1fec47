"""Scores that say how little an answer looks like one about a known class. Larger is more of an outlier.

From probabilities, so for any classifier: `maximum_probability`, `entropy`, `mutual_information`. From
logits: `maximum_logit`, `energy`. What is fitted to training examples first is in `outlier_detectors`.
Nothing here has a constant to tune.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, xlogy


@dataclass(frozen=True)
class Score:
    """What a score is, in words, and what it needs to be known of a classifier.

    `needs`: "probabilities", "members" (the probabilities of several), "network" (logits, features and the
    training split) or "inputs" (the training split alone: the classifier is not asked).
    """

    words: str
    needs: str


SCORES: Mapping[str, Score] = {
    "maximum_probability": Score("one minus the confidence", "probabilities"),
    "entropy": Score("the spread of the probabilities", "probabilities"),
    "mutual_information": Score("the disagreement of the networks", "members"),
    "maximum_logit": Score("the weakness of the strongest output", "network"),
    "energy": Score("the weakness of all outputs together", "network"),
    "clipped_energy": Score("the weakness of all outputs, hidden activations clipped", "network"),
    "mahalanobis": Score("the distance of hidden activations from their class", "network"),
    "relative_mahalanobis": Score(
        "the distance of hidden activations from their class, less that from all classes together", "network"
    ),
    "nearest_neighbour": Score(
        "the distance of hidden activations from the nearest training example", "network"
    ),
    "inputs": Score("the unlikeliness of the input itself, no network asked", "inputs"),
}
"""Every score by name, in the order in which they are shown."""


def maximum_probability(probabilities: np.ndarray) -> np.ndarray:
    """Return 1 − the largest of `probabilities` [..., classes] (Hendrycks & Gimpel, ICLR 2017).

    Added up from the other classes: 1 − p would round to zero for every answer that is surer than float32 can
    say, and leave nothing to compare.
    """
    others = np.array(probabilities)
    np.put_along_axis(others, others.argmax(axis=-1)[..., None], 0.0, axis=-1)
    return others.sum(axis=-1)


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """Return −Σ p ln p in nats over the last axis of `probabilities` [..., classes]."""
    return -xlogy(probabilities, probabilities).sum(axis=-1)


def mutual_information(mean_probabilities: np.ndarray, mean_entropy: np.ndarray) -> np.ndarray:
    """Return how much the members disagree, in nats: entropy of their mean less their mean entropy.

    `mean_probabilities` [examples, classes] and `mean_entropy` [examples] over members. Houlsby et al.,
    arXiv:1112.5745 (2011), equation 2, with members as draws of the weights.
    """
    return entropy(mean_probabilities) - mean_entropy


def maximum_logit(logits: np.ndarray) -> np.ndarray:
    """Return − the largest of `logits` [..., classes] (Hendrycks et al., ICML 2022)."""
    return -logits.max(axis=-1)


def energy(logits: np.ndarray) -> np.ndarray:
    """Return −ln Σ exp z over the last axis of `logits` (Liu et al., NeurIPS 2020, equation 4, T = 1)."""
    return -logsumexp(logits, axis=-1)
