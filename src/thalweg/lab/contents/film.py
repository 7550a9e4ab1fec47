"""How the run's networks were trained, as it was recorded: a film that can be wound."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from thalweg.lab.opened import Missing, Opened

QUANTILES = (0.05, 0.5, 0.95)
MEMBERS, SHOWN, BUDGET = 4, 16, 1_500_000
"""Members and neurons of the first layer whose weights are in the film, and the bytes that they may take."""


def film(opened: Opened) -> dict[str, Any]:
    """Return cost and accuracy over all members after every epoch, and first weights along the kept path.

    `bands` of each measure: quantiles over members, epoch by epoch. `weights`: float16 [frames, members,
    neurons, ...] in base64, of the first members and neurons; `frames`: the epochs at which they were kept.
    Without a kept path there are no weights, and `why` says so.
    """
    history = opened.population.history
    if history is None:
        raise Missing("missing.history")
    bands = {name: _bands(getattr(history, name)) for name in history.__dataclass_fields__}
    return {
        "epochs": history.cost.shape[1],
        "members": len(opened.population),
        "bands": {name: found for name, found in bands.items() if found is not None},
        **_weights(opened),
    }


def _bands(values: np.ndarray) -> dict[str, list[float]] | None:
    """Return low, middle and high [epochs] over the members that were measured; None where none was."""
    sound = np.isfinite(values).all(axis=1)
    if not sound.any():
        return None
    found = np.quantile(values[sound].astype(float), QUANTILES, axis=0)
    return {name: each.round(6).tolist() for name, each in zip(("low", "y", "high"), found, strict=True)}


def _weights(opened: Opened) -> dict[str, Any]:
    try:
        path = opened.training_path
    except Missing as missing:
        return {"weights": None, "why": missing.told()}
    tensors = opened.run.path_files.read() or {}
    first = tensors.get("layers.0.weight")
    if first is None or opened.run.record["recipe"]["network"].get("kind") != "mlp":
        return {"weights": None, "why": Missing("missing.convolves").told()}
    kept = first[:, :MEMBERS, :SHOWN].astype("<f2")
    epochs = list(path.epochs)
    most = max(2, BUDGET // kept[0].nbytes)
    chosen = sorted({round(place) for place in np.linspace(0, len(epochs) - 1, min(most, len(epochs)))})
    kept = kept[chosen]
    return {
        "kept": len(epochs),
        "frames": [int(epochs[place]) for place in chosen],
        "shape": list(kept.shape),
        "neurons": int(first.shape[2]),
        "weights": base64.b64encode(np.ascontiguousarray(kept).tobytes()).decode("ascii"),
        "why": None,
    }
