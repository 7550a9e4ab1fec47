"""Which members' paths can be looked at, and whether a path belongs to the members that are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thalweg.errors import EvaluationError

if TYPE_CHECKING:
    from thalweg.networks.path import Path
    from thalweg.networks.population import Population

NO_PATH = "no path was kept: weights at the start and in between are gone"
HOW_TO_KEEP = "train with --keep-path 4 (keep_path=4), or pass path=recording.path_of(run)."


def members_on(path: Path, population: Population) -> tuple[int, ...]:
    """Return the members whose path was kept and who did not diverge, counted in `population`.

    Raises `EvaluationError` for a path of other networks, or one that ends where the members do not stand.
    """
    if path.like.parameters != population.parameters or path.members > len(population):
        raise EvaluationError(
            f"A path of {path.members} members of {path.like.parameters:,} weights and biases: these are "
            f"{len(population)} members of {population.parameters:,}.",
            hint="pass the path of this very population: recording.path_of(run).",
        )
    for member in path.sound:
        check_end(path, population, member)
    return tuple(member for member in path.sound if not population.diverged[member])


def check_end(path: Path, population: Population, member: int) -> None:
    """Raise `EvaluationError` unless the path of `member` ends where the member stands."""
    from thalweg.networks.population import flat_weights

    end = flat_weights(path[path.epochs[-1]][member].network)
    if not np.array_equal(end, flat_weights(population[member].network)):
        raise EvaluationError(
            f"The path of member {member} does not end where this member stands.",
            hint="pass the whole population with its own path, its last epoch included.",
        )


def drawn_member(path: Path, population: Population, member: int | None) -> int:
    """Return whose path to draw: `member` where it is named, else the first that did not diverge.

    Raises `EvaluationError` where that member's path was not kept, or all that were kept diverged.
    """
    kept = members_on(path, population)
    if member is not None:
        path.check_kept([member])
        return member
    if not kept:
        raise EvaluationError(
            f"All {path.members} members whose path was kept diverged: their weights are no places on a map.",
            hint="train again with a smaller learning rate, or keep more paths with --keep-path.",
        )
    return kept[0]


def places_of(
    path: Path | np.ndarray | None, population: Population, member: int | None
) -> tuple[int | None, tuple[int, ...], np.ndarray | None]:
    """Return whose path it is that has a plane, after how many epochs its places were taken, and the places.

    A path given as an array is nobody's, and one of fewer than three places has no plane.
    """
    if path is None or isinstance(path, np.ndarray):
        return None, (), path
    walker = drawn_member(path, population, member)
    return (walker, path.epochs, path.flat(walker)) if len(path) > 2 else (None, (), None)


def check_places(path: np.ndarray, parameters: int) -> None:
    """Raise `EvaluationError` unless `path` is [places, parameters] and finite."""
    if path.ndim != 2 or path.shape[1] != parameters:
        raise EvaluationError(
            f"A path of shape {path.shape}: these networks have {parameters:,} weights and biases.",
            hint=f"give an array [places, {parameters}], in the order of `networks.planes.flat_weights`.",
        )
    if not np.isfinite(path).all():
        raise EvaluationError(
            "The path holds weights that are not finite.", hint="leave out what came after it diverged."
        )
