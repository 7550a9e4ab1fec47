"""One epoch of one group of members as one compiled program: a scan over batches of a vmap over members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from thalweg.networks import costs
from thalweg.networks.population import Network
from thalweg.spec import numbers_per_member, substitute
from thalweg.training import descent
from thalweg.training.descent import Batch, Info, State
from thalweg.training.examples import Examples
from thalweg.training.recipe import Recipe

SHARED = 2**32 - 1
"""What the seed's key is folded with for the chance that all members share: no member has this number."""

PIECE_BYTES, LEAST_PIECE = 4 * 1024**2, 16
"""What the intermediate values of a piece of a batch may take (a core's cache), and its fewest examples."""

MEASURE_BYTES, MOST_MEASURED = 128 * 1024**2, 1000
"""What the intermediate values of one piece of a measurement may take, and its most examples."""


@dataclass(frozen=True)
class EpochPlan:
    """What an epoch's program depends on besides its arrays.

    `counted`: the most real examples that count for one member, fewer than `examples` where weights of 0
    leave some out.
    """

    recipe: Recipe
    examples: int
    classes: int
    bytes_per_example: int
    counted: int

    @property
    def nothing(self) -> int:
        """Examples of nothing."""
        return self.recipe.exposure.count(self.examples)

    @property
    def passes_over(self) -> bool:
        """Whether a member's epoch passes over the examples that do not count for it.

        Batches that all members share hold every example that counts for one of them.
        """
        return self.recipe.order == "own" and self.counted < self.examples

    @property
    def rows(self) -> int:
        """Examples in a member's epoch: the real ones and those of nothing."""
        return (self.counted if self.passes_over else self.examples) + self.nothing

    @property
    def batch_size(self) -> int:
        """Examples in a batch."""
        size = self.recipe.batch_size
        return self.rows if isinstance(size, str) else min(size, self.rows)

    @property
    def piece(self) -> int:
        """Examples of a batch whose intermediate values are held at a time."""
        return min(self.batch_size, max(LEAST_PIECE, PIECE_BYTES // self.bytes_per_example))

    @property
    def fills_a_cache(self) -> bool:
        """Whether one member's smallest piece leaves no room for another's in a core's cache.

        So it is with convolutional networks: three at a time take 1.4 times as long as one after the other.
        """
        return 2 * LEAST_PIECE * self.bytes_per_example > PIECE_BYTES

    @property
    def steps_per_epoch(self) -> int:
        """Batches in an epoch; the last may be smaller."""
        return -(-self.rows // self.batch_size)

    @property
    def steps(self) -> int:
        """Batches in the whole training."""
        return self.steps_per_epoch * self.recipe.epochs

    @property
    def distorts_together(self) -> bool:
        """Whether pictures are distorted once an epoch, the same for all members."""
        return not self.recipe.augmentation.is_none and not self.distorts_each_member

    @property
    def distorts_each_member(self) -> bool:
        """Whether every member distorts the pictures for itself."""
        return any(path.startswith("augmentation.") for path, _ in numbers_per_member(self.recipe))


def shared_key(seed_key: PRNGKeyArray, epoch: Array | int) -> PRNGKeyArray:
    """Return the key of what all members of a seed share in one epoch: batches and distortions."""
    return jax.random.fold_in(jax.random.fold_in(seed_key, SHARED), epoch)


@jax.jit
def stream_of_all(seed_key: PRNGKeyArray, epoch: int, purpose: int) -> PRNGKeyArray:
    """Return the key of one purpose among what all members of a seed share in one epoch, as one program."""
    return jax.random.fold_in(shared_key(seed_key, epoch), purpose)


@jax.jit
def keys_of_members(seed_key: PRNGKeyArray, numbers: np.ndarray) -> PRNGKeyArray:
    """Return the keys [members] of the members of a seed that have these numbers."""
    return jax.vmap(lambda member: jax.random.fold_in(seed_key, member))(numbers)


def draw_order(
    plan: EpochPlan, key: PRNGKeyArray, weights: Float[Array, " all_examples"] | None = None
) -> Int[Array, " rows"]:
    """Shuffle the numbers of an epoch's examples.

    With a member's own `weights`, and a plan that passes over them, examples of weight 0 come last and most
    are not drawn at all.
    """
    if weights is None or not plan.passes_over:
        return jax.random.permutation(key, plan.rows)
    counts = jnp.concatenate([weights > 0, jnp.ones(plan.nothing, bool)])
    chance = jax.random.uniform(key, counts.shape)
    return jnp.argsort(jnp.where(counts, chance, 2.0))[: plan.rows]


def in_batches(
    plan: EpochPlan, order: Int[Array, " rows"]
) -> tuple[Int[Array, "steps batch"], Float[Array, "steps batch"]]:
    """Cut an order into batches: their examples, and how much each counts (0 for the filling of the last)."""
    filling = plan.steps_per_epoch * plan.batch_size - plan.rows
    order = jnp.concatenate([order, jnp.zeros(filling, order.dtype)])
    counts = jnp.concatenate([jnp.ones(plan.rows), jnp.zeros(filling)])
    shape = (plan.steps_per_epoch, plan.batch_size)
    return order.reshape(shape), counts.reshape(shape)


def order_keys(member_keys: PRNGKeyArray) -> PRNGKeyArray:
    """Return the keys that members draw their own orders of an epoch with."""
    return jax.vmap(lambda key: jax.random.fold_in(key, descent.ORDER))(member_keys)


def draw_orders(
    plan: EpochPlan, keys: PRNGKeyArray, weights: Float[Array, "keys all_examples"] | None
) -> Int[Array, "keys rows"]:
    """Draw an order with each key, whatever the keys are of: members, or what they all share."""
    axes = (0, None if weights is None else 0)
    return jax.vmap(lambda key, weights: draw_order(plan, key, weights), in_axes=axes)(keys, weights)


def run_epoch(
    plan: EpochPlan,
    states: State,
    numbers: Mapping[str, Float[Array, " members"]],
    keys: PRNGKeyArray,
    shared_key: PRNGKeyArray,
    epoch: Int[Array, ""],
    examples: Examples,
    weights: Float[Array, "members all_examples"] | None,
    *,
    walk: Callable[..., tuple[State, tuple[Array, Array, Array]]] | None = None,
    draw_orders: Callable[..., Int[Array, "keys rows"]] = draw_orders,
) -> tuple[State, Float[Array, " members"], Float[Array, " members"]]:
    """Train a group of members for one epoch.

    Args:
        plan: the recipe and the counts.
        states: stacked members.
        numbers: values of the recipe's fields that differ from member to member, by dotted path.
        keys: one key a member.
        shared_key: the key of what all members share in this epoch.
        epoch: its number, from 0.
        examples: the training split.
        weights: how much each example counts for each member; None: all 1.
        walk: what takes the steps, as `walk_sums` does, which is the default.
        draw_orders: what draws the order; see `drawn_epoch`.

    Returns: the new states, and each member's mean cost and accuracy over the epoch's batches.
    """
    member_keys, order, counts = drawn_epoch(plan, keys, shared_key, epoch, weights, draw_orders)
    places = jnp.arange(plan.steps_per_epoch)
    states, (cost, right, weight) = (walk or walk_sums)(
        plan, states, numbers, member_keys, order, counts, places, examples, weights
    )
    weight = jnp.maximum(weight, 1e-9)
    return states, cost / weight, right / weight


def keys_of_epoch(keys: PRNGKeyArray, epoch: Int[Array, ""]) -> PRNGKeyArray:
    """Return the keys [members] that members draw with in one epoch."""
    return jax.vmap(lambda key: jax.random.fold_in(key, epoch + 1))(keys)


def drawn_together(
    plan: EpochPlan, shared_key: PRNGKeyArray, draw_orders: Callable[..., Int[Array, "keys rows"]]
) -> tuple[Int[Array, "steps batch"], Float[Array, "steps batch"]]:
    """Draw the batches of an epoch that all members share; see `drawn_epoch`."""
    return in_batches(plan, draw_orders(plan, jax.random.fold_in(shared_key, descent.ORDER)[None], None)[0])


def drawn_epoch(
    plan: EpochPlan,
    keys: PRNGKeyArray,
    shared_key: PRNGKeyArray,
    epoch: Int[Array, ""],
    weights: Float[Array, "members all_examples"] | None = None,
    draw_orders: Callable[..., Int[Array, "keys rows"]] = draw_orders,
) -> tuple[PRNGKeyArray, Int[Array, "steps ..."], Float[Array, "steps ..."]]:
    """Draw what is random in one epoch; arguments as of `run_epoch`.

    `draw_orders`: what draws the order, all members' or each one's own; the function here, or the kernel.

    Returns: the members' keys of the epoch, and for each of its steps the examples [batch] that all members
    share, or [members, batch] where each has an order of its own, and how much each counts.
    """
    member_keys = keys_of_epoch(keys, epoch)
    if plan.recipe.order != "own":
        return member_keys, *drawn_together(plan, shared_key, draw_orders)
    drawn = draw_orders(plan, order_keys(member_keys), weights)
    order, counts = jax.vmap(lambda order: in_batches(plan, order))(drawn)
    return member_keys, jnp.swapaxes(order, 0, 1), jnp.swapaxes(counts, 0, 1)


def walk(
    plan: EpochPlan,
    states: State,
    numbers: Mapping[str, Float[Array, " members"]],
    member_keys: PRNGKeyArray,
    order: Int[Array, "steps ..."],
    counts: Float[Array, "steps ..."],
    places: Int[Array, " steps"],
    examples: Examples,
    weights: Float[Array, "members all_examples"] | None = None,
) -> tuple[State, Info]:
    """Take the steps of an epoch at `places`, whose batches `drawn_epoch` drew.

    Returns: the new states, and what each step shows of itself [steps, members].
    """

    def advance(states: State, batch_of_step: tuple[Array, Array, Array]) -> tuple[State, Info]:
        chosen, count, number = batch_of_step

        def one_member(state, key, numbers, weights, chosen, count):
            recipe = substitute(plan.recipe, numbers)
            key = jax.random.fold_in(key, number)
            inputs = examples.inputs(chosen)
            if plan.distorts_each_member:
                inputs = recipe.augmentation(jax.random.fold_in(key, descent.AUGMENTATION), inputs)
            labels = examples.labels[chosen]
            share = count if weights is None else count * weights[chosen]
            if not plan.recipe.exposure.is_none:
                share = jnp.where(labels < 0, count * recipe.exposure.weight, share)
            batch = Batch(inputs, labels, share)
            return descent.step(state, batch, recipe, key, steps=plan.steps, piece=plan.piece)

        axis = 0 if plan.recipe.order == "own" else None
        axes = (0, 0, 0, None if weights is None else 0, axis, axis)
        return jax.vmap(one_member, in_axes=axes)(states, member_keys, dict(numbers), weights, chosen, count)

    return jax.lax.scan(advance, states, (order, counts, places))


def walk_sums(*arguments: Any) -> tuple[State, tuple[Array, Array, Array]]:
    """Take steps as `walk` does; return the new states and each member's sums over them [members].

    The sums are of the cost, of how much was right, and of how much counted.
    """
    states, infos = walk(*arguments)
    return states, (infos.cost.sum(axis=0), infos.right.sum(axis=0), infos.weight.sum(axis=0))


def measure(
    plan: EpochPlan, networks: Network, examples: Examples
) -> tuple[Float[Array, " members"], Float[Array, " members"]]:
    """Return each member's mean cost (without l2 and smoothing) and accuracy over all of `examples`."""
    count, members = len(examples.labels), jax.tree.leaves(networks)[0].shape[0]
    piece = max(1, min(MOST_MEASURED, count, MEASURE_BYTES // (members * plan.bytes_per_example)))
    numbers = jnp.arange(-(-count // piece) * piece).reshape(-1, piece)

    def one_piece(total: Any, numbers: Array) -> tuple[Any, None]:
        chosen = jnp.minimum(numbers, count - 1)
        inputs, labels, counted = examples.inputs(chosen), examples.labels[chosen], numbers < count
        target = costs.targets(labels, plan.classes)

        def one_member(network: Network) -> tuple[Array, Array]:
            logits = jax.vmap(lambda x: network(x))(inputs)
            cost = jnp.sum(counted * costs.cost_per_example(plan.recipe.cost, logits, target))
            return cost, jnp.sum(counted & costs.is_right(logits, labels)).astype(jnp.float32)

        return jax.tree.map(jnp.add, total, jax.vmap(one_member)(networks)), None

    nothing = (jnp.zeros(members), jnp.zeros(members))
    (cost, right), _ = jax.lax.scan(one_piece, nothing, numbers)
    return cost / count, right / count


@lru_cache(maxsize=64)
def epoch_program(plan: EpochPlan, one_thread: bool, run: Callable = run_epoch) -> Callable:
    """Return the compiled epoch of a plan, the same one for every call with an equal plan.

    `run`: what trains a group for an epoch, `run_epoch` or the kernel in its place.

    It takes (states, numbers, keys, seed_key, epoch, examples, validation or None, weights or None) and
    returns the new states and rows of [members]: cost, accuracy and, with validation, its cost and accuracy.
    """

    def epoch_and_measure(states, numbers, keys, seed_key, epoch, examples, validation, weights):
        key = shared_key(seed_key, epoch)
        states, cost, accuracy = run(plan, states, numbers, keys, key, epoch, examples, weights)
        rows = [cost, accuracy]
        if validation is not None:
            rows += measure(plan, states.kept, validation)
        return states, rows

    on_cpu = jax.default_backend() == "cpu"
    options = {"xla_cpu_multi_thread_eigen": not one_thread} if on_cpu else None
    return jax.jit(epoch_and_measure, compiler_options=options)


def start_shapes(recipe: Recipe, input_shape: tuple[int, ...], classes: int) -> State:
    """Return the state of a member as it starts, shapes in place of arrays."""
    # neither changes a shape: a training is asked about before, and in the middle of others
    return _start_shapes(replace(recipe, epochs=1, name="start"), input_shape, classes)


@lru_cache(maxsize=64)
def _start_shapes(recipe: Recipe, input_shape: tuple[int, ...], classes: int) -> State:
    key = jax.eval_shape(lambda: jax.random.key(0))
    return jax.eval_shape(lambda key: descent.start(recipe, key, input_shape, classes), key)


@lru_cache(maxsize=64)
def start_program(recipe: Recipe, input_shape: tuple[int, ...], classes: int) -> Callable:
    """Return the compiled drawing of random starts: keys [members] to stacked states."""
    return jax.jit(jax.vmap(lambda key: descent.start(recipe, key, input_shape, classes)))
