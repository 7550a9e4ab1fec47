"""What it costs to take the most remembered examples away, beside as many drawn at random."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thalweg.data.dataset import Split, TrainSplit
from thalweg.measured import Measured
from thalweg.record import Entry
from thalweg.statistics.intervals import crossed, wilson
from thalweg.studies.catalogue import NoParts, Parts, Progress
from thalweg.studies.kept_parts import BITS, WHOLE, Form, kept_part
from thalweg.studies.outcomes import as_bits, from_bits
from thalweg.studies.subsets import answers_of

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe

FIRST_MEMBER = 1_000_000
"""Number of the first member that is trained again: none of them had a say in what is taken away."""

MOST_REMOVED = 0.5
"""Share of the examples that is taken away at most."""

CONDITIONS = ("all examples", "without the remembered", "without as many at random")


@dataclass(frozen=True)
class WithAndWithout(Entry):
    """Accuracy on some new examples of members trained on all examples and without some of them.

    `examples`: new examples they were asked about. `difference`: accuracy without the remembered − accuracy
    without as many others; each member is compared with itself, from the same start, in the same order of
    batches. Intervals are over starts, random draws and new examples.
    """

    examples: int
    everything: Measured
    without_memorised: Measured
    without_random: Measured
    difference: Measured


@dataclass(frozen=True)
class Removal(Entry):
    """Members trained again without the `removed` most remembered examples.

    `test`: asked about all new examples. `influenced`: asked only about those that owe much to a remembered
    example, None where there are none.
    """

    removed: int
    members: int
    diverged: int
    test: WithAndWithout
    influenced: WithAndWithout | None


def removal(
    recipe: Recipe,
    split: TrainSplit,
    test: Split,
    memorised: np.ndarray,
    *,
    influenced: np.ndarray,
    members: int,
    seed: int = 0,
    progress: Progress | None = None,
    parts: Parts | None = None,
) -> Removal | None:
    """Train `members` on all examples, without the `memorised`, and without as many drawn for each member.

    `memorised` int64: training examples, the most remembered first; half of all examples are removed at most.
    `influenced` int64: new examples to look at apart. None where there is nothing to remove or every member
    diverged.
    """
    memorised = memorised[: int(MOST_REMOVED * len(split))]
    if len(memorised) == 0 or members == 0:
        return None
    parts = NoParts() if parts is None else parts
    kept = _kept(len(split), memorised, members, seed)
    tables = []
    for place, (name, weights) in enumerate(zip(CONDITIONS, kept, strict=True)):
        if progress is not None:
            progress(f"{members} members on {name}", place, len(CONDITIONS))
        tables.append(_right(recipe, split, test, weights, name=name, seed=seed, parts=parts))
    sound = np.logical_and.reduce([own for _, own in tables])
    if not sound.any():
        return None
    everything, without, random = (right[sound] for right, _ in tables)
    return Removal(
        len(memorised),
        int(sound.sum()),
        int((~sound).sum()),
        _compare(everything, without, random),
        _compare(*(table[:, influenced] for table in (everything, without, random)))
        if len(influenced)
        else None,
    )


def _kept(examples: int, memorised: np.ndarray, members: int, seed: int) -> list[np.ndarray]:
    """Return who trains on what in each condition, bool [members, examples]."""
    without = np.ones((members, examples), dtype=bool)
    without[:, memorised] = False
    random = np.ones((members, examples), dtype=bool)
    for member in range(members):
        generator = np.random.default_rng([seed, examples, len(memorised), member])
        random[member, generator.choice(examples, len(memorised), replace=False)] = False
    return [np.ones((members, examples), dtype=bool), without, random]


def _right(
    recipe: Recipe,
    split: TrainSplit,
    test: Split,
    kept: np.ndarray,
    *,
    name: str,
    seed: int,
    parts: Parts,
) -> tuple[np.ndarray, np.ndarray]:
    """Return who is right on which new example, and who did not diverge."""
    digest = hashlib.sha256(f"{recipe.to_toml()}{seed}".encode() + np.packbits(kept).tobytes()).hexdigest()
    part = f"removal-{name}-{len(kept)}-{digest[:16]}"
    forms = {
        "right": Form(BITS, (len(kept), -(-len(test) // 8))),
        "sound": Form(WHOLE, (len(kept),)),
    }
    found = kept_part(parts, part, forms)
    if found is None:
        right, sound = _train_and_ask(recipe, split, test, kept, seed)
        found = {"right": as_bits(right), "sound": sound.astype(np.uint8)}
        parts.save(part, found)
    right = from_bits(found["right"], len(test))
    return right, found["sound"].astype(bool)


def _train_and_ask(
    recipe: Recipe, split: TrainSplit, test: Split, kept: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    from thalweg.training.population import train

    population = train(
        recipe, split, members=len(kept), first=FIRST_MEMBER, seed=seed, weights=kept.astype(np.float32)
    )
    return answers_of(population, test) == test.labels, ~population.diverged


def _compare(everything: np.ndarray, without: np.ndarray, random: np.ndarray) -> WithAndWithout:
    return WithAndWithout(
        everything.shape[1],
        crossed(everything).measured,
        crossed(without).measured,
        crossed(random).measured,
        _difference(without, random),
    )


def _difference(first: np.ndarray, second: np.ndarray) -> Measured:
    gaps = first.astype(np.float64) - second
    found = crossed(gaps, limits=(-1.0, 1.0))
    if gaps.any():
        return found.measured
    # no member answered any otherwise, which is not the same as that none ever would
    reach = wilson(0, gaps.shape[1])[1]
    return Measured(0.0, -reach, reach)
