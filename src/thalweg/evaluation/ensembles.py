"""Ensembles drawn from the members of a population, and what each of them answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from thalweg.chunks import slices
from thalweg.data.dataset import Split
from thalweg.evaluation.classifier import Classifier, blocks

DRAWS = 32
"""Ensembles of each size, at most."""
EXAMPLES_AT_ONCE = 1_000


@dataclass(frozen=True, eq=False)
class Draws:
    """Which members form which ensemble: `chosen` float64 [draws, members], 1 for each that takes part.

    `places`: size -> the draws of that size, [repeats, groups]: groups of a repeat have no common member.
    """

    chosen: np.ndarray
    places: dict[int, np.ndarray]


@dataclass(frozen=True, eq=False)
class Votes:
    """What members and ensembles answer.

    `predicted` int16 [members, examples]; `voted` int16 [draws, examples], of the ensembles in `draws`, by
    mean probability; `mean` float64 [examples, classes], the mean probabilities of all members.
    """

    predicted: np.ndarray
    voted: np.ndarray
    mean: np.ndarray
    draws: Draws


def sizes_up_to(members: int) -> list[int]:
    """Return 1, 2, 3, 4, 6, 8, 12, 16, 24, ... and `members` itself."""
    grid = {factor * 2**power for power in range(members.bit_length()) for factor in (1, 3)}
    return sorted({size for size in grid if size <= members} | {members})


def draw(members: int, seed: int, sizes: Callable[[int], list[int]] = sizes_up_to) -> Draws:
    """Draw up to 32 ensembles of each size; those of one repeat are cut from one random order of members."""
    generator = np.random.default_rng([seed, members])
    rows: list[np.ndarray] = []
    places: dict[int, np.ndarray] = {}
    for size in sizes(members):
        groups = members if size == 1 else min(DRAWS, members // size)
        repeats = 1 if size in (1, members) else max(1, DRAWS // groups)
        places[size] = len(rows) + np.arange(repeats * groups).reshape(repeats, groups)
        for _ in range(repeats):
            order = generator.permutation(members)[: groups * size].reshape(groups, size)
            rows += [np.isin(np.arange(members), group) for group in order]
    return Draws(np.array(rows, dtype=np.float64), places)


def ask(
    classifier: Classifier, split: Split, *, seed: int, sizes: Callable[[int], list[int]] = sizes_up_to
) -> Votes:
    """Ask every member about every example of `split`, and let ensembles of all `sizes` vote."""
    predicted, voted, mean, draws = [], [], [], None
    for some in slices(len(split), EXAMPLES_AT_ONCE):
        for probabilities in _all_members(classifier, split, some):
            draws = draws or draw(len(probabilities), seed, sizes)
            flat = probabilities.reshape(len(probabilities), -1)
            sums = (draws.chosen @ flat).reshape(-1, *probabilities.shape[1:])
            predicted.append(probabilities.argmax(axis=2).astype(np.int16))
            voted.append(sums.argmax(axis=2).astype(np.int16))
            mean.append(probabilities.mean(axis=0, dtype=np.float64))
    assert draws is not None
    return Votes(
        np.concatenate(predicted, axis=1), np.concatenate(voted, axis=1), np.concatenate(mean), draws
    )


def _all_members(classifier: Classifier, split: Split, some: slice) -> Iterator[np.ndarray]:
    """Yield probabilities [all members, few examples, classes] until all of `some` were seen."""
    if classifier.keeps is not None and (kept := classifier.keeps.of(split)) is not None:
        yield kept[:, some]
        return
    part = split.take(some)
    waiting: list[np.ndarray] = []
    for block in blocks(classifier, part, classes=part.classes):
        waiting.append(block.probabilities)
        if block.members.stop == block.population:
            yield np.concatenate(waiting, axis=0) if len(waiting) > 1 else waiting[0]
            waiting = []
