"""The way that members came: their weights at the start and after epochs of training."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import numpy as np

from thalweg.errors import EvaluationError, RunError
from thalweg.networks import exchange
from thalweg.networks.population import Population, flat_weights


@dataclass(frozen=True, eq=False)
class Path:
    """Members at some `epochs` of their training, in order; 0 is the start.

    `networks`: every array [snapshots, members, ...]. `like`: the trained population's readout, shapes and
    names, and which of the path's members had diverged in the end. `path[epoch]` is the population after so
    many epochs, `len(path)` the number of snapshots.
    """

    networks: Any
    epochs: tuple[int, ...]
    like: Population

    def __len__(self) -> int:
        return len(self.epochs)

    def __iter__(self) -> Iterator[Population]:
        return (self._at(place) for place in range(len(self)))

    def __getitem__(self, epoch: int) -> Population:
        if epoch not in self.epochs:
            raise EvaluationError(
                f"The path holds nothing after epoch {epoch}: it has {_listed(self.epochs)}.",
                hint="name one of these epochs.",
            )
        return self._at(self.epochs.index(epoch))

    @property
    def populations(self) -> tuple[Population, ...]:
        """The population at each of `epochs`."""
        return tuple(self)

    @property
    def members(self) -> int:
        """How many members' paths there are: the first ones of the population."""
        return len(self.like)

    @property
    def sound(self) -> tuple[int, ...]:
        """The members that did not diverge."""
        return tuple(np.flatnonzero(~self.like.diverged).tolist())

    def flat(self, member: int) -> np.ndarray:
        """Return the places of one member, float64 [snapshots, parameters], as `planes.flat_weights` orders.

        Raises `EvaluationError` for a member whose path was not kept.
        """
        self.check_kept([member])
        return np.stack([flat_weights(population[member].network) for population in self])

    def check_kept(self, members: Sequence[int]) -> None:
        """Raise `EvaluationError` for a member whose path was not kept."""
        for member in members:
            if not 0 <= member < self.members:
                raise EvaluationError(
                    f"The path of member {member} was not kept: there are those of members 0 to "
                    f"{self.members - 1}.",
                    hint=f"name one of these, or train again with --keep-path {member + 1}.",
                )

    def tensors(self) -> dict[str, np.ndarray]:
        """Return the arrays by the names of `exchange.to_tensors`, each [snapshots, members, ...]."""
        return exchange.to_tensors(self.networks)

    def _at(self, place: int) -> Population:
        networks = _mapped(lambda leaf: np.asarray(leaf)[place], self.networks)
        like = self.like
        return Population(networks, like.diverged, like.readout, like.input_shape, like.class_names)

    def __repr__(self) -> str:
        return f"Path({len(self)} snapshots of {self.members} members, epochs {_listed(self.epochs)})"


def path_through(populations: Sequence[Population], epochs: Sequence[int]) -> Path:
    """Return the path through populations of the same members, after so many epochs each.

    `train(..., watch=...)` shows them: `watch=lambda epoch, members: seen.append((epoch, members))`.

    Raises `EvaluationError` for epochs that do not rise, or as many as there are not populations.
    """
    if len(populations) != len(epochs) or not populations or list(epochs) != sorted(set(epochs)):
        raise EvaluationError(
            f"{len(populations)} populations at epochs {list(epochs)}: expected rising epochs, one each.",
            hint="give populations in the order in which they were trained, with their epochs.",
        )
    leaves = [eqx.filter(population.networks, eqx.is_array) for population in populations]
    stacked = jax.tree.map(lambda *parts: np.stack([np.asarray(part) for part in parts]), *leaves)
    rest = eqx.filter(populations[0].networks, eqx.is_array, inverse=True)
    return Path(eqx.combine(stacked, rest), tuple(int(epoch) for epoch in epochs), populations[-1])


def path_from_tensors(
    tensors: Mapping[str, np.ndarray], epochs: Sequence[int], *, spec: Any, like: Population
) -> Path:
    """Rebuild a path from `Path.tensors`. `spec`: what built the networks; `like`: the trained members.

    Raises `RunError` for arrays that do not fit the spec, the members or the epochs.
    """
    leading = (len(epochs), len(like))
    for name, tensor in tensors.items():
        if tensor.shape[:2] != leading:
            raise RunError(
                f"{name} of the path has shape {tensor.shape}: expected {leading} snapshots and members "
                "first.",
                hint="use the path together with the run that it was kept in.",
            )
    together = {name: tensor.reshape(-1, *tensor.shape[2:]) for name, tensor in tensors.items()}
    networks = exchange.from_tensors(together, spec, like.input_shape, like.classes)
    networks = _mapped(lambda leaf: leaf.reshape(*leading, *leaf.shape[1:]), networks)
    return Path(networks, tuple(epochs), like)


def _mapped(change: Callable[[Any], Any], networks: Any) -> Any:
    arrays, rest = eqx.partition(networks, eqx.is_array)
    return eqx.combine(jax.tree.map(change, arrays), rest)


def _listed(epochs: tuple[int, ...]) -> str:
    shown = [str(epoch) for epoch in epochs]
    return ", ".join(shown if len(shown) <= 8 else [*shown[:3], "...", shown[-1]])
