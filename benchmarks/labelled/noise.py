"""Labels made wrong in four ways, known exactly."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from thalweg.data.label_noise import NoisyLabels, flip_labels, pairs

KINDS = ("uniform", "pairs", "one-sided", "hard")
RATES = (0.005, 0.03, 0.1, 0.3)
MOST_OF_A_CLASS = 0.4
"""Labels of one class that may be wrong on one side: beyond it the wrong name would be the right one."""


def made_wrong(inputs: np.ndarray, labels: np.ndarray, kind: str, rate: float, seed: int) -> NoisyLabels:
    """Return `labels` int [examples] with a share of them wrong.

    "uniform": any label becomes any other. "pairs": each class is taken for one other. "one-sided": of one
    class only, some get the label of one other. "hard": labels go wrong near the boundary: the likelier the
    second class (to a forest that did not learn from the example), the likelier it is given.
    """
    classes, flips = int(labels.max()) + 1, max(1, round(rate * len(labels)))
    generator = np.random.default_rng([seed, 7])
    if kind == "uniform":
        return flip_labels(labels, classes=classes, seed=seed, flips=flips)
    if kind == "pairs":
        order = generator.permutation(classes).tolist()
        other = dict(zip(order, [*order[1:], order[0]], strict=True))
        return flip_labels(labels, classes=classes, seed=seed, flips=flips, transition=pairs(classes, other))
    sizes = np.bincount(labels)
    if kind == "one-sided":
        largest, second = (int(place) for place in np.argsort(-sizes, kind="stable")[:2])
        flips = min(flips, int(MOST_OF_A_CLASS * sizes[largest]))
        one = pairs(classes, {largest: second})
        return flip_labels(labels, classes=classes, seed=seed, flips=flips, transition=one)
    forest = RandomForestClassifier(200, oob_score=True, min_samples_leaf=2, random_state=seed, n_jobs=1)
    answers = np.nan_to_num(forest.fit(inputs.reshape(len(labels), -1), labels).oob_decision_function_)
    answers[np.arange(len(labels)), labels] = -1
    near = answers.max(axis=1) + 1e-3
    chosen = generator.choice(len(labels), flips, replace=False, p=near / near.sum())
    noisy = labels.copy()
    noisy[chosen] = answers.argmax(axis=1)[chosen]
    return NoisyLabels(noisy, noisy != labels)
