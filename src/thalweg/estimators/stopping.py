"""When each member of a population has learned enough: every one stops for itself, as if it were alone."""

from __future__ import annotations

from collections.abc import Callable

import equinox as eqx
import jax
import numpy as np

from thalweg.networks.history import History
from thalweg.networks.population import Population

Score = Callable[[Population], np.ndarray]


class Stopping:
    """Watches a training (`thalweg.training.train(watch=...)`) and keeps each member as it was to be kept.

    The rule is `MLPClassifier`'s, for each member: it has learned enough once its score, for more than
    `patience` epochs in a row, was not better than its best by `tol`. Without `score` that is minus its mean
    cost over the epoch, and it is kept as it stood then. With `score`, which returns [members] of a
    population, larger is better, it is kept as it stood when it scored best. Training ends once all have
    stopped; the others' further steps change nothing of one that has, so a member is the same in any company.

    Examples:
        >>> import thalweg as tw
        >>> from thalweg.estimators.stopping import Stopping
        >>> stopping = Stopping(members=3, tol=0.1, patience=1)
        >>> last = tw.train(tw.Recipe(epochs=30), digits.train, members=3, watch=stopping)
        >>> kept = stopping.kept(last)
        >>> bool((stopping.epochs < 30).all())
        True
    """

    def __init__(self, members: int, *, tol: float, patience: int, score: Score | None = None):
        self.tol, self.patience, self.score = tol, patience, score
        self.best = np.full(members, -np.inf)
        self.waited = np.zeros(members, int)
        self.stopped = np.zeros(members, bool)
        self.epochs = np.zeros(members, int)
        """Epochs that each member trained for, its waiting included."""
        self.scores: list[np.ndarray] = []
        """[members] of every epoch; NaN once a member has stopped."""
        self._networks = None
        self._taken = np.zeros(members, bool)
        self._diverged = np.zeros(members, bool)

    def __call__(self, done: int, population: Population) -> bool:
        """Look at the members after an epoch; returns whether all have stopped."""
        if done == 0:
            return False
        assert population.history is not None, "whoever trains has a history"
        found = -population.history.cost[:, -1] if self.score is None else self.score(population)
        found = np.where(population.diverged | ~np.isfinite(found), -np.inf, found)
        self.scores.append(np.where(self.stopped, np.nan, found))
        working = ~self.stopped
        self.epochs[working] = done
        better = working & (found > self.best)
        self.waited = np.where(found < self.best + self.tol, self.waited + 1, 0)
        self.best = np.where(better, found, self.best)
        # what has diverged comes back no more
        self.stopped |= (self.waited > self.patience) | (working & population.diverged)
        self._take(better if self.score is not None else working & self.stopped, population)
        return bool(self.stopped.all())

    def kept(self, last: Population) -> Population:
        """Return every member as it is to be kept; `last` is what training ended with.

        Its history has what each member did until it stopped, NaN afterwards; with `score` that is its
        `validation_accuracy`.
        """
        self._take(~self._taken, last)
        assert last.history is not None, "whoever trains has a history"
        after = np.arange(1, last.history.epochs + 1) > self.epochs[:, None]
        cost, accuracy, validation_cost, validation = (
            np.where(after, np.float32(np.nan), row)
            for row in (
                last.history.cost,
                last.history.accuracy,
                last.history.validation_cost,
                last.history.validation_accuracy,
            )
        )
        if self.score is not None:
            validation = np.stack(self.scores, axis=1).astype(np.float32)
        return Population(
            self._networks,  # type: ignore[arg-type]
            self._diverged.copy(),
            last.readout,
            last.input_shape,
            last.class_names,
            History(cost, accuracy, validation_cost, validation),
        )

    def _take(self, which: np.ndarray, population: Population) -> None:
        """Keep these members [members] as they stand in `population`."""
        if self._networks is None:
            self._networks = jax.tree.map(lambda leaf: np.array(leaf), population.networks)
        elif which.any():
            arrays, rest = eqx.partition(self._networks, eqx.is_array)
            fresh = eqx.filter(population.networks, eqx.is_array)
            self._networks = eqx.combine(
                jax.tree.map(lambda old, new: _chosen(which, np.asarray(new), old), arrays, fresh), rest
            )
        self._taken |= which
        self._diverged = np.where(which, population.diverged, self._diverged)


def _chosen(which: np.ndarray, new: np.ndarray, old: np.ndarray) -> np.ndarray:
    return np.where(which.reshape(-1, *[1] * (new.ndim - 1)), new, old)
