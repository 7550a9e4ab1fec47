"""What a user of scikit-learn may ask of a population: every parameter checked, and the recipe they make."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from thalweg.errors import EstimatorError, near_match, shown
from thalweg.networks import Mlp
from thalweg.training import Adam, Recipe
from thalweg.training.native.support import ENGINES

ACTIVATIONS = {
    "relu": ("relu", "he"),
    "tanh": ("tanh", "glorot"),
    "logistic": ("sigmoid", "glorot"),
    "gelu": ("gelu", "he"),
}
"""What scikit-learn calls an activation: what it is called here, and the start that goes with it."""

PENALTY = 2.0
"""Of `alpha="auto"`: divided by the number of examples, it is the l2 (from `benchmarks/estimators.py`)."""

LARGEST_BATCH = 200
"""Examples of a batch where `batch_size` is "auto", as in scikit-learn."""
SEEDS = 2**32


@dataclass(frozen=True)
class Settings:
    """The parameters of a `PopulationClassifier`, checked; `alpha` and the rest mean what they mean there."""

    members: int
    hidden: tuple[int, ...]
    activation: str
    alpha: float | str
    batch_size: int | str
    learning_rate: float
    epochs: int
    tol: float
    patience: int
    validation_fraction: float
    test_fraction: float
    scaled: bool
    engine: str
    told: bool

    def batch(self, examples: int) -> int:
        """Return how many of `examples` a batch holds."""
        largest = LARGEST_BATCH if isinstance(self.batch_size, str) else self.batch_size
        return min(largest, examples)

    def recipe(self, examples: int, mean_weight: float) -> Recipe:
        """Return what is trained on so many `examples`, whose weights have this mean.

        Of a batch, scikit-learn divides `alpha` by the sum of the weights (Pedregosa et al. 2011,
        `MLPClassifier`), which is their number times their mean; an `l2` here is not divided by anything.
        """
        activation, initialisation = ACTIVATIONS[self.activation]
        batch = self.batch(examples)
        # a prior weighs the less the more examples there are, however many of them are in a batch
        strength = PENALTY / examples if isinstance(self.alpha, str) else self.alpha / batch
        return Recipe(
            network=Mlp(self.hidden, activation, initialisation),
            optimiser=Adam(self.learning_rate),
            batch_size=batch,
            epochs=self.epochs,
            l2=strength / mean_weight,
            # a member is what another fit would have been, the order of its examples included
            order="own",
            name="PopulationClassifier",
        )


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Return the parameters `given`, checked; raises `EstimatorError` for the first that cannot be."""
    held = {name: _real(given, name, 0.0, below=1.0) for name in ("validation_fraction", "test_fraction")}
    stops_early = _flag(given, "early_stopping")
    if stops_early and held["validation_fraction"] == 0:
        raise _refused(given, "validation_fraction", "a share above 0, to stop early by")
    if not stops_early:
        held["validation_fraction"] = 0.0
    if sum(held.values()) >= 1:
        raise EstimatorError(
            f"validation_fraction and test_fraction are {sum(held.values()):g} together: nothing is left to "
            "learn from.",
            hint="for example validation_fraction=0.1, test_fraction=0.2.",
        )
    return Settings(
        members=_whole(given, "members", 1, SEEDS - 2),
        hidden=_widths(given),
        activation=_word(given, "activation", ACTIVATIONS),
        alpha="auto" if _is_auto(given["alpha"]) else _real(given, "alpha", 0.0, also=' or "auto"'),
        batch_size="auto"
        if _is_auto(given["batch_size"])
        else _whole(given, "batch_size", 1, also=' or "auto"'),
        learning_rate=_real(given, "learning_rate_init", 0.0, open_below=True),
        epochs=_whole(given, "max_iter", 1),
        tol=_real(given, "tol", 0.0),
        patience=_whole(given, "n_iter_no_change", 1),
        validation_fraction=held["validation_fraction"],
        test_fraction=held["test_fraction"],
        scaled=_flag(given, "scale_inputs"),
        engine=_word(given, "engine", ENGINES),
        told=_flag(given, "verbose"),
    )


