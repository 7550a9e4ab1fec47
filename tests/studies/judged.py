"""Simulated answers to labels of which it is known who is wrong, for tests of an audit."""

from __future__ import annotations

import numpy as np
from scipy.special import softmax

from thalweg.data.label_noise import NoisyLabels, flip_labels


def simulated(
    seed: int,
    *,
    examples: int = 4000,
    classes: int = 5,
    flips: int,
    strength: float = 6.0,
    transition: np.ndarray | None = None,
) -> tuple[np.ndarray, NoisyLabels]:
    """Return out-of-sample answers [examples, classes] of learners of noisy labels, and those labels.

    Examples differ in how hard they are; answers are softened by the noise that was learned from.
    """
    generator = np.random.default_rng(seed)
    truth = generator.integers(classes, size=examples)
    noisy = flip_labels(truth, classes=classes, seed=seed, flips=flips, transition=transition)
    ease = strength * generator.gamma(2.0, 0.5, size=examples)
    logits = generator.normal(size=(examples, classes)) * 1.5
    logits[np.arange(examples), truth] += ease
    answers = softmax(logits, axis=1)
    rates = np.full((classes, classes), 1e-4)
    np.add.at(rates, (truth, noisy.labels), 1)
    return answers @ (rates / rates.sum(axis=1, keepdims=True)), noisy
