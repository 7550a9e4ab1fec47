"""Members that each train on a share of the examples of their own, and what they say of all of them.

What a member says of an example that it did not train on is honest; the difference to those that did is what
was memorised. Everything is summed as it comes, chunk by chunk of members.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from thalweg import budget
from thalweg.chunks import slices
from thalweg.data.balanced_subsets import (
    balanced_subsets as balanced_subsets,
    block_size as block_size,
    refuse_too_few as refuse_too_few,
)
from thalweg.data.dataset import Split, TrainSplit
from thalweg.errors import StudyError
from thalweg.studies.catalogue import NoParts, Parts, Progress
from thalweg.studies.kept_parts import Arrays, Form, Forms, kept_part
from thalweg.studies.outcomes import as_bits
from thalweg.studies.tallies import EXTRA, Also, Counts, Tallies

if TYPE_CHECKING:
    from thalweg.training.recipe import Recipe

CHUNK_MEMBERS = 40
"""Members trained at once where memory allows: ten on each of four cores keeps all of them busy."""

CHUNK_BYTES = 2 * 1024**3
"""What the weights, gradients and optimiser states of a chunk may take."""

STATE_COPIES = 6
"""Float32 arrays of a member's size held while it trains: weights, gradient, Adam's two, old and new."""

ANSWER_BYTES = 64 * 1024**2
"""What a chunk's probabilities may take at a time."""


class Members(Sized, Protocol):
    """What can be asked about examples: a population of networks, or of estimators."""

    def probabilities(self, inputs: Any, /) -> np.ndarray:
        """Return probabilities [members, examples, classes] of a split's examples."""
        ...


@dataclass(frozen=True, eq=False)
class Chunk:
    """Members trained together: `population`, their `numbers`, and `inside` bool [members, examples]."""

    population: Members
    numbers: np.ndarray
    inside: np.ndarray


class Sums(Protocol):
    """What is summed besides of the answers of one chunk, which are made once for all who sum them."""

    def of_split(self, place: slice, answers: np.ndarray, /) -> None:
        """Take probabilities [members, examples, classes] of examples that members trained on, at `place`."""
        ...

    def of_also(self, place: slice, answers: np.ndarray, /) -> None:
        """Take those of examples that no member trained on, where they are asked about as well."""
        ...

    def arrays(self) -> Mapping[str, np.ndarray]:
        """Return the sums by name, [examples, ...]: they are added up over the chunks."""
        ...


Each = Callable[[Chunk], Sums]
"""Told of every chunk of members, without the diverged; returns what hears their answers."""


@runtime_checkable
class Foretold(Protocol):
    """One who is called with every chunk and says beforehand what its sums will be."""

    def forms(self) -> Forms:
        """Return what the sums are, by name."""
        ...


def tally(
    recipe: Recipe,
    split: TrainSplit,
    *,
    members: int,
    share: float = 0.7,
    seed: int = 0,
    first: int = 0,
    progress: Progress | None = None,
    parts: Parts | None = None,
    also: Split | None = None,
    each: Each | None = None,
    part: str = "members",
) -> Tallies:
    """Train `members`, each on its own share of the examples of `split`, and sum what they say of all.

    Members are trained in chunks of a size that depends on the recipe and the examples alone, and each full
    chunk is the same bits however many follow: with more members later, only theirs are trained.

    Main arguments:
        recipe: what is trained and how; every member is weighted 0 for the examples it leaves out.
        share: of the examples that each member trains on.
        first: number of the first member.
        also: examples that no member trains on, to be answered as well.

    Other arguments:
        progress: called before each chunk.
        parts: where finished chunks are kept.
        each: called with every chunk; what it sums is kept with the chunk, in `Tallies.extra`. Its
            `__name__` and `part` name the part.
        part: what the parts' names begin with: it must tell apart splits, and recipes that read alike.

    Raises `StudyError` before any training for a share that is not strictly between 0 and 1, too few members
    for every example to be left out by one and trained on by another, fewer than two examples in a class or
    a single class.
    """
    refuse_unfit(split)
    refuse_too_few(members, share)
    _refuse_too_large(split, also, members)
    parts = NoParts() if parts is None else parts
    stem = _stem(recipe, split, also, share=share, seed=seed, each=each, part=part)
    spans = chunks(recipe, split, members=members, share=share, first=first)
    total = None
    for place, span in enumerate(spans):
        if progress is not None:
            progress(f"members {span.start + 1:,} to {span.stop:,}, on {share:.0%} each", place, len(spans))
        name = f"{stem}-{span.start}-{span.stop}"
        kept = kept_part(parts, name, lambda found: _forms(found, split, also, each))
        if kept is None:
            own = _tally_chunk(recipe, split, span, share=share, seed=seed, also=also, each=each)
            parts.save(name, own.arrays())
        else:
            own = Tallies.of_arrays(kept)
        total = own if total is None else total + own
    assert total is not None
    return total


