"""How arbitrary answers are, over starts and examples: `thalweg.evaluation.arbitrariness`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from intervals.cells import Cell, Ends
from intervals.tables import World
from thalweg.evaluation.arbitrariness import shares
from thalweg.evaluation.ensembles import Votes, draw
from thalweg.measured import Measured
from thalweg.statistics.agreement import agree, disagree_table, named_by, self_consistency
from thalweg.statistics.intervals import crossed
from thalweg.statistics.pairs import double_faults, pseudo_values, ratio_of_tables, share

WORLDS = (World(0.9), World(0.98), World(0.9, ability=1.0))
MEMBERS, EXAMPLES = (6, 10, 32), (100, 1000)
DRAWN, AT_ONCE = 400_000, 40_000
"""Examples, each with members of its own, that say what is true."""

Of = Callable[[np.ndarray], np.ndarray]
Ours = Callable[[np.ndarray], Ends]

FEW = "the record itself: fewer than ten networks are said to be few, and intervals to be wider than need be"
NOTED = "docs/concepts/intervals.md: where few examples make the number, and where networks differ much"


def cells() -> list[Cell]:
    """Return every number of the record, in one setting after the other."""
    return [
        _cell(name, world, members, examples)
        for world in WORLDS
        for members in MEMBERS
        for examples in EXAMPLES
        for name in NUMBERS
    ]


def _cell(name: str, world: World, members: int, examples: int) -> Cell:
    measure, _, size = NUMBERS[name]

    def of(generator: np.random.Generator) -> Ends:
        if size:
            return measure(world.draw(generator, members, examples))
        return measure(world.answers(generator, _these(world, members), world.examples(generator, examples)))

    setting = f"{members} x {examples}, {world.accuracy:.0%} right, {world.difficulty}, sd {world.ability:g}"
    named = FEW if members < 10 and size else NOTED
    return Cell(f"arbitrariness: {name}", setting, of, _truth(name, world, members), 400, named)


def _these(world: World, members: int) -> np.ndarray:
    """Return abilities [members] that stay, where an interval is over examples for these members."""
    at = (np.arange(members) + 0.5) / members
    return world._centre() + world.ability * norm.ppf(at)


def _five(right: np.ndarray) -> Ends:
    counts = _counts(right)
    alone = crossed(1 - agree(counts, 5)[None], limits=(0, 1)).examples
    return {
        "jackknife": share(disagree_table(right.astype(int), counts, 5), 0.95).interval,
        "examples": alone,
    }


def _no_four(right: np.ndarray) -> Ends:
    return {"jackknife": _ends(shares.no_four_of_five(right.astype(int), _counts(right), 0.95))}


def _all(right: np.ndarray) -> Ends:
    return {"Wilson": shares.ambiguity(right.astype(int), _counts(right), 0.95)[len(right)].interval}


def _below(right: np.ndarray) -> Ends:
    found = shares.below(self_consistency(_counts(right)), 0.75, len(right), 0.95)
    return {"Wilson": None if found is None else found.share.interval}


def _votes(right: np.ndarray) -> Ends:
    draws = draw(len(right), 0, shares.halves_up_to)
    voted = (2 * draws.chosen @ right > draws.chosen.sum(axis=1, keepdims=True)).astype(np.int16)
    found = shares.vote_changes(Votes(right.astype(np.int16), voted, np.empty(0), draws), 2, 0.95)
    return {"Wilson": found[len(right) // 2].interval}


def _luck(right: np.ndarray) -> Ends:
    both = pseudo_values(double_faults(~right))
    normal = ratio_of_tables(both, (~right).astype(float), 0.95)
    other = (
        None
        if normal is None or normal.interval is None
        else (1 - normal.interval[1], 1 - normal.interval[0])
    )
    return {"Wilson's shape": _ends(shares.errors_by_luck(~right, 0.95)[0]), "normal": other}


def _shared(right: np.ndarray) -> Ends:
    return {"Wilson's shape": _ends(shares.errors_by_luck(~right, 0.95)[1])}


def _counts(right: np.ndarray) -> np.ndarray:
    return named_by(right.astype(int), 2)


def _ends(found: Measured | None) -> tuple[float, float] | None:
    return None if found is None else found.interval


@cache
def _truth(name: str, world: World, members: int) -> float:
    """Return what is true of a number: a mean over examples of which each is shown to members of its own."""
    _, of, size = NUMBERS[name]
    drawn = [(of(right).mean(), 1 - right.mean()) for right in _drawn(world, size, members)]
    share, error = np.mean(drawn, axis=0)
    if name == "errors that another does not make":
        return 1 - share / error
    return share / error if name == "errors that all make" else float(share)


def _drawn(world: World, size: int, members: int) -> Iterator[np.ndarray]:
    generator = np.random.default_rng(11)
    for _ in range(DRAWN // AT_ONCE):
        difficulty = world.examples(generator, AT_ONCE)
        if size:
            ability = np.stack([world.abilities(generator, AT_ONCE) for _ in range(size)])
        else:  # each example sees these members in another order, so that halves are any halves
            ability = generator.permuted(np.tile(_these(world, members)[:, None], AT_ONCE), axis=0)
        yield generator.random(ability.shape) < expit(ability - difficulty)


def _differing(right: np.ndarray) -> np.ndarray:
    half = len(right) // 2
    one, other = (2 * side.sum(axis=0) > half for side in (right[:half], right[half : 2 * half]))
    return one != other


def _unlike(right: np.ndarray) -> np.ndarray:
    return np.logical_and(right.any(axis=0), ~right.all(axis=0))


def _never(right: np.ndarray) -> np.ndarray:
    return np.asarray(~right.any(axis=0))


def _low(right: np.ndarray) -> np.ndarray:
    return np.asarray(self_consistency(_counts(right)) < 0.75 - 1e-12)


NUMBERS: dict[str, tuple[Ours, Of, int]] = {
    "five do not all agree": (_five, _unlike, 5),
    "no four of five agree": (_no_four, lambda right: np.isin(right.sum(axis=0), (2, 3)), 5),
    "all do not agree": (_all, _unlike, 0),
    "self-consistency below 3/4": (_below, _low, 0),
    "votes of halves differ": (_votes, _differing, 0),
    "errors that another does not make": (_luck, _never, 2),
    "errors that all make": (_shared, _never, 0),
}
"""Number -> how it is measured; where it is true; of how many members (0: of these alone)."""
