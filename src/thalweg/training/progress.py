"""What a training tells after an epoch, and where it keeps its state between epochs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Tensors = dict[str, np.ndarray]


@dataclass(frozen=True)
class Progress:
    """Where a training stands after an epoch. Means are over members that have not diverged."""

    epoch: int
    epochs: int
    members: int
    diverged: int
    cost: float
    accuracy: float
    validation_accuracy: float
    seconds: float
    examples_per_second: float
    seconds_left: float


class Checkpoint(Protocol):
    """Where a training's state is kept between epochs."""

    def save(self, tensors: Tensors, facts: Mapping[str, Any]) -> None:
        """Keep everything needed to go on, in one atomic write."""

    def load(self) -> tuple[Tensors, dict[str, Any]] | None:
        """Return what was kept last, or None."""
