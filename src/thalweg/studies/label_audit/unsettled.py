"""Labels that the inputs do not settle: examples with the very same inputs, and different labels.

Who survived, or how content somebody is, does not follow from a few columns. Judges are then surely wrong on
some examples of every kind, and a count of wrong labels would count chance.
"""

from __future__ import annotations

import numpy as np


def unsettled(inputs: np.ndarray, labels: np.ndarray) -> int:
    """Return how many of `labels` differ from any answer that depends on the inputs alone.

    `inputs` [examples, ...] and `labels` int [examples]. Counted are, of each group of examples with the
    very same inputs, those without the group's commonest label. Where there are copies, wrong labels do that
    too, but never more often than they occur.

    Examples:
        >>> from thalweg.studies.label_audit.unsettled import unsettled
        >>> unsettled(np.array([[1.0], [1.0], [1.0], [2.0]]), np.array([0, 0, 1, 1]))
        1
    """
    groups: dict[bytes, dict[int, int]] = {}
    for row, label in zip(np.ascontiguousarray(inputs), labels.tolist(), strict=True):
        group = groups.setdefault(row.tobytes(), {})
        group[label] = group.get(label, 0) + 1
    return len(labels) - sum(max(group.values()) for group in groups.values())
