"""What stands inside the networks: how random first weights are, how they began, and what networks dream."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from thalweg.errors import NotApplicable
from thalweg.evaluation.features.moran import Grid, moran
from thalweg.evaluation.features.pictures import weight_images
from thalweg.figures import making
from thalweg.figures.facts import Facts
from thalweg.lab.contents.partly import or_missing
from thalweg.lab.contents.told import told
from thalweg.lab.opened import Missing, Opened
from thalweg.networks.population import Population, layers_of
from thalweg.wording import FEATURES, kind_of_run, words_for

STARTED = 8
"""Neurons whose start is in the page."""

STYLES = ("free", "smooth")
"""The ways of dreaming."""


def inside(opened: Opened) -> dict[str, Any]:
    """Return `first`, `randomness`, `starts` and `dreams`; the last three or {"missing", "command"}.

    `first`: what a neuron of the first layer is ("neuron" or "filter" where it reads pictures, "feature"
    where it reads rows), and the features' names. The trained weights are among the networks of the page.
    """
    return {
        "first": _first(opened),
        "randomness": or_missing(_randomness, opened),
        "starts": or_missing(_starts, opened),
        "dreams": or_missing(_dreams, opened),
    }


def _first(opened: Opened) -> dict[str, Any]:
    record = opened.run.record
    if kind_of_run(record) == FEATURES:
        return {"kind": "feature", "features": [str(name) for name in opened.dataset.feature_names]}
    convolves = record["recipe"].get("network", {}).get("kind") == "convnet"
    return {"kind": "filter" if convolves else "neuron", "features": []}


def _measured(opened: Opened, name: str) -> dict[str, Any]:
    """Return an evaluation's JSON. Raises `Missing` where it was not made or has nothing to measure."""
    record = opened.run.record
    applies_not = words_for(kind_of_run(record)).applies_not
    if name in applies_not:
        raise Missing("missing.reported", why=applies_not[name])
    found = opened.evaluation(name)
    if "not_measured" in found:
        raise Missing("missing.reported", why=f"{found['not_measured']} {found.get('hint', '')}".strip())
    return found


def _words(opened: Opened, name: str, finding: str, content: Mapping[str, Any]) -> dict[str, str]:
    run = opened.run
    drawn = making.draw(name, content, run.evaluation_arrays(name), facts=Facts.of(run.record))
    return told(drawn, finding)


def _randomness(opened: Opened) -> dict[str, Any]:
    """Return how alike neighbouring weights are, and how alike they would be by chance.

    `rows`: each a `name` (a word of the languages in `inside.row`), its mean Moran's I `value` and its
    `interval`, how far the trained ones lie `above` it with an interval, or `why` it was not measured.
    `moran`, `p`: [members, neurons], of the `members` and `neurons` that were measured, p against their own
    pixels shuffled.
    """
    found, arrays = _measured(opened, "features"), opened.run.evaluation_arrays("features")
    kind = found["kind"]
    rows = [
        {"name": f"trained_{kind}", **found["moran"]},
        _compared(f"started_{kind}", found["starts"]),
        _compared("shuffled", found["shuffled"]),
        _compared("permuted", found["permuted"]),
    ]
    if found["examples_moran"] is not None:
        rows.append({"name": "examples", "value": found["examples_moran"]})
    if found["most_moran"] is not None:
        rows.append({"name": "most", "value": found["most_moran"]})
    return {
        **_words(opened, "features", "weights", found),
        "kind": kind,
        "rows": rows,
        "pixels": found["pixels"],
        "members": arrays["measured_members"].tolist(),
        "neurons": arrays["measured_neurons"].tolist(),
        "moran": np.round(arrays["moran"], 4).tolist(),
        "p": np.round(arrays["p_values"], 6).tolist(),
    }


def _compared(name: str, chance: Mapping[str, Any]) -> dict[str, Any]:
    if "not_measured" in chance:
        return {"name": name, "why": f"{chance['not_measured']} In Python: {chance['hint']}"}
    return {"name": name, "value": chance["moran"], "above": chance["moran_difference"]}


def _starts(opened: Opened) -> dict[str, Any]:
    """Return the first `neurons` of the networks whose path was kept, as they started.

    `weights`: base64 of float16 [members, neurons, *shape]; `members` are numbers in the population. `moran`:
    [members, neurons], measured in the same pixels as the trained, or None where these were not measured.
    """
    path = opened.training_path
    if 0 not in path.epochs:
        raise Missing("missing.start", "thalweg train --keep-path 4")
    weights = _weights(path[0])[:, :STARTED]
    members = [member for member in path.sound if member in opened.sound]
    if not members:
        raise Missing("missing.path_diverged")
    return {
        "members": members,
        "neurons": weights.shape[1],
        "shape": list(weights.shape[2:]),
        "weights": base64.b64encode(weights[members].astype("<f2").tobytes()).decode("ascii"),
        "moran": _moran_of(weights[members], opened),
    }


def _weights(population: Population) -> np.ndarray:
    """Return the first layer's weights [members, neurons, height, width, channels], or [..., features]."""
    try:
        return weight_images(population)[0]
    except NotApplicable:
        return np.asarray(layers_of(population.networks)[0].weight)


def _moran_of(weights: np.ndarray, opened: Opened) -> list[list[float]] | None:
    if weights.ndim != 5 or "features" not in opened.run.evaluations():
        return None
    arrays = opened.run.evaluation_arrays("features")
    if "mask" not in arrays:
        return None
    grid = Grid(arrays["mask"])
    found = moran(grid.values(weights.reshape(-1, *weights.shape[2:])), grid)
    return np.round(found.reshape(weights.shape[:2]), 4).tolist()


def _dreams(opened: Opened) -> dict[str, Any]:
    """Return what networks drew when asked for each class, from the best start of each.

    Of each style `pictures`: base64 of uint8 [members, classes, *shape]; `own` and `judged` [members,
    classes]: how sure the network itself and the judge are that it is of that class (None without a judge).
    """
    found, arrays = _measured(opened, "dreams"), opened.run.evaluation_arrays("dreams")
    styles = {}
    for style in STYLES:
        if f"{style}_pictures" in arrays:
            styles[style] = {"measured": found[style]["best_start"], **_best(arrays, style)}
    if not styles:
        raise Missing("missing.dreams", f"thalweg evaluate {opened.run.path} --only dreams")
    shown = len(arrays[f"{next(iter(styles))}_pictures"])
    return {
        **_words(opened, "dreams", "dreams", found),
        "judge": found["judge"],
        "members": arrays["dreaming_members"][:shown].tolist(),
        "of": len(arrays["dreaming_members"]),
        "classes": [str(name) for name in found["classes"]],
        "styles": styles,
    }


def _best(arrays: Mapping[str, np.ndarray], style: str) -> dict[str, Any]:
    """Return the picture that each network believes in most of each class, and what is said of it."""
    pictures, own = arrays[f"{style}_pictures"], arrays[f"{style}_own_confidence"]
    judged = arrays.get(f"{style}_judge_confidence")
    best = own[: len(pictures)].argmax(axis=2)
    member, label = np.indices(best.shape)
    chosen = pictures[member, label, best]
    levels = np.round(255 * np.clip(chosen, 0.0, 1.0)).astype(np.uint8)
    return {
        "shape": list(levels.shape[2:]),
        "pictures": base64.b64encode(levels.tobytes()).decode("ascii"),
        "own": np.round(own[member, label, best].astype(float), 5).tolist(),
        "judged": None if judged is None else np.round(judged[member, label, best], 5).tolist(),
    }
