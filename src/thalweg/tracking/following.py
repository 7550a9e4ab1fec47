"""What all trackers share: which epochs are new, which members have runs of their own, missing packages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import numpy as np

from thalweg.callbacks import Begun
from thalweg.errors import TrackerError
from thalweg.tracking.bands import bands, of_member


class Follower(ABC):
    """A `callbacks.Callback` that writes one population and its first members somewhere."""

    def __init__(self, members: int):
        if not isinstance(members, int) or isinstance(members, bool) or members < 0:
            raise TrackerError(
                f"members={members!r}: expected how many members get a run of their own, 0 or more.",
                hint="leave members out for the default.",
            )
        self.members, self.written = members, 0

    def begin(self, begun: Begun) -> None:
        """Open the population's run and its members'."""
        self.written, self.count = 0, min(self.members, begun.members)
        self.open(begun)

    def epoch(self, done: int, history: Mapping[str, np.ndarray]) -> None:
        """Write every epoch that is not written yet: also those before a training went on."""
        for epoch in range(self.written + 1, done + 1):
            self.write(
                epoch, bands(history, epoch), [of_member(history, each, epoch) for each in range(self.count)]
            )
            self.written = epoch

    def end(self, finished: bool) -> None:
        """Close what is open."""
        self.close(finished)

    @abstractmethod
    def open(self, begun: Begun) -> None:
        """Open one run for the population, and one for each of the first `count` members."""

    @abstractmethod
    def write(self, epoch: int, population: Mapping[str, float], members: list[dict[str, float]]) -> None:
        """Write the numbers of one epoch (from 1)."""

    @abstractmethod
    def close(self, finished: bool) -> None:
        """Close all runs."""


def package(name: str, *parts: str) -> Any:
    """Return a tracker's package, or a part of it; `TrackerError` where it is not installed."""
    try:
        found = import_module(name)
        return import_module(".".join((name, *parts))) if parts else found
    except ImportError as error:
        raise TrackerError(
            f"This tracker needs the package {name}, which is not installed ({error}).",
            hint="pip install 'thalweg[trackers]'.",
        ) from None


def opened(what: str, act: Callable[[], Any]) -> Any:
    """Return what `act` gives; what a tracker's own package raises becomes a `TrackerError` about `what`."""
    try:
        return act()
    except TrackerError:
        raise
    except Exception as error:  # each package has exceptions of its own
        why = (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
        raise TrackerError(
            f"{what} cannot be written to: {why}",
            hint="check the folder or address, and that it can be written.",
        ) from error
