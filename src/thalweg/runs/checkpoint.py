"""The state of an unfinished training, kept between epochs in one file of the run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.runs.files import read_tensors, write_tensors
from thalweg.temporary import refuse_gone, remove_whole

if TYPE_CHECKING:
    import numpy as np

_SECONDS = "seconds"


class RunCheckpoint:
    """`checkpoint/state.safetensors`: tensors, and the facts of where the training stands.

    `epoch` is the number of epochs that are kept (0 before the first) and `seconds` the training time that
    they took, earlier sittings included.
    """

    def __init__(self, folder: Path):
        self.path = folder / "state.safetensors"
        self.epoch = 0
        self.seconds = 0.0
        self._seconds_before = 0.0
        self._began = time.monotonic()

    def save(self, tensors: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
        """Keep everything needed to go on, in one atomic write."""
        seconds = self._seconds_before + time.monotonic() - self._began
        refuse_gone(self.path.parent.parent)
        write_tensors(self.path, tensors, {**facts, _SECONDS: seconds})
        # only now: a write that is interrupted leaves the epoch before
        self.epoch, self.seconds = int(facts.get("epoch", 0)), seconds

    def load(self) -> tuple[dict[str, np.ndarray], dict[str, Any]] | None:
        """Return what was kept last, or None. Raises `RunError` when the file is damaged."""
        if not self.path.exists():
            return None
        tensors, facts = read_tensors(self.path)
        self._seconds_before = self.seconds = facts.pop(_SECONDS, 0.0)
        self._began = time.monotonic()
        self.epoch = facts.get("epoch", 0)
        return tensors, facts

    def remove(self) -> None:
        """Delete what was kept, once it is no longer needed."""
        remove_whole(self.path.parent)
