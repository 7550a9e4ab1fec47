"""What a vote gains over its members, and how often it is right, by size: `evaluation.diversity`.

The truth is the mean over new ensembles of the size, for new examples.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from intervals.cells import Cell, Ends
from intervals.probabilities import Views
from thalweg.evaluation.diversity.ensemble_size import by_size
from thalweg.evaluation.ensembles import Votes, draw

WORLDS = {
    "alike": Views(),
    "unlike": Views(skill=0.3),
    "one in twenty wrong": Views(strength=3.5, skill=0.15),
    "one in a hundred wrong": Views(strength=4.3),
    "unlike, too sure or not": Views(skill=0.5, spread=0.5),
    "two classes": Views(classes=2, strength=2.0, skill=0.15),
}
SIZES = {4: (2, 4), 8: (2, 8), 16: (2, 4, 16), 32: (2, 32)}


def cells() -> list[Cell]:
    """Return gain and accuracy of ensembles of several sizes."""
    return [
        _cell(number, of, members, examples, size)
        for of in WORLDS
        for members, sizes in SIZES.items()
        for examples in (359, 2000)
        for size in sizes
        for number in ("gain", "accuracy")
        if number == "gain" or size == members
    ]


def asked(
    world: Views, generator: np.random.Generator, members: int, examples: int
) -> tuple[Votes, np.ndarray]:
    """Return the votes of every ensemble drawn in one experiment, and the labels."""
    labels, answers, _ = world.draw(generator, members, examples)
    draws = draw(members, int(generator.integers(2**31)))
    votes = (draws.chosen.astype(np.float32) @ answers.reshape(members, -1)).reshape(-1, *answers.shape[1:])
    predicted = answers.argmax(axis=2).astype(np.int16)
    voted = votes.argmax(axis=2).astype(np.int16)
    return Votes(predicted, voted, answers.mean(axis=0), draws), labels


def _cell(number: str, of: str, members: int, examples: int, size: int) -> Cell:
    world = WORLDS[of]

    def experiment(generator: np.random.Generator) -> Ends:
        votes, labels = asked(world, generator, members, examples)
        found = next(entry for entry in by_size(votes, labels, 0.95) if entry.size == size)
        return {"joined": getattr(found, number).interval}

    return Cell(
        f"{number} of an ensemble",
        f"{size} of {members} x {examples}, {of}",
        experiment,
        lambda: _true(world, size)[number],
        repeats=200 if members * examples < 20_000 else 100,
        named="rows: a cautious interval; figure: cautious",
    )


@cache
def _true(world: Views, size: int) -> dict[str, float]:
    generator, gains, rights = np.random.default_rng(1), [], []
    for _ in range(1_500 if size < 8 else 600):
        labels, answers, _ = world.draw(generator, size, 1_000)
        right = (answers.sum(axis=0).argmax(axis=1) == labels).mean()
        rights.append(right)
        gains.append(right - (answers.argmax(axis=2) == labels).mean())
    return {"gain": float(np.mean(gains)), "accuracy": float(np.mean(rights))}
