"""How small a change of each example defeats each member, or all of them voting together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from thalweg import chunks
from thalweg.evaluation.adversarial.smallest_change import (
    Limits,
    Problem,
    Scores,
    Search,
    SmallestChange,
    smallest_change,
)
from thalweg.networks.footprint import bytes_per_example
from thalweg.networks.population import Population

BYTES_AT_ONCE = 256 * 1024**2  # intermediate values of one call
COPIES = 12  # arrays of the size of one input that a search holds at once


@dataclass(frozen=True, eq=False)
class Target:
    """The examples to be changed: `inputs` [examples, ...] inside `limits` and their `labels` [examples].

    `limits`: the lowest and the highest input allowed, numbers or arrays of the shape of one input.
    """

    inputs: np.ndarray
    labels: np.ndarray
    limits: tuple[Any, Any] = (0.0, 1.0)


@dataclass(frozen=True)
class Effort:
    """How hard to search: `steps` gradients from each of `starts` starts; `seed` of what is random."""

    steps: int = 20
    starts: int = 2
    seed: int = 0


class _Work(NamedTuple):
    """What one compiled call is given, besides the networks."""

    inputs: Array
    labels: Array
    limits: Limits
    box: Array
    search: Search

    def solve(self, scores: Scores, random: Array) -> SmallestChange:
        """Search for every example; `random` [examples, starts, *input shape]."""
        return jax.vmap(
            lambda x, label, random: smallest_change(
                Problem(scores, x, label, self.limits, self.box, self.search), random
            )
        )(self.inputs, self.labels, random)


def smallest_changes(population: Population, target: Target, *, norm: str, effort: Effort) -> SmallestChange:
    """Attack every member on every example; fields of the result are arrays [members, examples, ...].

    `norm`: "linf" or "l2", how a change is measured. Member i of a seed meets the same random numbers
    whatever the population around it.
    """
    work = _work(population, target, norm, effort)

    def attack(members: np.ndarray) -> SmallestChange:
        random = np.stack([_random(effort, member, work.inputs.shape) for member in members.tolist()])
        return _of_members(population[members].networks, jnp.asarray(random), work)

    return _in_groups(attack, len(population), cells(population) // len(target.labels))


def smallest_changes_of_ensemble(
    population: Population, target: Target, *, norm: str, effort: Effort
) -> SmallestChange:
    """Attack the members' mean probability on every example; fields of the result are [examples, ...]."""
    work = _work(population, target, norm, effort)
    random = _random(effort, 0, work.inputs.shape)

    def attack(examples: np.ndarray) -> SmallestChange:
        part = work._replace(inputs=work.inputs[examples], labels=work.labels[examples])
        return _of_ensemble(population.networks, population.readout, jnp.asarray(random[examples]), part)

    return _in_groups(attack, len(target.labels), cells(population) // len(population))


def cells(population: Population, memory: int = BYTES_AT_ONCE) -> int:
    """Return how many pairs of a member and an example can be attacked at once within `memory` bytes."""
    forward = bytes_per_example(population[0].network, population.input_shape)
    return memory // (2 * forward + 4 * COPIES * math.prod(population.input_shape))


@eqx.filter_jit
def _of_members(networks: Any, random: Array, work: _Work) -> SmallestChange:
    return eqx.filter_vmap(lambda network, random: work.solve(network, random))(networks, random)


@eqx.filter_jit
def _of_ensemble(networks: Any, readout: str, random: Array, work: _Work) -> SmallestChange:
    return work.solve(_vote(networks, readout), random)


def _vote(networks: Any, readout: str) -> Callable[[Array], Array]:
    def scores(x: Array) -> Array:
        logits = eqx.filter_vmap(lambda network: network(x))(networks)
        silent = jax.nn.log_sigmoid(logits) if readout == "sigmoid" else logits
        # In log space the gradient survives members that are all but certain.
        return jax.nn.logsumexp(jax.nn.log_softmax(silent), axis=0)

    return scores


def _work(population: Population, target: Target, norm: str, effort: Effort) -> _Work:
    inputs = np.asarray(target.inputs, np.float32).reshape(len(target.labels), *population.input_shape)
    low, high = (jnp.asarray(limit, jnp.float32) for limit in target.limits)
    if low.ndim:
        low, high = (limit.reshape(population.input_shape) for limit in (low, high))
    search = Search(effort.steps, effort.starts)
    return _Work(
        jnp.asarray(inputs), jnp.asarray(target.labels), (low, high), jnp.asarray(norm == "linf"), search
    )


def _random(effort: Effort, member: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return one member's normal numbers [examples, starts, *input shape]."""
    generator = np.random.default_rng([effort.seed, member])
    return generator.standard_normal((shape[0], effort.starts, *shape[1:]), dtype=np.float32)


def _in_groups(attack: Callable[[np.ndarray], SmallestChange], count: int, room: int) -> SmallestChange:
    """Attack `count` members or examples, `room` at a time at most; every call has the same shape."""
    parts: list[SmallestChange] = []
    for some, new in chunks.filled(count, chunks.even(count, room)):
        parts.append(SmallestChange(*(np.asarray(field)[:new] for field in attack(some))))
    return SmallestChange(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))
