"""How a gradient becomes a step: inert specs that `build` into optax transformations.

Full-batch gradient descent is `Sgd` with the recipe's `batch_size="full"`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import optax
from jax import Array

from thalweg.errors import RecipeError
from thalweg.imported import first_line, imported
from thalweg.spec import check, flag, import_path, is_off, number

Multiplier = Callable[[Any], Array]


@dataclass(frozen=True)
class Sgd:
    """Gradient descent on batches, with heavy-ball momentum (Polyak 1964) or Nesterov's.

    Examples:
        >>> from thalweg.training import Recipe, Sgd
        >>> Recipe(optimiser=Sgd(learning_rate=0.5, momentum=0.9)).optimiser
        Sgd(learning_rate=0.5, momentum=0.9, nesterov=False)
    """

    kind: ClassVar[str] = "sgd"

    learning_rate: float = number(0.1, above=0.0)
    momentum: float = number(0.0, low=0.0, below=1.0)
    nesterov: bool = flag(False)

    def __post_init__(self) -> None:
        check(self)

    def build(self, multiplier: Multiplier | None) -> optax.GradientTransformation:
        """Return the optax transformation; `multiplier` maps a step number to a factor of the rate."""
        momentum = None if is_off(self.momentum) else self.momentum
        return optax.sgd(_rate(self.learning_rate, multiplier), momentum=momentum, nesterov=self.nesterov)


@dataclass(frozen=True)
class Adam:
    """Adam (Kingma and Ba 2015, algorithm 1).

    Examples:
        >>> from thalweg.training import Adam, Recipe
        >>> Recipe(optimiser=Adam(learning_rate=[0.001, 0.01])).optimiser
        Adam(learning_rate=(0.001, 0.01), beta1=0.9, beta2=0.999, epsilon=1e-08)
    """

    kind: ClassVar[str] = "adam"

    learning_rate: float = number(1e-3, above=0.0)
    beta1: float = number(0.9, low=0.0, below=1.0)
    beta2: float = number(0.999, low=0.0, below=1.0)
    epsilon: float = number(1e-8, above=0.0)

    def __post_init__(self) -> None:
        check(self)

    def build(self, multiplier: Multiplier | None) -> optax.GradientTransformation:
        """Return the optax transformation; `multiplier` maps a step number to a factor of the rate."""
        rate = _rate(self.learning_rate, multiplier)
        return optax.adam(rate, b1=self.beta1, b2=self.beta2, eps=self.epsilon)


@dataclass(frozen=True)
class AdamW:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2); biases do not decay.

    Examples:
        >>> from thalweg.training import AdamW, Recipe
        >>> Recipe(optimiser=AdamW(weight_decay=0.1)).optimiser.weight_decay
        0.1
    """

    kind: ClassVar[str] = "adamw"

    learning_rate: float = number(1e-3, above=0.0)
    weight_decay: float = number(1e-2, low=0.0)
    beta1: float = number(0.9, low=0.0, below=1.0)
    beta2: float = number(0.999, low=0.0, below=1.0)
    epsilon: float = number(1e-8, above=0.0)

    def __post_init__(self) -> None:
        check(self)

    def build(self, multiplier: Multiplier | None) -> optax.GradientTransformation:
        """Return the optax transformation; `multiplier` maps a step number to a factor of the rate."""
        return optax.adamw(
            _rate(self.learning_rate, multiplier),
            b1=self.beta1,
            b2=self.beta2,
            eps=self.epsilon,
            weight_decay=self.weight_decay,  # type: ignore[arg-type]
            mask=weights_only,
        )


CONTRACT = "a function make(learning_rate) that returns an optax.GradientTransformation"


@dataclass(frozen=True)
class OwnOptimiser:
    """An optimiser of one's own, or another of optax's, by the import path `module:name` of what makes it.

    What is named is called with the learning rate (a number, or a function of the step where the recipe has
    a schedule) and returns an optax transformation (DeepMind 2020, https://optax.readthedocs.io). A function
    of the user's can chain, clip and average as it likes. It is imported when training begins; raises
    `RecipeError` there for what does not fit.

    Examples:
        >>> from thalweg.training import OwnOptimiser, Recipe
        >>> Recipe(optimiser=OwnOptimiser("optax:lion", learning_rate=3e-4)).optimiser
        OwnOptimiser(path='optax:lion', learning_rate=0.0003)
    """

    kind: ClassVar[str] = "own"

    path: str = import_path(CONTRACT)
    learning_rate: float = number(1e-3, above=0.0)

    def __post_init__(self) -> None:
        check(self)

    def build(self, multiplier: Multiplier | None) -> optax.GradientTransformation:
        """Return the optax transformation; `multiplier` maps a step number to a factor of the rate."""
        make = imported(self.path)
        try:
            made = make(_rate(self.learning_rate, multiplier))
        except Exception as error:
            raise self._unfit(f"making it failed: {first_line(error)}") from error
        if not isinstance(made, optax.GradientTransformation):
            raise self._unfit(f"it made a {type(made).__name__}")
        return made

    def _unfit(self, why: str) -> RecipeError:
        return RecipeError(f"optimiser {self.path}: {why}.", hint=f"give {CONTRACT}.")


Optimiser = Sgd | Adam | AdamW | OwnOptimiser

OURS = {spec.kind: spec for spec in (Sgd, Adam, AdamW)}
"""The optimisers that come with the package, by their `kind`."""

SPECS = {**OURS, OwnOptimiser.kind: OwnOptimiser}
"""Every optimiser by the `kind` that a recipe names it with."""


def weights_only(parameters: optax.Params) -> optax.Params:
    """Return a mask of the same shape that is True for weights (two axes or more) and False for biases."""
    import jax

    return jax.tree.map(lambda leaf: leaf.ndim >= 2, parameters)


def _rate(learning_rate: float | Array, multiplier: Multiplier | None) -> optax.ScalarOrSchedule:
    if multiplier is None:
        return learning_rate  # type: ignore[return-value]
    return lambda step: learning_rate * multiplier(step)
