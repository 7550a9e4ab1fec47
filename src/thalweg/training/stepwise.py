"""Training step by step, for whoever looks at it: stop anywhere, go on, change the rate, begin again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from thalweg import loaded
from thalweg.data.dataset import Split, TrainSplit
from thalweg.errors import TrainingError
from thalweg.networks.costs import readout_of
from thalweg.networks.footprint import bytes_per_example
from thalweg.networks.population import Network, Population
from thalweg.spec import numbers_per_member, substitute
from thalweg.training.epoch import (
    EpochPlan,
    drawn_epoch,
    keys_of_members,
    measure,
    shared_key,
    start_program,
    walk,
)
from thalweg.training.examples import Examples
from thalweg.training.recipe import Recipe
from thalweg.training.trainable import check_trainable

RATE = "optimiser.learning_rate"
TOGETHER = (64, 8, 1)
"""How many steps one call of a compiled program takes: as many as fit, so that there are three programs."""


@dataclass(frozen=True)
class Steps:
    """What some steps showed of themselves: each member's mean cost and accuracy over their batches."""

    steps: int
    cost: np.ndarray
    accuracy: np.ndarray


class Stepwise:
    """A population that is trained step by step, each step the very one that `train` would take.

    Main arguments: as of `train`. What `train` does once an epoch (distorted pictures, examples of nothing)
    and what each member leaves out are not offered: recipes with such parts are refused with
    `TrainingError`.

    Examples:
        >>> import thalweg as tw
        >>> from thalweg.training.stepwise import Stepwise
        >>> training = Stepwise(tw.Recipe(), digits.train, members=4, seed=0)
        >>> training.advance(10).cost.shape
        (4,)
        >>> training.step
        10
    """

    def __init__(self, recipe: Recipe, split: TrainSplit, *, members: int = 1, seed: int = 0):
        loaded.make_room()
        check_trainable(recipe, split, members=members, seed=seed)
        if not (recipe.augmentation.is_none and recipe.exposure.is_none):
            raise TrainingError(
                f"the recipe {recipe.name} distorts pictures or shows examples of nothing, once an epoch.",
                hint="leave augmentation and exposure out to train step by step.",
            )
        self.recipe, self.split, self.members = recipe, split, members
        numbers = {path: np.asarray(values, np.float32) for path, values in numbers_per_member(recipe)}
        # the rate differs from member to member as far as the program knows: so it can change as it goes
        numbers.setdefault(RATE, np.full(members, recipe.optimiser.learning_rate, np.float32))
        self._numbers = numbers
        template = substitute(recipe, dict.fromkeys(numbers, 0.5))
        varied = substitute(recipe, {RATE: tuple(map(float, numbers[RATE]))})
        self._seed_key = jax.random.key(seed)
        self._keys = keys_of_members(self._seed_key, np.arange(members))
        self._start = start_program(template, split.input_shape, split.classes)
        self._states = self._start(self._keys)
        one = jax.tree.map(lambda leaf: leaf[0], eqx.filter(self._states.network, eqx.is_array))
        network = eqx.combine(one, self._states.network)
        size = bytes_per_example(network, split.input_shape)
        self._plan = EpochPlan(varied, len(split), split.classes, size, len(split))
        self._examples = Examples.of(split)
        self._drawn: tuple[int, Any] | None = None
        self.step = 0

    @property
    def steps_per_epoch(self) -> int:
        """Steps in which every example is seen once."""
        return self._plan.steps_per_epoch

    @property
    def rate(self) -> float:
        """The learning rate of the next step, of the first member."""
        return float(self._numbers[RATE][0])

    def change_rate(self, rate: float) -> None:
        """Go on with another learning rate, of all members. Raises `TrainingError` for one that is none."""
        if not (np.isfinite(rate) and rate > 0):
            raise TrainingError(f"rate={rate!r}: expected a number above 0.", hint="for example 0.1.")
        self._numbers[RATE] = np.full(self.members, rate, np.float32)

    def rewind(self) -> None:
        """Go back to the random start, the very same."""
        self._states, self.step = self._start(self._keys), 0

    def advance(self, steps: int = 1) -> Steps:
        """Take so many steps."""
        cost, right, weight = np.zeros((3, self.members))
        left = steps
        while left:
            epoch, place = divmod(self.step, self.steps_per_epoch)
            count = next(each for each in TOGETHER if each <= min(left, self.steps_per_epoch - place))
            infos = self._walk(epoch, place, count)
            cost, right, weight = (
                total + np.asarray(part, np.float64).sum(axis=0)
                for total, part in zip((cost, right, weight), infos, strict=True)
            )
            self.step += count
            left -= count
        weight = np.maximum(weight, 1e-9)
        return Steps(steps, cost / weight, right / weight)

    def measure(self, split: Split) -> tuple[np.ndarray, np.ndarray]:
        """Return each member's cost and accuracy on examples of `split`, as it stands."""
        found = _measure(self._plan, self._states.kept, _examples_of(split))
        return np.asarray(found[0]), np.asarray(found[1])

    @property
    def networks(self) -> Network:
        """The members as they stand, stacked, on the device that trains them."""
        return self._states.kept

    def population(self) -> Population:
        """Return the members as they stand."""
        networks = jax.tree.map(np.asarray, self._states.kept)
        finite = np.ones(self.members, dtype=bool)
        for leaf in jax.tree.leaves(eqx.filter(networks, eqx.is_array)):
            finite &= np.isfinite(leaf).reshape(self.members, -1).all(axis=1)
        readout, split = readout_of(self.recipe.cost), self.split
        return Population(networks, ~finite, readout, split.input_shape, split.class_names)

    def _walk(self, epoch: int, place: int, count: int) -> Any:
        if self._drawn is None or self._drawn[0] != epoch:
            key = shared_key(self._seed_key, epoch)
            self._drawn = epoch, _draw(self._plan, self._keys, key, jnp.asarray(epoch))
        member_keys, order, counts = self._drawn[1]
        chosen = slice(place, place + count)
        numbers = {path: jnp.asarray(values) for path, values in self._numbers.items()}
        self._states, infos = _walk(
            self._plan,
            self._states,
            numbers,
            member_keys,
            order[chosen],
            counts[chosen],
            jnp.arange(place, place + count),
            self._examples,
        )
        return infos.cost, infos.right, infos.weight


_draw = jax.jit(drawn_epoch, static_argnums=0)
_walk = jax.jit(walk, static_argnums=0)
_measure = jax.jit(measure, static_argnums=0)


@lru_cache(maxsize=8)
def _examples_of(split: Split) -> Examples:
    return Examples.of(split)
