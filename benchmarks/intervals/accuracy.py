"""Accuracy of a population over starts, examples and both: `thalweg.statistics.intervals.crossed`.

Over starts the truth is the accuracy of other members on the examples drawn, over examples that of the
members drawn on other examples: another number each time. The ends are drawn as far from the world's accuracy
as they lie from that number, so that one truth serves a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from intervals import before
from intervals.cells import Cell, Ends
from intervals.tables import World
from thalweg.measured import Interval
from thalweg.statistics.caveats import FEW_EXAMPLES, FEW_STARTS, UNLIKE_STARTS
from thalweg.statistics.intervals import crossed

ACCURACIES, DIFFICULTIES, ABILITIES = (0.9, 0.96, 0.99), ("normal", "t2", "rare"), (0.3, 1.0)
MEMBERS, EXAMPLES = (2, 3, 8, 32), (50, 359, 2000)
FEW_STARTS_SAID = "rows of accuracy: few starts"
FEW_EXAMPLES_SAID = "rows of accuracy: few examples decide"
UNLIKE_SAID = "rows of accuracy: starts so unlike"


def cells() -> list[Cell]:
    """Return the three intervals, one after the other, in every setting."""
    return [*_over_starts(), *_over_examples(), *_over_both()]


def _over_starts() -> Iterator[Cell]:
    for world, members, examples in _settings(ABILITIES, MEMBERS):
        # nine of ten are always right there and the rest always wrong: starts have no luck to be measured
        if (world.difficulty, world.accuracy) != ("rare", 0.9):
            yield _cell("accuracy over starts", world, members, examples, _by_starts)


def _over_examples() -> Iterator[Cell]:
    for world, members, examples in _settings((0.3,), (1, *MEMBERS)):
        yield _cell("accuracy over examples", world, members, examples, _by_examples)


def _over_both() -> Iterator[Cell]:
    for world, members, examples in _settings(ABILITIES, MEMBERS):
        yield _cell("accuracy over both", world, members, examples, _by_both)


def _settings(abilities: tuple[float, ...], members: tuple[int, ...]) -> Iterator[tuple[World, int, int]]:
    for accuracy in ACCURACIES:
        for difficulty in DIFFICULTIES:
            for ability in abilities:
                for count in members:
                    for examples in EXAMPLES:
                        yield World(accuracy, difficulty, ability=ability), count, examples


Drawn = Callable[[World, np.ndarray, np.ndarray, np.ndarray], Ends]


def _cell(interval: str, world: World, members: int, examples: int, drawn: Drawn) -> Cell:
    def draw(generator: np.random.Generator) -> Ends:
        abilities = world.abilities(generator, members)
        difficulties = world.examples(generator, examples)
        return drawn(world, world.answers(generator, abilities, difficulties), abilities, difficulties)

    setting = f"{members} x {examples}, {world.accuracy:.0%} right, {world.difficulty}, sd {world.ability:g}"
    return Cell(interval, setting, draw, world.accuracy, named=_named(interval, world, members, examples))


def _by_starts(world: World, right: np.ndarray, abilities: np.ndarray, difficulties: np.ndarray) -> Ends:
    moved = world.accuracy - float(world.over_starts(difficulties).mean())
    return {"crossed": _moved(crossed(right).starts, moved), "as before": _moved(before.starts(right), moved)}


def _by_examples(world: World, right: np.ndarray, abilities: np.ndarray, difficulties: np.ndarray) -> Ends:
    moved = world.accuracy - float(world.over_examples(abilities).mean())
    return {
        "crossed": _moved(crossed(right).examples, moved),
        "as before": _moved(before.examples(right), moved),
    }


def _by_both(world: World, right: np.ndarray, abilities: np.ndarray, difficulties: np.ndarray) -> Ends:
    return {"crossed": crossed(right).both, "as before": before.both(right)}


def _moved(ends: Interval | None, by: float) -> Interval | None:
    return None if ends is None else (ends[0] + by, ends[1] + by)


def _named(interval: str, world: World, members: int, examples: int) -> str:
    """Return where a user reads that the interval may cover less or more, by `caveats.caveat`."""
    if members in FEW_STARTS and interval != "accuracy over examples":
        return FEW_STARTS_SAID
    if (1 - world.accuracy) * examples < FEW_EXAMPLES:
        return FEW_EXAMPLES_SAID
    unlike = world.ability > 0.5 and members < UNLIKE_STARTS
    return UNLIKE_SAID if unlike and interval == "accuracy over starts" else ""
