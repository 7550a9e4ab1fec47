"""Where members begin when that is given, in the place of a start that is drawn at random."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import equinox as eqx
import jax
import numpy as np

from thalweg.errors import TrainingError
from thalweg.networks.population import Network
from thalweg.training.descent import State


@dataclass(frozen=True, eq=False)
class Start:
    """Where members begin, and which of their weights learn.

    `networks`: stacked as a population's, every array [members, ...]. `learns`: booleans of the same
    structure and shapes, False where a weight stays exactly what it is in `networks`; None: all learn. So a
    pruned network is one whose pruned weights begin at 0 and do not learn.

    Examples:
        >>> import thalweg as tw
        >>> from thalweg.training import Start
        >>> begun = tw.train("classic", digits.train, members=2, watch=lambda epoch, members: True)
        >>> tw.train(tw.Recipe(epochs=1), digits.train, members=2, start=Start(begun.networks))
        Population(2 members of 13,002 parameters, 10 classes)
    """

    networks: Network
    learns: Network | None = None

    def of(self, chosen: slice) -> tuple[Network, Network | None]:
        """Return networks and what learns of some members."""
        return jax.tree.map(lambda leaf: jax.numpy.asarray(leaf[chosen]), (self.networks, self.learns))

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all values: a checkpoint goes on with the start that it was begun from."""
        digest = hashlib.sha256()
        for leaf in jax.tree.leaves((self.networks, self.learns)):
            digest.update(np.ascontiguousarray(leaf).tobytes())
        return digest.hexdigest()


def shapes_of(drawn: State, *, some_stay: bool) -> State:
    """Return the shapes of a member's state from those of one that is drawn.

    `some_stay`: whether some of its weights do not learn. Which, is then part of its state.
    """
    if not some_stay:
        return drawn
    return replace(
        drawn, learns=jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(leaf.shape, bool), drawn.network)
    )


def engine_for(start: Start | None, engine: str) -> str:
    """Return the engine for this start: XLA where some weights do not learn.

    Raises `TrainingError` where the kernel was asked for.
    """
    if start is None or start.learns is None:
        return engine
    if engine == "native":
        raise TrainingError(
            "engine='native' changes all weights, and some do not learn in this start.",
            hint="train with engine='auto', which takes XLA for it.",
        )
    return "xla"


def refuse_unfit_start(start: Start, network: Any, members: int) -> None:
    """Raise `TrainingError` unless `start` has `members` finite networks shaped as one `network`."""
    expected = [(members, *leaf.shape) for leaf in jax.tree.leaves(network)]
    for name, tree in (("networks", start.networks), ("learns", start.learns)):
        if tree is None:
            continue
        leaves = jax.tree.leaves(eqx.filter(tree, eqx.is_array))
        found = [leaf.shape for leaf in leaves]
        if found != expected or jax.tree.structure(tree) != jax.tree.structure(network):
            raise TrainingError(
                f"start.{name} are arrays of shapes {found}: expected those of {members} members of the "
                f"recipe's network, {expected}.",
                hint="take the networks of a population of as many members of the same recipe.",
            )
        if not all(np.isfinite(np.asarray(leaf)).all() for leaf in leaves):
            raise TrainingError(
                f"start.{name} hold numbers that are not finite.", hint="leave out members that diverged."
            )
        if name == "learns" and any(leaf.dtype != bool for leaf in leaves):
            raise TrainingError(
                f"start.learns are of type {leaves[0].dtype}: expected booleans.",
                hint="give True where a weight learns, for example weight != 0.",
            )
