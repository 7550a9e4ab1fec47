"""What work will take of memory, before it begins: every estimate, and the refusal of what does not fit.

The sizes are those that the code allocates, taken together at the moment when there are most of them. They
are right to a factor that `tests/test_budget.py` states; what exceeds the memory there is, is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from thalweg import memory
from thalweg.errors import TooLarge
from thalweg.limits import SQUARED
from thalweg.sizes import size

BASE = 200 * 10**6
"""Of a process that computes at all: compiled programs and compiling, beside what it has already."""

FLOAT, DOUBLE = 4, 8

PAIR = 80
"""For each pair of classes: counts of members and of their vote, and their text in a file."""


@dataclass(frozen=True)
class Need:
    """Bytes of one kind of thing, for all members."""

    what: str
    bytes: int


def training(
    members: int,
    *,
    state: int,
    weights: int,
    at_once: int,
    epochs: int,
    examples: int,
    example: int,
    inputs: int,
    lit: float,
    prepared: bool,
    checkpoint: bool,
) -> tuple[Need, ...]:
    """Return what training takes.

    `state`: bytes of one member's weights, running average and optimiser state; `weights` of what is kept of
    it in the end; `at_once` of what members that learn at the same time take for it (gradients, intermediate
    values of a piece of a batch). `example`: bytes of one example as it is kept; `inputs`: the numbers of its
    network input, and `lit` the share of them that is not zero; `prepared`: whether an epoch has inputs of
    its own (distorted, or with examples of nothing). `checkpoint`: whether the state is written after it.
    """
    # the state and the next one; for a checkpoint, all members' together, and once more as they are written
    copies = 3 if checkpoint else 2
    # the kernel lists the places and values of what is not zero, twice as much where nothing was narrow
    lists = (2 if example < FLOAT * inputs else 4) * FLOAT * lit
    data = example + round((lists + (FLOAT if prepared else 0)) * inputs)
    return (
        Need("weights and what the optimiser remembers of them", members * (copies * state + 2 * weights)),
        Need("the history of every epoch", members * 4 * (DOUBLE + 2 * FLOAT) * epochs),
        Need("gradients and the values of a batch", at_once),
        Need("the examples", examples * data),
        Need("compiled programs", BASE),
    )


def answers(members: int, *, examples: int, classes: int, inputs: int, at_once: int) -> tuple[Need, ...]:
    """Return what asking members about examples takes.

    `inputs`: numbers of an example's network input; `at_once`: bytes of answers and of intermediate values
    that are held at a time.
    """
    return (
        Need("what each member answers", members * examples * (2 + 2 * FLOAT + 2)),
        Need("the mean answers", 4 * DOUBLE * examples * classes),
        Need("which class is taken for which", PAIR * _pairs(members, examples, classes)),
        Need("answers at a time", at_once),
        Need("examples at a time", 3 * FLOAT * inputs * min(examples, 1000)),
        Need("compiled programs", BASE),
    )


def _pairs(members: int, examples: int, classes: int) -> int:
    """Return how many pairs of classes are counted: all, or of very many at most one an answer."""
    return classes**2 if classes <= SQUARED else min(classes**2, members * examples)


def tallies(members: int, *, examples: int, classes: int, also: int = 0) -> tuple[Need, ...]:
    """Return what sums over members that leave examples out take; `also`: examples that nobody trains on."""
    sums = (2 * DOUBLE * classes + 10 * DOUBLE) * (examples + also)
    return (
        Need("who was right on what", members * (also // 8 + 2 * DOUBLE)),
        Need("sums of answers", 3 * sums),  # so far, of a chunk, and both together
    )


def total(needs: Sequence[Need]) -> int:
    """Return the bytes of all needs."""
    return sum(need.bytes for need in needs)


def members_that_fit(needs: Callable[[int], Sequence[Need]], members: int) -> int | None:
    """Return how many of so many members fit into the memory there is; None where that is not known."""
    left = memory.available()
    if left is None:
        return None
    return members if total(needs(members)) <= left else _members_that_fit(needs, left, members)


def refuse_too_large(
    work: str, needs: Callable[[int], Sequence[Need]], *, members: int = 1, smaller: str
) -> None:
    """Raise `TooLarge` where what is needed exceeds the memory there is.

    `work`: what is to be done, as a sentence begins. `needs`: what so many members need. `smaller`: what can
    be made smaller, as advice.

    Examples:
        >>> from thalweg.budget import Need, refuse_too_large
        >>> def needs(members):
        ...     return [Need("weights", members * 10**9)]
        >>> refuse_too_large("Training", needs, members=10**9, smaller="take a smaller network")
        Traceback (most recent call last):
        thalweg.errors.TooLarge: Training ...
        ...
    """
    left, wanted = memory.available(), needs(members)
    if left is None or total(wanted) <= left:
        return
    most = max(wanted, key=lambda need: need.bytes)
    fit = _members_that_fit(needs, left, members)
    advice = f"{fit:,} member{'' if fit == 1 else 's'} would fit; or {smaller}" if fit else smaller
    raise TooLarge(
        f"{work} takes about {size(total(wanted))} of memory, and {size(left)} are free. "
        f"{size(most.bytes)} of it are for {most.what}.",
        hint=f"{advice}. {memory.VARIABLE}=off lets it try.",
    )


def _members_that_fit(needs: Callable[[int], Sequence[Need]], left: int, members: int) -> int:
    """Return how many members fit, rounded down to two figures: an estimate is no promise."""
    fit, too_many = 0, members
    while too_many - fit > 1:
        middle = (fit + too_many) // 2
        fit, too_many = (middle, too_many) if total(needs(middle)) <= left else (fit, middle)
    unit = 10 ** max(0, len(str(fit)) - 2)
    return fit // unit * unit
