"""What nothing looks like, who would have refused it, and what was measured of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from thalweg.data.noise import kinds_for
from thalweg.evaluation.outliers import scores
from thalweg.lab.opened import Missing, Opened
from thalweg.page.networks import packed

MOST = 2000
"""Real examples that thresholds are set on."""

REFUSED = 0.05
"""The share of real examples that each detector refuses."""

IN_PAGE = ("maximum_probability", "entropy", "mutual_information", "maximum_logit", "energy")
"""Detectors that need answers alone, so that the page can ask them."""


def noise(opened: Opened) -> dict[str, Any]:
    """Return kinds of noise, detectors whose threshold refuses 5 % of real examples, and measurements.

    `detectors`: of the mean probabilities of the networks in the page; logits score each network, and the
    mean of the scores counts. `measured`: by kind, of all networks of the run, or why it is missing.
    `ranges`: of features, the lowest and highest value, mean and deviation among unseen examples.
    """
    split = opened.test
    real = np.asarray(split.inputs[:MOST])
    members = opened.population[list(packed(opened.run).members)]
    scored = _scores(members.probabilities(real), members.logits(real))
    return {
        "kinds": list(kinds_for(split.input_shape)),
        "detectors": [
            {
                "name": name,
                "threshold": float(np.quantile(values, 1 - REFUSED)),
                "refuses": round(float((values > np.quantile(values, 1 - REFUSED)).mean()), 4),
            }
            for name, values in scored.items()
        ],
        "examples": len(real),
        "ranges": None if split.is_images else _ranges(real),
        **_measured(opened),
    }


def _scores(probabilities: np.ndarray, logits: np.ndarray) -> dict[str, np.ndarray]:
    """Return each detector's scores [examples]; both arguments [members, examples, classes]."""
    mean = probabilities.astype(np.float64).mean(axis=0)
    entropy = scores.entropy(probabilities.astype(np.float64)).mean(axis=0)
    found = {
        "maximum_probability": scores.maximum_probability(mean),
        "entropy": scores.entropy(mean),
        "mutual_information": scores.mutual_information(mean, entropy),
        "maximum_logit": scores.maximum_logit(logits.astype(np.float64)).mean(axis=0),
        "energy": scores.energy(logits.astype(np.float64)).mean(axis=0),
    }
    # of one network, disagreement is nothing
    return {name: found[name] for name in IN_PAGE if name != "mutual_information" or len(probabilities) > 1}


def _ranges(inputs: np.ndarray) -> list[list[float]]:
    columns = (inputs.min(axis=0), inputs.max(axis=0), inputs.mean(axis=0), inputs.std(axis=0))
    return np.stack(columns, axis=1).astype(float).round(6).tolist()


def _measured(opened: Opened) -> dict[str, Any]:
    try:
        record = opened.evaluation("noise")
    except Missing as missing:
        return {"measured": {}, "why": missing.told()}
    kept = {kind: _of_kind(found) for kind, found in record.items() if isinstance(found, dict)}
    return {"measured": {kind: found for kind, found in kept.items() if found}, "why": None}


def _of_kind(found: dict[str, Any]) -> dict[str, Any] | None:
    if "mean_confidence" not in found:
        return None
    return {
        "one": {"mean_confidence": found["mean_confidence"], "share_above": found["share_above"].get("0.9")},
        "all": {
            "mean_confidence": found["ensemble"]["mean_confidence"],
            "share_above": found["ensemble"]["share_above"].get("0.9"),
        },
        "members": found["members"],
        "examples": found["examples"],
    }
