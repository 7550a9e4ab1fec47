"""The state of a training that was kept, held to what the recipe says of it before it is gone on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from thalweg.errors import TrainingError


def state_of_all(
    tensors: Mapping[str, np.ndarray], start: Sequence[Any], history: tuple[int, ...]
) -> list[np.ndarray]:
    """Return what was kept of all members, an array [members, ...] for every part of a member's state.

    `start`: what a member starts as, of each part its shape and type. `history`: the shape of what is kept of
    the epochs, [measures, members, epochs].

    Raises `TrainingError` for parts that are missing, or of another shape or type than the recipe's.
    """
    members = history[1]
    expected: dict[str, tuple[tuple[int, ...], Any]] = {
        f"state.{number}": ((members, *leaf.shape), leaf.dtype) for number, leaf in enumerate(start)
    }
    expected["history"] = (history, np.dtype(np.float64))
    found = {name: (tensor.shape, tensor.dtype) for name, tensor in tensors.items()}
    for name in {**expected, **found}:
        if found.get(name) != expected.get(name):
            raise TrainingError(
                f"the checkpoint is damaged: {name} is {_said(found.get(name))}, expected "
                f"{_said(expected.get(name))}.",
                hint="restore it from a copy of the run, or train again.",
            )
    return [tensors[f"state.{number}"] for number in range(len(start))]


def epochs_kept(facts: Mapping[str, Any], epochs: int) -> int:
    """Return how many epochs are kept. Raises `TrainingError` for more than there are to be trained."""
    done = int(facts.get("epoch", 0))
    if done > epochs or facts.get("group_size", 1) < 1:
        raise TrainingError(
            f"the checkpoint is damaged: it tells of {done:,} epochs, in groups of "
            f"{facts.get('group_size', 1)}; {epochs:,} are trained.",
            hint="restore it from a copy of the run, or train again.",
        )
    return done


def _said(kind: tuple[tuple[int, ...], np.dtype] | None) -> str:
    return "nothing" if kind is None else f"{kind[1]} {' x '.join(map(str, kind[0])) or 'of no axes'}"
