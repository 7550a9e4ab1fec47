"""The picture of a class that a network believes in most: gradient ascent on the picture itself.

Each picture climbs log p(class) − total_variation · TV(x) − brightness · |x|² (Simonyan et al., arXiv
1312.6034, equation 1, with the total variation of Mahendran & Vedaldi, arXiv 1412.0035, equation 3 with
β = 1), by Adam (Kingma & Ba, arXiv 1412.6980, algorithm 1) whose step length falls linearly to zero; after
every step the picture is brought back into [0, 1].
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from thalweg import chunks
from thalweg.evaluation.adversarial.attack import BYTES_AT_ONCE, cells
from thalweg.networks.population import Population

DECAYS = 0.9, 0.999  # of Adam's two running means
SMALL = 1e-8


@dataclass(frozen=True)
class Ascent:
    """How to climb: `steps` of at most about `step_length` a pixel, and what is paid for in log probability.

    `total_variation`: price of each unit of difference between neighbouring pixels. `brightness`: price of
    each unit of squared length. Both 0 leave the network's own belief alone.
    """

    steps: int = 100
    step_length: float = 0.05
    total_variation: float = 0.0
    brightness: float = 0.0


def dreams(population: Population, classes: np.ndarray, starts: np.ndarray, ascent: Ascent) -> np.ndarray:
    """Climb from every start towards every class in every member.

    `classes` int [classes], `starts` [starts, *input shape] in [0, 1]. Returns float32 [members, classes,
    starts, *input shape]. A few members at a time are one compiled program.
    """
    room = cells(population, BYTES_AT_ONCE) // (len(classes) * len(starts))
    given = jnp.asarray(classes), jnp.asarray(starts, jnp.float32)
    prices = jnp.array([ascent.step_length, ascent.total_variation, ascent.brightness], jnp.float32)
    found = np.empty((len(population), len(classes), *starts.shape), np.float32)
    for some, _ in chunks.filled(len(population), chunks.even(len(population), room)):
        found[some] = _climb_all(population[some].networks, population.readout, given, prices, ascent.steps)
    return found


def total_variation(picture: Array) -> Array:
    """Return the sum of absolute differences between neighbouring pixels of [height, width, ...]."""
    down = jnp.abs(jnp.diff(picture, axis=0)).sum()
    return down + jnp.abs(jnp.diff(picture, axis=1)).sum()


@eqx.filter_jit
def _climb_all(networks: Any, readout: str, given: tuple[Array, Array], prices: Array, steps: int) -> Array:
    classes, starts = given

    def of_member(network: Any) -> Array:
        def of_class(label: Array) -> Array:
            worth = _Worth(network, readout, label, prices)
            return jax.vmap(lambda start: _climb(worth, start, prices[0], steps))(starts)

        return jax.vmap(of_class)(classes)

    return eqx.filter_vmap(of_member)(networks)


class _Worth(eqx.Module):
    """What is climbed: the log probability of one class, less the prices."""

    network: Any
    readout: str = eqx.field(static=True)
    label: Array
    prices: Array

    def __call__(self, picture: Array) -> Array:
        logits = self.network(picture)
        # As `readout.probabilities`, in log space: the gradient survives where the probability rounds to 0.
        belief = jax.nn.log_softmax(jax.nn.log_sigmoid(logits) if self.readout == "sigmoid" else logits)
        _, variation, brightness = self.prices
        return belief[self.label] - variation * total_variation(picture) - brightness * (picture**2).sum()


def _climb(worth: _Worth, start: Array, step_length: Array, steps: int) -> Array:
    slope = jax.grad(worth)

    def step(state: tuple[Array, Array, Array], number: Array) -> tuple[tuple[Array, Array, Array], None]:
        picture, mean, square = state
        gradient = slope(picture)
        mean = DECAYS[0] * mean + (1 - DECAYS[0]) * gradient
        square = DECAYS[1] * square + (1 - DECAYS[1]) * gradient**2
        unbiased = mean / (1 - DECAYS[0] ** (number + 1))
        scale = jnp.sqrt(square / (1 - DECAYS[1] ** (number + 1))) + SMALL
        length = step_length * (1 - number / steps)
        return (jnp.clip(picture + length * unbiased / scale, 0.0, 1.0), mean, square), None

    nothing = jnp.zeros_like(start)
    (picture, _, _), _ = lax.scan(step, (start, nothing, nothing), jnp.arange(steps, dtype=jnp.float32))
    return picture


def starting_pictures(kinds: tuple[str, ...], input_shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Return float32 [kinds, *input shape] to climb from: "noise" (uniform), "grey" (0.5) or "blank" (0)."""
    generator = np.random.default_rng(seed)
    makers = {
        "noise": lambda: generator.uniform(size=math.prod(input_shape)),
        "grey": lambda: np.full(math.prod(input_shape), 0.5),
        "blank": lambda: np.zeros(math.prod(input_shape)),
    }
    return np.stack([makers[kind]().reshape(input_shape) for kind in kinds]).astype(np.float32)
