"""One member's way downhill, a random start and a step: pure functions; a population is a vmap."""

from __future__ import annotations

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from thalweg.networks import costs
from thalweg.networks.population import Network
from thalweg.spec import is_off
from thalweg.training.recipe import Recipe
from thalweg.training.schedules import Constant

START, ORDER, DROPOUT, AUGMENTATION, EXPOSURE = range(5)
"""What a member's key is folded with, one stream of chance for each purpose."""


class Batch(NamedTuple):
    """Examples of one step. `weights` are 1, 0 for an example that does not count, or anything between."""

    inputs: Float[Array, "examples ..."]
    labels: Int[Array, " examples"]
    weights: Float[Array, " examples"]


class State(eqx.Module):
    """What a member carries from step to step. `learns`: False where a weight stays as it is; None:
    nowhere."""

    network: Network
    average: Network | None
    optimiser: optax.OptState
    step: Int[Array, ""]
    learns: Network | None = None

    @property
    def kept(self) -> Network:
        """The weights that are kept in the end: the running average where there is one."""
        return self.network if self.average is None else self.average


class Info(NamedTuple):
    """What a step shows of itself: weighted sums over its batch."""

    cost: Float[Array, ""]
    right: Float[Array, ""]
    weight: Float[Array, ""]


def start(recipe: Recipe, key: PRNGKeyArray, input_shape: tuple[int, ...], classes: int) -> State:
    """Draw a member at random."""
    network: Any = recipe.network.build(jax.random.fold_in(key, START), input_shape, classes)
    return begin(recipe, network)


def begin(recipe: Recipe, network: Network, learns: Network | None = None) -> State:
    """Return the state of a member that begins at `network`, where all or what `learns` will be changed."""
    average = None if is_off(recipe.ema) else network
    optimiser = _optimiser(recipe, 1).init(network)  # type: ignore[arg-type]
    return State(network, average, optimiser, jnp.zeros((), int), learns)


def batch_cost(
    network: Network, batch: Batch, recipe: Recipe, key: PRNGKeyArray | None = None
) -> tuple[Array, Info]:
    """Return the cost that is minimised (weighted mean over the batch, plus l2) and the step's info.

    With a `key`, dropout is at work.
    """
    total, info = _summed_cost(network, batch, _dropout_keys(batch, recipe, key), recipe)
    cost = total / jnp.maximum(jnp.sum(batch.weights), 1e-9)
    return cost + 0.5 * recipe.l2 * squared_weights(network), info


def slope(
    network: Network, batch: Batch, recipe: Recipe, key: PRNGKeyArray | None = None, *, piece: int
) -> tuple[Network, Info]:
    """Return the gradient of `batch_cost` and the step's info, working through `piece` examples at a time.

    A gradient of a sum is a sum of gradients: pieces small enough for a core's cache make a convolutional
    network 1.4 times as fast, and they let a full batch be as large as it likes.
    """
    keys = _dropout_keys(batch, recipe, key)
    size = len(batch.labels)
    if size <= piece:
        gradient, info = _gradient(network, batch, keys, recipe)
    else:
        parts = jax.tree.map(lambda array: _in_pieces(array, piece), (batch, keys))

        def add(total: Any, part: tuple[Batch, Array | None]) -> tuple[Any, None]:
            return jax.tree.map(jnp.add, total, _gradient(network, *part, recipe)), None

        nothing = jax.tree.map(jnp.zeros_like, network), Info(*jnp.zeros(3))
        (gradient, info), _ = jax.lax.scan(add, nothing, parts)
    weight = jnp.maximum(jnp.sum(batch.weights), 1e-9)
    l2 = lambda leaf: recipe.l2 * leaf if leaf.ndim >= 2 else 0.0  # noqa: E731
    return jax.tree.map(lambda part, leaf: part / weight + l2(leaf), gradient, network), info