def seed_of(random_state: Any) -> int:
    """Return the seed that a `random_state` stands for: a number itself, else one drawn from the generator.

    Raises `EstimatorError` for what is neither a whole number from 0 nor None nor a `RandomState`.
    """
    if _is_whole(random_state) and 0 <= random_state < SEEDS:
        return int(random_state)
    try:
        return int(check_random_state(random_state).randint(2**31 - 1))
    except ValueError:
        raise EstimatorError(
            f"random_state={shown(random_state)}: expected None, a whole number from 0 to 4294967295, or a "
            "numpy.random.RandomState.",
            hint="for example random_state=0, which gives the same answers at every call.",
        ) from None


def _widths(given: Mapping[str, Any]) -> tuple[int, ...]:
    value = given["hidden_layer_sizes"]
    widths: tuple[Any, ...] = (
        tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else (value,)
    )
    if not all(_is_whole(width) and width >= 1 for width in widths):
        raise _refused(given, "hidden_layer_sizes", "whole numbers from 1, one a hidden layer")
    return tuple(int(width) for width in widths)


def _whole(given: Mapping[str, Any], name: str, low: int, high: int = 10**9, *, also: str = "") -> int:
    value = given[name]
    if not _is_whole(value) or not low <= value <= high:
        raise _refused(given, name, f"a whole number from {low} to {high}{also}")
    return int(value)


def _real(
    given: Mapping[str, Any],
    name: str,
    low: float,
    *,
    below: float = math.inf,
    open_below: bool = False,
    also: str = "",
) -> float:
    value: Any = given[name]
    known = isinstance(value, Real) and not isinstance(value, bool)
    if not known or not low <= float(value) < below or (open_below and value == low):
        least = f"above {low:g}" if open_below else f"of at least {low:g}"
        most = f" and below {below:g}" if math.isfinite(below) else ""
        raise _refused(given, name, f"a finite number {least}{most}{also}")
    return float(value)


def _word(given: Mapping[str, Any], name: str, known: Collection[str]) -> str:
    value = given[name]
    if not isinstance(value, str) or value not in known:
        guess = near_match(value, list(known)) if isinstance(value, str) else ""
        raise _refused(given, name, f"one of {', '.join(map(repr, known))}", guess)
    return value


def _flag(given: Mapping[str, Any], name: str) -> bool:
    value = given[name]
    if not isinstance(value, bool | np.bool_):
        raise _refused(given, name, "True or False")
    return bool(value)


def _is_auto(value: Any) -> bool:
    return isinstance(value, str) and value == "auto"


def _is_whole(value: Any) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


HINTS = {
    "members": "for example members=16.",
    "hidden_layer_sizes": "for example (100,), or () for a linear classifier.",
    "activation": "hidden_layer_sizes=() has no activation: what 'identity' would be.",
    "alpha": 'for example alpha=0.1, 0 for none, or "auto", which suits the number of examples.',
    "batch_size": 'for example batch_size=32, or "auto" for 200 (or all, where there are fewer).',
    "learning_rate_init": "for example learning_rate_init=0.001.",
    "max_iter": "the most epochs to train for, for example max_iter=100.",
    "tol": "for example tol=0.0001.",
    "n_iter_no_change": "for example n_iter_no_change=10.",
    "validation_fraction": "a share of the examples, for example 0.1.",
    "test_fraction": "a share of the examples to measure accuracy_interval_ on, for example 0.2; 0 for none.",
    "engine": "leave it out to have the quicker one.",
}


def _refused(given: Mapping[str, Any], name: str, expected: str, guess: str = "") -> EstimatorError:
    return EstimatorError(
        f"{name}={shown(given[name])}: expected {expected}.",
        hint=HINTS.get(name, f"for example {name}=True.") + guess,
    )
