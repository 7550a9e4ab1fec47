"""What accuracy is, when what was learned has nothing to do with what is asked."""

from __future__ import annotations

import numpy as np

from thalweg.measured import Measured

RELABELLINGS = 2_000


def chance(
    predicted: np.ndarray, labels: np.ndarray, classes: int, *, seed: int = 0, level: float = 0.95
) -> Measured:
    """Return the accuracy that chance gives these answers, and the range that it falls in at `level`.

    The names of the classes are dealt out anew to what was answered, `predicted` [members, examples], so the
    range knows that members trained on the same meaningless labels share their luck: a class whose examples
    happened to be called "7" a little too often is called "7" by every member.
    """
    examples = np.broadcast_to(labels, predicted.shape).ravel()
    together = np.bincount(predicted.ravel().astype(np.int64) * classes + examples, minlength=classes**2)
    table = together.reshape(classes, classes) / predicted.size
    generator = np.random.default_rng([seed, classes])
    names = np.array([generator.permutation(classes) for _ in range(RELABELLINGS)])
    found = table[np.arange(classes), names].sum(axis=1)
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Measured(float(table.sum() / classes), float(low), float(high))