def _in_pieces(array: Array, piece: int) -> Array:
    """Cut the first axis into pieces, the last filled with zeros: an example of weight 0 does not count."""
    count = -(-len(array) // piece)
    filling = count * piece - len(array)
    if jnp.issubdtype(array.dtype, jax.dtypes.prng_key):
        filled = jnp.concatenate([array, jnp.repeat(array[:1], filling)])
    else:
        filled = jnp.pad(array, [(0, filling)] + [(0, 0)] * (array.ndim - 1))
    return filled.reshape(count, piece, *array.shape[1:])


def _dropout_keys(batch: Batch, recipe: Recipe, key: PRNGKeyArray | None) -> PRNGKeyArray | None:
    return None if key is None or is_off(recipe.dropout) else jax.random.split(key, len(batch.labels))


def _gradient(
    network: Network, batch: Batch, keys: PRNGKeyArray | None, recipe: Recipe
) -> tuple[Network, Info]:
    return jax.grad(_summed_cost, has_aux=True)(network, batch, keys, recipe)


def _summed_cost(
    network: Network, batch: Batch, keys: PRNGKeyArray | None, recipe: Recipe
) -> tuple[Array, Info]:
    if keys is None:
        logits = jax.vmap(lambda x: network(x))(batch.inputs)
    else:
        logits = jax.vmap(lambda x, own: network(x, recipe.dropout, own))(batch.inputs, keys)
    target = costs.targets(batch.labels, logits.shape[-1], recipe.label_smoothing)
    each = costs.cost_per_example(recipe.cost, logits, target)
    # an example of weight zero must not reach the sum even where its cost overflowed
    total = jnp.sum(jnp.where(batch.weights > 0, batch.weights * each, 0.0))
    return total, _info(batch, each, costs.is_right(logits, batch.labels))


def _info(batch: Batch, each: Array, right: Array) -> Info:
    """Sum over the examples that belong to a class; examples of nothing have no right answer."""
    weights = jnp.where(batch.labels >= 0, batch.weights, 0.0)
    cost = jnp.sum(jnp.where(weights > 0, weights * each, 0.0))
    return Info(cost, jnp.sum(weights * right), jnp.sum(weights))


def squared_weights(network: Network) -> Array:
    """Return the sum of squares of all weights; biases (one axis) are left out."""
    leaves = jax.tree.leaves(eqx.filter(network, eqx.is_inexact_array))
    return sum((jnp.sum(leaf**2) for leaf in leaves if leaf.ndim >= 2), start=jnp.zeros(()))


def step(
    state: State, batch: Batch, recipe: Recipe, key: PRNGKeyArray, *, steps: int, piece: int
) -> tuple[State, Info]:
    """Take one step down the slope of the batch's cost.

    `steps`: how many the whole training has. `piece`: examples to work through at a time.
    """
    own = jax.random.fold_in(key, DROPOUT)
    gradient, info = slope(state.network, batch, recipe, own, piece=piece)
    gradient = _where_it_learns(gradient, state)
    updates, optimiser = _optimiser(recipe, steps).update(gradient, state.optimiser, state.network)  # type: ignore[arg-type]
    # once more: weight decay, and an optimiser of one's own, may move what has no gradient
    network: Any = optax.apply_updates(state.network, _where_it_learns(updates, state))  # type: ignore[arg-type]
    average = _averaged(recipe, state, network)
    return State(network, average, optimiser, state.step + 1, state.learns), info


def _where_it_learns(change: Any, state: State) -> Any:
    """Return a change of the weights with 0 wherever a weight does not learn."""
    if state.learns is None:
        return change
    return jax.tree.map(lambda part, may: jnp.where(may, part, 0.0), change, state.learns)


def _averaged(recipe: Recipe, state: State, network: Network) -> Network | None:
    """Move the running average; its decay grows from 0.1, so that the random start is soon forgotten."""
    if state.average is None:
        return None
    decay = jnp.minimum(recipe.ema, (1.0 + state.step) / (10.0 + state.step))
    return jax.tree.map(lambda old, new: old + (1.0 - decay) * (new - old), state.average, network)


def _optimiser(recipe: Recipe, steps: int) -> optax.GradientTransformation:
    schedule = recipe.schedule
    if isinstance(schedule, Constant) and schedule.warmup == 0.0:
        return recipe.optimiser.build(None)
    return recipe.optimiser.build(lambda step: schedule.multiplier(step, steps))
