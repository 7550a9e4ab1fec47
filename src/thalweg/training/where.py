"""Who trains: this process, or workers that were named around the call.

Studies and audits train inside; whoever asks for workers names them once, around all of it, without a word
of it in what lies between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from thalweg.data.dataset import TrainSplit, ValidationSplit
from thalweg.training.examples import Examples
from thalweg.training.recipe import Recipe

Leaves = list[np.ndarray]
Trained = tuple[Leaves, np.ndarray]
"""The arrays of a group's state after an epoch, and its costs and accuracies [2 or 4, members]."""

Send = Callable[[int, Examples | None, Sequence[Leaves]], list[Trained]]
"""Trains all groups for an epoch: its number, examples that are its own, and the states of the groups."""


@dataclass(frozen=True, eq=False)
class Job:
    """One call of `train`, as it is sent to workers. `bounds`: which members are a group."""

    recipe: Recipe
    split: TrainSplit
    numbers: range
    seed: int
    validation: ValidationSplit | None
    weights: np.ndarray | None
    engine: Mapping[str, str]
    bounds: tuple[tuple[int, int], ...]
    one_thread: bool


class Workers(Protocol):
    """Who trains groups of members elsewhere."""

    @property
    def cores(self) -> int:
        """How many groups they train at once."""
        ...

    def to_json(self) -> dict[str, Any]:
        """Return what a run's record says of them."""
        ...

    def begin(self, job: Job) -> Send:
        """Send what all epochs need, once, and return what trains an epoch."""
        ...


_workers: ContextVar[Workers | None] = ContextVar("workers", default=None)


@contextmanager
def working_on(workers: Workers | None) -> Iterator[None]:
    """Have every training inside done by `workers`; None: by this process."""
    before = _workers.set(workers)
    try:
        yield
    finally:
        _workers.reset(before)


def current() -> Workers | None:
    """Return who trains now, None for this process."""
    return _workers.get()
