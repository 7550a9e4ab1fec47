"""The path downhill that a run keeps: the weights of its first members at the start and after epochs.

While it trains, every snapshot is a file of its own beside the checkpoint, written before the checkpoint
that counts its epoch; a training that is stopped anywhere and resumed has every snapshot once. At the end
they become one file, `path.safetensors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thalweg.errors import RunError
from thalweg.runs.files import read_tensors, write_tensors
from thalweg.temporary import refuse_gone

if TYPE_CHECKING:
    import numpy as np

    Tensors = dict[str, np.ndarray]

FILE = "path.safetensors"
BYTES = 32_000_000
"""What a path that nobody asked for may take on disk."""
MEMBERS, FEWEST_PLACES = 4, 11
"""How many members' paths are kept where that is cheap; fewer before there are fewer places than this."""


@dataclass(frozen=True)
class PathPlan:
    """What of a path is kept: the first `members` members, after each of `epochs` (0 is the start)."""

    members: int
    epochs: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the plan as the run's record holds it."""
        return {"members": self.members, "epochs": list(self.epochs)}


def plan(keep: int | None, *, members: int, epochs: int, parameters: int) -> PathPlan | None:
    """Return what of a path to keep, or None for nothing.

    `keep`: of how many members, all epochs; 0 for none. None keeps four members, or fewer, where that takes
    at most `BYTES`: with every n-th epoch only where it must be, and nothing where not even the start, the
    middle and the end of one member fit.

    Raises `RunError` for a number below 0 or above the members that are trained.
    """
    if keep is None:
        return _affordable(min(MEMBERS, members), epochs, 4 * parameters)
    if isinstance(keep, bool) or not 0 <= keep <= members:
        raise RunError(
            f"the path of {keep} members cannot be kept: {members} are trained.",
            hint=f"give a whole number from 0 (none) to {members}.",
        )
    return PathPlan(keep, tuple(range(epochs + 1))) if keep else None


def _affordable(most: int, epochs: int, bytes_each: int) -> PathPlan | None:
    for members in range(most, 0, -1):
        places = BYTES // (members * bytes_each)
        if places >= min(epochs + 1, FEWEST_PLACES if members > 1 else 3):
            stride = -(-epochs // (places - 1))
            return PathPlan(members, tuple(sorted({*range(0, epochs, stride), epochs})))
    return None


class PathFiles:
    """Where the path of a run is kept. `folder` is the run, `planned` the plan in its record, or None."""

    def __init__(self, folder: Path, planned: Mapping[str, Any] | None):
        self.file = folder / FILE
        self.plan = None if planned is None else PathPlan(planned["members"], tuple(planned["epochs"]))
        self._snapshots = folder / "checkpoint"

    def keep(self, epoch: int, tensors: Mapping[str, np.ndarray]) -> None:
        """Keep the weights [members, ...] after `epoch`, in one atomic write."""
        refuse_gone(self.file.parent)
        write_tensors(self._snapshot(epoch), tensors, {"epoch": epoch})

    def join(self) -> None:
        """Make one file of the snapshots: every array [snapshots, members, ...]."""
        if self.plan is None:
            return
        import numpy as np

        snapshots = [read_tensors(self._snapshot(epoch))[0] for epoch in self.plan.epochs]
        shapes = [{name: array.shape for name, array in snapshot.items()} for snapshot in snapshots]
        for epoch, found in zip(self.plan.epochs, shapes, strict=True):
            if found != shapes[-1]:
                raise RunError(
                    f"{self._snapshot(epoch)}: holds other weights than the snapshot after it.",
                    hint="restore this file from a copy of the run, or train again.",
                )
        tensors = {name: np.stack([snapshot[name] for snapshot in snapshots]) for name in snapshots[0]}
        write_tensors(self.file, tensors, self.plan.to_json())

    def read(self) -> Tensors | None:
        """Return the arrays of the path, [snapshots, members, ...] each, or None where none was kept.

        Raises `RunError` when the file is missing, damaged or not what the run's record says.
        """
        if self.plan is None:
            return None
        tensors, facts = read_tensors(self.file)
        if facts != self.plan.to_json():
            raise RunError(
                f"{self.file}: holds another path than run.json says.",
                hint="restore this file from a copy of the run, or train again.",
            )
        return tensors

    def _snapshot(self, epoch: int) -> Path:
        return self._snapshots / f"path-{epoch:06d}.safetensors"
