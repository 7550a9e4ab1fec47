"""Accuracy of a population over starts, examples and both: `thalweg.statistics.intervals.crossed`."""

from __future__ import annotations

import numpy as np

from intervals.cells import Cell, Ends
from intervals.tables import World
from thalweg.statistics.intervals import crossed


def cells() -> list[Cell]:
    """Return the accuracy of a population over both, in one setting after the other."""
    return [
        _both(World(accuracy, difficulty, ability=ability), members, examples)
        for accuracy in (0.9, 0.99)
        for difficulty in ("normal", "t2", "rare")
        for ability in (0.0, 0.3)
        for members in (2, 3, 8, 32)
        for examples in (50, 359, 2000)
    ]


def _both(world: World, members: int, examples: int) -> Cell:
    def draw(generator: np.random.Generator) -> Ends:
        return {"crossed": crossed(world.draw(generator, members, examples)).both}

    setting = f"{members} x {examples}, {world.accuracy:.0%} right, {world.difficulty}, sd {world.ability:g}"
    return Cell("accuracy over both", setting, draw, world.accuracy)
