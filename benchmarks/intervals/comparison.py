"""The difference of two populations on the same examples: `thalweg.statistics.paired.paired_difference`.

Where the two are alike, coverage of 0 is 1 − false alarms of `compare`. Where they differ, two things are
asked: whether the interval holds the difference, and how often it excludes 0. The latter are the cells marked
"power": their truth is 0, what they cover is 1 − the power, and little is good.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from intervals import before
from intervals.cells import Cell, Ends
from intervals.tables import World
from thalweg.statistics.paired import paired_difference

MEMBERS = ((2, 2), (2, 8), (2, 32), (3, 3), (3, 16), (3, 32), (8, 8), (8, 32), (32, 32))
EXAMPLES = (50, 359, 2000)
WORLDS = ((0.9, "normal"), (0.99, "normal"), (0.99, "t2"))
UNLIKE = (
    (0.96, (1.0, 0.3), 359),
    (0.96, (1.0, 0.3), 2000),
    (0.9, (1.0, 0.0), 359),
    (0.96, (1.0, 0.0), 359),
    (0.96, (2.0, 0.3), 359),
)
"""Accuracy, the two standard deviations of ability, and examples of populations unlike in spread alone."""
SAID = "rows of compare: how often luck looks so"
POWER = "power: the less it covers 0, the better"


def cells() -> list[Cell]:
    """Return populations that are alike, that are unlike in their spread alone, and that differ."""
    return [*_alike(), *_spread_unlike(), *_different()]


def _alike() -> Iterator[Cell]:
    for (accuracy, difficulty), ability in product(WORLDS, (0.3, 1.0)):
        world = World(accuracy, difficulty, ability=ability)
        for members, examples in product(MEMBERS, EXAMPLES):
            setting = f"{accuracy:.0%} right, {difficulty}, sd {ability:g}"
            yield _cell("difference, none there", setting, (world, world), members, examples)


def _spread_unlike() -> Iterator[Cell]:
    for accuracy, (much, little), examples in UNLIKE:
        worlds = (World(accuracy, ability=much), World(accuracy, ability=little))
        for members in MEMBERS:
            if examples > 359 and min(members) < 8:
                continue
            setting = f"{accuracy:.0%} right, sd {much:g} against {little:g}"
            yield _cell("difference, none there", setting, worlds, members, examples, repeats=4000)
            if members[0] < members[1]:
                setting = f"{accuracy:.0%} right, sd {little:g} against {much:g}"
                turned = (worlds[1], worlds[0])
                yield _cell("difference, none there", setting, turned, members, examples, repeats=4000)


def _different() -> Iterator[Cell]:
    for first, second in ((0.9, 0.93), (0.96, 0.97)):
        worlds = (World(first), World(second))
        setting = f"{first:.0%} against {second:.0%} right"
        for members, examples in product(MEMBERS, (359, 2000)):
            yield _cell("difference", setting, worlds, members, examples)
            yield _cell("difference, power", setting, worlds, members, examples, power=True)


def _cell(
    interval: str,
    setting: str,
    worlds: tuple[World, World],
    members: tuple[int, int],
    examples: int,
    *,
    power: bool = False,
    repeats: int = 1000,
) -> Cell:
    def draw(generator: np.random.Generator) -> Ends:
        # difficulties are the same for both: only where members stand among them differs
        difficulties = worlds[0].examples(generator, examples)
        first, second = (
            world.answers(generator, world.abilities(generator, count), difficulties)
            for world, count in zip(worlds, members, strict=True)
        )
        return {
            "compare": paired_difference(first, second).over.both,
            "as before": before.difference(first, second),
        }

    said = f"{members[0]} against {members[1]} x {examples}, {setting}"
    truth = 0.0 if power else worlds[0].accuracy - worlds[1].accuracy
    return Cell(interval, said, draw, truth, repeats=repeats, named=POWER if power else SAID)
