"""How the learning rate changes while training goes on: a factor of it for every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import jax.numpy as jnp
import optax
from jax import Array

from thalweg.spec import check, number, shares


@dataclass(frozen=True)
class Constant:
    """The same rate from first to last, after `warmup` (a share of all steps) of linear rise.

    Examples:
        >>> from thalweg.training import Constant
        >>> [round(float(Constant(warmup=0.5).multiplier(step, steps=4)), 2) for step in range(4)]
        [0.33, 0.67, 1.0, 1.0]
    """

    kind: ClassVar[str] = "constant"

    warmup: float = number(0.0, low=0.0, below=1.0, per_member=False)

    def __post_init__(self) -> None:
        check(self)

    def multiplier(self, step: Array, steps: int) -> Array:
        """Return the factor of the learning rate at `step` of `steps`."""
        return _rise(step, self.warmup, steps)


@dataclass(frozen=True)
class Steps:
    """The rate is multiplied by `factor` at each of the shares `at` of all steps.

    Examples:
        >>> from thalweg.training import Recipe, Steps
        >>> Recipe(schedule=Steps(at=(0.5, 0.75), factor=0.1)).schedule
        Steps(at=(0.5, 0.75), factor=0.1, warmup=0.0)
    """

    kind: ClassVar[str] = "steps"

    at: tuple[float, ...] = shares((0.5, 0.75))
    factor: float = number(0.1, above=0.0, high=1.0, per_member=False)
    warmup: float = number(0.0, low=0.0, below=1.0, per_member=False)

    def __post_init__(self) -> None:
        check(self)

    def multiplier(self, step: Array, steps: int) -> Array:
        """Return the factor of the learning rate at `step` of `steps`."""
        dropped = jnp.sum(step >= jnp.asarray([round(share * steps) for share in self.at]))
        return _rise(step, self.warmup, steps) * self.factor**dropped


@dataclass(frozen=True)
class Cosine:
    """Half a cosine from 1 down to `final` (Loshchilov and Hutter 2017, equation 5), after `warmup`.

    Examples:
        >>> from thalweg.training import Cosine, Recipe
        >>> Recipe(schedule=Cosine(warmup=0.1)).schedule
        Cosine(final=0.0, warmup=0.1)
    """

    kind: ClassVar[str] = "cosine"

    final: float = number(0.0, low=0.0, high=1.0, per_member=False)
    warmup: float = number(0.0, low=0.0, below=1.0, per_member=False)

    def __post_init__(self) -> None:
        check(self)

    def multiplier(self, step: Array, steps: int) -> Array:
        """Return the factor of the learning rate at `step` of `steps`."""
        risen = int(self.warmup * steps)
        fall = optax.cosine_decay_schedule(1.0, max(1, steps - risen), alpha=self.final)
        return _rise(step, self.warmup, steps) * fall(jnp.maximum(step - risen, 0))


Schedule = Constant | Steps | Cosine

SPECS = {spec.kind: spec for spec in (Constant, Steps, Cosine)}
"""Every schedule by the `kind` that a recipe names it with."""


def _rise(step: Array, warmup: float, steps: int) -> Array:
    risen = int(warmup * steps)
    return jnp.minimum(1.0, (step + 1) / (risen + 1)) if risen else jnp.ones_like(step, dtype=float)
