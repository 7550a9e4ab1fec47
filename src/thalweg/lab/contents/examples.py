"""Examples that no network saw, the hardest first, to look at and to change."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from thalweg.lab.opened import Opened

MOST = 400
"""Examples in the page."""


def examples(opened: Opened) -> dict[str, Any]:
    """Return test examples: half of them those that fewest networks get right, the rest as they come.

    `values`: base64 of uint8 [examples, *shape] for pictures, of float32 for features, as networks read them
    but for pictures' division by 255. `share_right`: the share of all networks that name each as it is
    labelled. `features`: the names of features.
    """
    split, population = opened.test, opened.population
    told = population[opened.sound].probabilities(split).argmax(axis=2)
    share_right = (told == np.asarray(split.labels)).mean(axis=0)
    hardest = np.argsort(share_right, kind="stable")[: MOST // 2]
    others = np.setdiff1d(np.arange(len(split)), hardest)[: MOST - len(hardest)]
    chosen = np.concatenate([hardest, others])
    pictures = split.is_images
    values = np.asarray(split.raw[chosen]) if pictures else np.asarray(split.inputs[chosen])
    if pictures and values.dtype != np.uint8:
        values = np.round(np.asarray(split.inputs[chosen]) * 255)
    values = values.astype(np.uint8 if pictures else "<f4")
    return {
        "values": base64.b64encode(values.tobytes()).decode("ascii"),
        "shape": list(values.shape[1:]),
        "labels": [int(label) for label in np.asarray(split.labels)[chosen]],
        "called": [split.called(int(number)) for number in chosen],
        "share_right": [round(float(share), 4) for share in share_right[chosen]],
        "features": list(opened.dataset.feature_names),
        "of": len(split),
    }