def _forms(found: Arrays, split: TrainSplit, also: Split | None, each: Each | None) -> Forms:
    """Return what is kept of a chunk; sums of one who does not say what they are may be any."""
    if each is None:
        return Tallies.forms(split, also, {})
    if isinstance(each, Foretold):
        return Tallies.forms(split, also, each.forms())
    own = {name.removeprefix(EXTRA): array for name, array in found.items() if name.startswith(EXTRA)}
    any_form = {name: Form(array.dtype.kind, array.shape) for name, array in own.items()}
    return Tallies.forms(split, also, any_form)


def chunks(
    recipe: Recipe, split: TrainSplit, *, members: int, share: float = 0.7, first: int = 0
) -> list[range]:
    """Return the numbers of the members that `tally` trains together, chunk by chunk."""
    size = _chunk_size(recipe, split, share)
    stop = first + members
    return [range(start, min(start + size, stop)) for start in range(first, stop, size)]


def refuse_unfit(split: TrainSplit) -> None:
    """Raise `StudyError` unless there are two classes or more, with two examples or more in each."""
    counts = np.bincount(split.labels, minlength=split.classes)
    if (counts > 0).sum() < 2:
        only = split.class_names[int(counts.argmax())]
        raise StudyError(
            f"all {len(split):,} labels are {only!r}: there is nothing to tell apart.",
            hint="give examples of at least two classes.",
        )
    few = np.flatnonzero((counts > 0) & (counts < 2))
    if len(few):
        raise StudyError(
            f"class {split.class_names[few[0]]!r} has {counts[few[0]]} example: a member that leaves it out "
            "cannot know the class.",
            hint="give at least two examples of every class.",
        )


def _refuse_too_large(split: TrainSplit, also: Split | None, members: int) -> None:
    def needs(count: int) -> tuple[budget.Need, ...]:
        more = 0 if also is None else len(also)
        return budget.tallies(count, examples=len(split), classes=split.classes, also=more)

    work = f"Summing what {members:,} members say of {len(split):,} examples of {split.classes:,} classes"
    budget.refuse_too_large(work, needs, members=members, smaller="take fewer examples or classes")


