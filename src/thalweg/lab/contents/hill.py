"""The cost over planes of weights, with the networks that span them, so that the page can stand anywhere."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from thalweg.lab.contents.surveyed import kept, measured
from thalweg.lab.opened import Missing, Opened
from thalweg.networks import exchange
from thalweg.page.networks import described
from thalweg.weights.interpolation import EmpiricalCost
from thalweg.weights.planes import Plane, plane_through, principal_plane, random_plane

MARGIN = 0.25
GRIDS = {"mlp": (41, 1000), "convnet": (17, 200)}
"""Places along each side and examples: a convolutional network takes a thousand times as long to ask."""


def hill(opened: Opened) -> dict[str, Any]:
    """Return planes through the space of weights: heights on a grid, what lies on them, their networks.

    Of what the run's landscape has, its numbers stand here; the rest is measured, on up to 1,000 training
    examples. `vertices`: the three networks that span a plane, in places `corners`; any other place is their
    sum with shares that add up to one. `off`: how far what is marked lies from the plane, as a share of its
    distance from the plane's origin (root mean squares). `kept_in`: the file that has the numbers, or None.
    """
    population, record = opened.population, opened.run.record
    kind = record["recipe"]["network"].get("kind")
    if kind not in GRIDS:
        raise Missing("missing.kind")
    if not opened.sound:
        raise Missing("missing.diverged")
    recipe = opened.recipe
    found = _planes(opened).items()
    planes = [_surface(opened, name, *each, GRIDS[kind]) for name, each in found]
    return {"planes": planes, "cost": recipe.cost, "parameters": population.parameters}


def _planes(opened: Opened) -> dict[str, tuple[Plane, np.ndarray, list[int]]]:
    """Return planes by name, each with opposite corners of what is shown, and its marks' numbers."""
    population, found = opened.population, {}
    first = opened.sound[0]
    try:
        path = opened.training_path
        flat = path.flat(0)
        plane = (
            principal_plane(population[0].network, flat)
            if len(flat) > 2 and np.isfinite(flat).all()
            else None
        )
        if plane is not None:
            found["path"] = plane, _around(plane.marks), [int(epoch) for epoch in path.epochs]
    except Missing:
        pass
    if len(opened.sound) >= 3:
        three = opened.sound[:3]
        plane = plane_through([population[member].network for member in three])
        if plane is not None:
            found["members"] = plane, _around(plane.marks), three
    plane = random_plane(population[first].network, np.random.default_rng([0, 2, first]))
    found["random"] = plane, np.array([[-1.0, -1.0], [1.0, 1.0]]), [first]
    return found


def _surface(
    opened: Opened, name: str, plane: Plane, ends: np.ndarray, numbers: list[int], size: tuple[int, int]
) -> dict[str, Any]:
    grid, examples = size
    recipe = opened.recipe
    l2 = float(recipe.l2) if isinstance(recipe.l2, int | float) else 0.0
    found = kept(opened, name, plane, l2)
    if found is None:
        split = opened.dataset.train.take(slice(0, examples))
        inputs = np.asarray(split.inputs, np.float32)
        found = measured(plane, ends, EmpiricalCost(inputs, np.asarray(split.labels), recipe.cost, l2), grid)
    tensors = exchange.to_tensors(plane.vertices)
    length = float((plane.lengths**2).sum())
    off = float(np.sqrt((plane.distances**2).sum() / length)) if length else 0.0
    return {
        "name": name,
        "grid": len(found.across),
        "examples": found.examples,
        "kept_in": f"{opened.run.path.name}/evaluation/landscape.json" if found.kept else None,
        "across": [float(found.across[0]), float(found.across[-1])],
        "up": [float(found.up[0]), float(found.up[-1])],
        "values": _floats(found.cost),
        "accuracy": _floats(found.accuracy),
        "corners": plane.corners.tolist(),
        "vertices": described(opened.run.record, tensors, range(3), opened.population.readout),
        "marks": plane.marks.round(6).tolist(),
        "mark_kind": "epoch" if name == "path" else "network",
        "mark_numbers": numbers,
        "mark_values": found.mark_cost.astype(float).tolist(),
        "mark_accuracy": found.mark_accuracy.astype(float).tolist(),
        "off": off,
    }


def _around(marks: np.ndarray) -> np.ndarray:
    low, high = marks.min(axis=0), marks.max(axis=0)
    return np.array([low - MARGIN * (high - low), high + MARGIN * (high - low)])


def _floats(values: np.ndarray) -> str:
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode("ascii")
