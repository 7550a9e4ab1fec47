"""What a study will train, told before it begins: whether it fits into memory, and about how long it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from thalweg.data.dataset import TrainSplit
    from thalweg.training.recipe import Recipe

LONG = 2e13
"""Multiplications and additions from which on it is worth the seconds to time them: minutes of two cores."""

TIMED_EXAMPLES, TIMED_EPOCHS = 1_000, 3
"""What is trained of a work to time it; of its epochs the first compiles, and does not count."""


@dataclass(frozen=True, eq=False)
class Work:
    """`members` of a recipe at once on the examples of a split, `times` over. `engine`: as of `train`."""

    recipe: Recipe
    split: TrainSplit
    members: int
    times: float = 1.0
    engine: str = "auto"

    @property
    def parameters(self) -> int:
        """Weights and biases of one member."""
        from thalweg.networks.exchange import count_parameters

        return count_parameters(self.recipe.network, self.split.input_shape, self.split.classes)

    @property
    def shown(self) -> float:
        """How often members see an example, all together."""
        return self.times * self.members * self.recipe.epochs * len(self.split)


Foresight = Callable[[Sequence[Work]], None]

_foresight: ContextVar[Foresight | None] = ContextVar("foresight", default=None)


@contextmanager
def foreseeing(foresight: Foresight) -> Iterator[None]:
    """Have `foresight` called with all works of a study made inside, before the first of them begins."""
    before = _foresight.set(foresight)
    try:
        yield
    finally:
        _foresight.reset(before)


def foresee(works: Sequence[Work]) -> None:
    """Tell who foresees what will be trained.

    Raises `TooLarge` where the largest does not fit into memory: the widest networks often come last, hours
    after the first.
    """
    from thalweg.training import footprint

    largest = max(works, key=lambda work: work.parameters * work.members)
    footprint.refuse_too_large(largest.recipe, largest.split, largest.members)
    if (foresight := _foresight.get()) is not None:
        foresight(works)


def is_long(works: Sequence[Work]) -> bool:
    """Return whether works take so long that somebody wants to know how long."""
    return sum(6.0 * work.parameters * work.shown for work in works) >= LONG


def seconds_of(works: Sequence[Work]) -> float:
    """Return about how many seconds these trainings take on this machine, by training a little of two.

    The works of the smallest and of the largest networks are timed; an example of others is taken to cost in
    between, in a straight line over the number of parameters. Compiling, and what a study measures between
    its trainings, come on top. Two sizes take some ten seconds, most of them compiling.

    Examples:
        >>> import thalweg as tw
        >>> from thalweg.studies.foreseen import Work, seconds_of
        >>> recipe = tw.Recipe(network=tw.networks.Mlp((4,)), epochs=1)
        >>> 0 < seconds_of([Work(recipe, digits.train, 4)]) < 60
        True
    """
    sizes = {work.parameters: work for work in works}
    ends = sorted({min(sizes), max(sizes)})
    each = np.interp(
        [work.parameters for work in works], ends, [_seconds_an_example(sizes[end]) for end in ends]
    )
    return float(sum(pace * work.shown for pace, work in zip(each, works, strict=True)))


def _seconds_an_example(work: Work) -> float:
    """Return the seconds that an example of one member takes; the median of those epochs that count."""
    from thalweg.training import train

    some = work.split.take(np.arange(min(TIMED_EXAMPLES, len(work.split))))
    recipe = replace(work.recipe, batch_size=min(work.recipe.batch_size, len(some)))
    ends: list[float] = []
    train(
        recipe.for_epochs(TIMED_EPOCHS),
        some,
        members=work.members,
        engine=work.engine,
        progress=lambda state: ends.append(state.seconds),
    )
    return median(np.diff(ends).tolist()) / (len(some) * work.members)
