"""Who follows a training member by member, such as a tracker of experiments; and that it cannot harm it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np

MEASURES = ("cost", "accuracy", "validation_cost", "validation_accuracy")
"""What is known of every member after every epoch; see `networks.history.History`."""


@dataclass(frozen=True)
class Begun:
    """A training that begins.

    `name`: what it is called, a recipe's or a run's. `members`: how many; `first` is the number of the
    first, and `seed` theirs. `epochs`: how many in all. `settings`: the recipe, as tables. `run`: the path of
    the run that keeps it, None where nothing does.
    """

    name: str
    members: int
    first: int
    seed: int
    epochs: int
    settings: Mapping[str, Any]
    run: str | None = None


class Callback(Protocol):
    """What is told of a training. An error of `begin` is raised; a later one is a warning, and ends that."""

    def begin(self, begun: Begun) -> None:
        """Hear that a training begins, or goes on."""
        ...

    def epoch(self, done: int, history: Mapping[str, np.ndarray]) -> None:
        """Hear that an epoch is done, the `done`-th; `history` has [members, done] by names of `MEASURES`."""
        ...

    def end(self, finished: bool) -> None:
        """Hear that the training ended, at its last epoch or before."""
        ...


class Followers:
    """Those who follow one training; see `followed`."""

    def __init__(self, callbacks: Sequence[Callback]):
        self.callbacks = list(callbacks)

    def epoch(self, done: int, history: Mapping[str, np.ndarray]) -> None:
        """Tell everybody of an epoch."""
        for callback in list(self.callbacks):
            try:
                callback.epoch(done, history)
            except Exception as error:
                self._leave(callback, error)

    def end(self, finished: bool) -> None:
        """Tell everybody that the training ended."""
        for callback in list(self.callbacks):
            try:
                callback.end(finished)
            except Exception as error:
                self._leave(callback, error)

    def _leave(self, callback: Callback, error: Exception) -> None:
        self.callbacks.remove(callback)
        who = getattr(callback, "called", type(callback).__name__)
        warnings.warn(
            f"A {who} failed and is told nothing more; the training goes on. {type(error).__name__}: {error}",
            RuntimeWarning,
            stacklevel=3,
        )


class OfRun:
    """A callback that is told of a training under the name of the run that keeps it."""

    def __init__(self, callback: Callback, name: str, run: str):
        self.callback, self.name, self.run = callback, name, run
        self.called = type(callback).__name__
        self.epoch, self.end = callback.epoch, callback.end

    def begin(self, begun: Begun) -> None:
        """Hear that a training begins, or goes on."""
        self.callback.begin(replace(begun, name=self.name, run=self.run))


@contextmanager
def followed(callbacks: Sequence[Callback], begun: Begun) -> Iterator[Followers]:
    """Have `callbacks` follow the training inside, to whatever end it comes.

    Examples:
        >>> from thalweg.callbacks import Begun, followed
        >>> class Printing:
        ...     def begin(self, begun):
        ...         print(begun.name)
        ...     def epoch(self, done, history):
        ...         print(done, history["cost"].shape)
        ...     def end(self, finished):
        ...         print("finished" if finished else "stopped")
        >>> with followed([Printing()], Begun("mine", 2, 0, 0, 1, {})) as followers:
        ...     followers.epoch(1, {"cost": np.ones((2, 1))})
        mine
        1 (2, 1)
        finished
    """
    followers = Followers([])
    finished = False
    try:
        for callback in callbacks:
            callback.begin(begun)
            followers.callbacks.append(callback)
        yield followers
        finished = True
    finally:
        followers.end(finished)
