"""Heights over a plane: from the landscape of the run where it is of the same plane, else measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thalweg.evaluation.inside import drawn
from thalweg.lab.opened import Opened
from thalweg.weights.interpolation import EmpiricalCost
from thalweg.weights.planes import Plane

LANDSCAPE, SEED = "landscape", 0
SAME = 1e-3
"""How far what is kept may lie from what is measured again, as a share: float32 adds in another order."""


@dataclass(frozen=True, eq=False)
class Survey:
    """Cost and accuracy [rows, columns] over `across` and `up`, and at the plane's marks.

    `examples`: of how many training examples. `kept`: whether the run's landscape has them; else they were
    measured now.
    """

    across: np.ndarray
    up: np.ndarray
    cost: np.ndarray
    accuracy: np.ndarray
    mark_cost: np.ndarray
    mark_accuracy: np.ndarray
    examples: int
    kept: bool


def kept(opened: Opened, name: str, plane: Plane, l2: float) -> Survey | None:
    """Return what the run's landscape says of this plane; None where it has none, or one of another plane.

    That it is the same is not believed but measured: its marks, and the cost in its four corners. So it does
    not matter here that a landscape may have been drawn by another seed: it is then another plane.
    """
    arrays = _arrays(opened)
    if f"{name}_cost" not in arrays:
        return None
    across, up, cost, accuracy, marks = (
        arrays[f"{name}_{key}"] for key in ("across", "up", "cost", "accuracy", "marks")
    )
    if marks.shape != plane.marks.shape or len(across) != len(up):
        return None
    if not np.allclose(marks, plane.marks, rtol=SAME, atol=SAME * np.abs(marks).max()):
        return None
    corners = np.array([[x, y] for y in (up[0], up[-1]) for x in (across[0], across[-1])])
    train, examples = opened.dataset.train, opened.evaluation(LANDSCAPE)["examples"]
    split = train.take(drawn(np.arange(len(train)), examples, [SEED, 1]))
    inputs = np.asarray(split.inputs, np.float32)
    asked = EmpiricalCost(inputs, np.asarray(split.labels), opened.recipe.cost, l2)
    found = plane.heights(np.concatenate([corners, plane.marks]), asked)
    if not np.allclose(found.cost[:4], cost[[0, 0, -1, -1], [0, -1, 0, -1]], rtol=SAME):
        return None
    return Survey(across, up, cost, accuracy, found.cost[4:], found.accuracy[4:], len(split), kept=True)


def measured(plane: Plane, ends: np.ndarray, asked: EmpiricalCost, grid: int) -> Survey:
    """Measure the grid between two opposite corners `ends`."""
    across, up = np.linspace(ends[0], ends[1], grid).T
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    # the marks are measured in the same call, so that all of it is one compiled program
    found = plane.heights(np.concatenate([places, plane.marks]), asked)
    cost, accuracy = (each[: len(places)].reshape(grid, grid) for each in (found.cost, found.accuracy))
    marks = found.cost[len(places) :], found.accuracy[len(places) :]
    return Survey(across, up, cost, accuracy, *marks, len(asked.labels), kept=False)


def _arrays(opened: Opened) -> dict[str, np.ndarray]:
    if LANDSCAPE not in opened.run.evaluations():
        return {}
    return opened.run.evaluation_arrays(LANDSCAPE)