def _chunk_size(recipe: Recipe, split: TrainSplit, share: float) -> int:
    """Return a number of members that fits in memory: whole blocks, if a block fits."""
    state = 4 * STATE_COPIES * _parameters(recipe, split)
    weights = 8 * len(split)
    fitting = min(CHUNK_MEMBERS, max(1, CHUNK_BYTES // (state + weights)))
    block = block_size(share)
    return fitting // block * block if fitting >= block else fitting


def _parameters(recipe: Recipe, split: TrainSplit) -> int:
    import jax

    key = jax.eval_shape(lambda: jax.random.key(0))
    network = jax.eval_shape(lambda key: recipe.network.build(key, split.input_shape, split.classes), key)
    return sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(network) if hasattr(leaf, "shape"))


def _stem(
    recipe: Recipe, split: Split, also: Split | None, *, share: float, seed: int, each: Each | None, part: str
) -> str:
    """Return what a part's name begins with: everything that it depends on but the data themselves."""
    asked = "" if each is None else getattr(each, "__name__", type(each).__name__)
    facts = (recipe.to_toml(), len(split), 0 if also is None else len(also), repr(share), seed, asked)
    return f"{part}-{share:g}-{hashlib.sha256(repr(facts).encode()).hexdigest()[:16]}"


def _tally_chunk(
    recipe: Recipe,
    split: TrainSplit,
    span: range,
    *,
    share: float,
    seed: int,
    also: Split | None,
    each: Each | None,
) -> Tallies:
    """Train the members of one chunk and count their answers."""
    from thalweg.training.population import train

    inside = balanced_subsets(len(split), len(span), share=share, seed=seed, first=span.start)
    population = train(
        recipe, split, members=len(span), first=span.start, seed=seed, weights=inside.astype(np.float32)
    )
    sound = np.flatnonzero(~population.diverged)
    numbers = np.asarray(span, dtype=np.int64)[sound]
    if len(sound) < len(span):
        population, inside = population[sound], inside[sound]
    chunk = Chunk(population, numbers, inside)
    return tallied(chunk, split, share=share, diverged=len(span) - len(sound), also=also, each=each)


def tallied(
    chunk: Chunk,
    split: TrainSplit,
    *,
    share: float,
    diverged: int = 0,
    also: Split | None = None,
    each: Each | None = None,
) -> Tallies:
    """Sum what members that are trained say of all examples of `split`, on a `share` of which each trained.

    `diverged`: how many more were trained with them. Others as for `tally`. Raises `StudyError` for a share
    that is not strictly between 0 and 1.
    """
    even = (chunk.numbers // block_size(share)) % 2 == 0
    sums = None if each is None else each(chunk)
    counts = _count(chunk.population, split, chunk.inside, even, sums)
    answers = None if also is None else _count_also(chunk.population, also, sums)
    return Tallies(share, chunk.numbers, diverged, *counts, answers, {} if sums is None else sums.arrays())


def _count(
    population: Members, split: TrainSplit, inside: np.ndarray, even: np.ndarray, sums: Sums | None
) -> tuple[Counts, Counts, np.ndarray, np.ndarray]:
    """Return counts, counts of the even blocks, and sums of probabilities and votes of those left out."""
    right = np.empty(inside.shape, dtype=bool)
    probability = np.empty((len(split), split.classes))
    votes = np.empty((len(split), split.classes), dtype=np.int64)
    for place in pieces(population, split):
        answers = probabilities(population, split.take(place))
        chosen = answers.argmax(axis=-1)
        right[:, place] = chosen == split.labels[place]
        outside = ~inside[:, place]
        probability[place] = np.einsum("men,me->en", answers, outside, dtype=np.float64)
        votes[place] = _votes(chosen, outside, split.classes)
        if sums is not None:
            sums.of_split(place, answers)
    return Counts.of(inside, right), Counts.of(inside[even], right[even]), probability, votes


def _count_also(population: Members, split: Split, sums: Sums | None) -> Also:
    """Return what all members say of examples that none of them trained on."""
    right = np.empty((len(population), len(split)), dtype=bool)
    probability = np.empty((len(split), split.classes))
    votes = np.empty((len(split), split.classes), dtype=np.int64)
    for place in pieces(population, split):
        answers = probabilities(population, split.take(place))
        chosen = answers.argmax(axis=-1)
        right[:, place] = chosen == split.labels[place]
        probability[place] = answers.sum(axis=0, dtype=np.float64)
        votes[place] = _votes(chosen, np.ones(chosen.shape, dtype=bool), split.classes)
        if sums is not None:
            sums.of_also(place, answers)
    return Also(right.sum(axis=0, dtype=np.int64), probability, votes, as_bits(right))


def answers_of(population: Members, split: Split) -> np.ndarray:
    """Return the class that each member chooses, [members, examples], a piece of the examples at a time."""
    chosen = [
        probabilities(population, split.take(place)).argmax(axis=-1) for place in pieces(population, split)
    ]
    return np.concatenate(chosen, axis=1)


def probabilities(population: Members, split: Split) -> np.ndarray:
    """Return probabilities [members, examples, classes], with no members if none are left."""
    if len(population) == 0:
        return np.empty((0, len(split), split.classes), dtype=np.float32)
    return population.probabilities(split)


def _votes(chosen: np.ndarray, counted: np.ndarray, classes: int) -> np.ndarray:
    """Count, of `chosen` [members, examples], who of those that are `counted` chose which class."""
    place = np.arange(chosen.shape[1]) * classes + chosen
    votes = np.bincount(place[counted], minlength=chosen.shape[1] * classes)
    return votes.reshape(chosen.shape[1], classes)


def pieces(population: Members, split: Split) -> Iterator[slice]:
    """Cut the examples into pieces whose answers fit in memory."""
    return slices(len(split), ANSWER_BYTES // (4 * max(1, len(population)) * split.classes))
