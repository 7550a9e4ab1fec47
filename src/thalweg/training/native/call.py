"""The kernel's epoch as a call of XLA's: what members carry is packed, and what is random drawn.

Order and chance are drawn by the same functions as for XLA's own epoch, so that both engines take the same
steps, to rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray

from thalweg.networks import ConvNet, Mlp
from thalweg.networks.activations import ACTIVATION_NAMES
from thalweg.networks.costs import COST_NAMES
from thalweg.spec import is_off, substitute
from thalweg.training import epoch as xla
from thalweg.training.descent import DROPOUT, State
from thalweg.training.epoch import EpochPlan
from thalweg.training.examples import Examples
from thalweg.training.native import order as native
from thalweg.training.native.chance import same_chance
from thalweg.training.native.library import LAYOUT, TARGET
from thalweg.training.optimisers import AdamW, Sgd
from thalweg.training.recipe import Recipe

RULES = ("sgd", "momentum", "nesterov", "adam")
SETTINGS = (
    *("rate", "beta1", "beta2", "epsilon", "correction1", "correction2", "decay"),
    *("l2", "smoothing", "exposure", "averaging", "kept"),
)
"""Numbers of a step, as kernel/job.h orders them."""


@dataclass(frozen=True)
class NativeEpoch:
    """The epoch of a group by the kernel; called as `thalweg.training.epoch.run_epoch` is.

    `lanes` of a vector register. `neurons`: whether they are the neurons of one member, whose members come
    one after the other; else a lane is a member, and as many members as there are lanes make a block.
    """

    lanes: int
    neurons: bool = False

    def __call__(
        self,
        plan: EpochPlan,
        states: State,
        numbers: Mapping[str, Float[Array, " members"]],
        keys: PRNGKeyArray,
        shared_key: PRNGKeyArray,
        epoch: Int[Array, ""],
        examples: Examples,
        weights: Float[Array, "members all_examples"] | None,
    ) -> tuple[State, Float[Array, " members"], Float[Array, " members"]]:
        """Train a group of members for one epoch; arguments and what is returned as of `run_epoch`."""
        given = (plan, states, numbers, keys, shared_key, epoch, examples, weights)
        return xla.run_epoch(*given, walk=self.walk, draw_orders=self.draw_orders)

    @property
    def draw_orders(self) -> Callable[..., Int[Array, "keys rows"]]:
        """What draws orders, as `thalweg.training.epoch.draw_orders` does."""
        return native.draw_orders if same_chance() else xla.draw_orders

    def walk(
        self,
        plan: EpochPlan,
        states: State,
        numbers: Mapping[str, Float[Array, " members"]],
        member_keys: PRNGKeyArray,
        order: Int[Array, "steps ..."],
        counts: Float[Array, "steps ..."],
        places: Int[Array, " steps"],
        examples: Examples,
        weights: Float[Array, "members all_examples"] | None,
    ) -> tuple[State, tuple[Array, Array, Array]]:
        """Take the steps at `places`; arguments and what is returned as of `walk_sums`."""
        steps = len(places)
        if plan.recipe.order == "own":  # [members, steps, batch]; as many count for every member
            order, counts = jnp.moveaxis(order, 1, 0), counts[:, 0]
        raw = examples.raw.reshape(len(examples.labels), -1)
        rule, first, second = _moments(plan.recipe, states.optimiser)
        carried = (states.network, first, second, states.average)
        packed = [self._packed(tree) for tree in carried]
        results = self._call(
            _plan_words(plan, rule, examples.raw.shape[1:], weights is not None, self),
            order.astype(jnp.int32),
            counts.astype(jnp.float32),
            examples.labels.astype(jnp.int32),
            raw if raw.dtype == jnp.uint8 else raw.astype(jnp.float32),
            _scale(examples.offset),
            _scale(examples.divisor),
            self._in_blocks(_settings(plan, numbers, states.step, steps)),
            self._packed_keys(plan, member_keys, places),
            self._packed_weights(weights, len(examples.labels)),
            packed,
        )
        trees: list[Any] = [
            None if tree is None else self._unpacked(array, tree)
            for tree, array in zip(carried, results[:4], strict=True)
        ]
        cost, right, weight = (array.reshape(-1)[: len(member_keys)] for array in results[4:])
        optimiser = _with_moments(states.optimiser, trees[1], trees[2], steps)
        return State(trees[0], trees[3], optimiser, states.step + steps), (cost, right, weight)

    def _call(self, *operands: Any) -> list[Array]:
        *given, packed = operands
        blocks = packed[0].shape[0]
        sums = [jax.ShapeDtypeStruct((blocks, self.together), jnp.float32)] * 3
        kept = [jax.ShapeDtypeStruct(array.shape, array.dtype) for array in packed]
        aliases = {len(given) + place: place for place in range(len(packed))}
        call = jax.ffi.ffi_call(TARGET, [*kept, *sums], input_output_aliases=aliases)
        return list(call(*given, *packed))

    @property
    def together(self) -> int:
        """How many members make a block."""
        return 1 if self.neurons else self.lanes

    def _in_blocks(self, array: Array) -> Array:
        """Turn [members, ...] into [blocks, ..., together]; the last block is filled with its last member."""
        members = array.shape[0]
        filling = -members % self.together
        filled = jnp.pad(array, [(0, filling)] + [(0, 0)] * (array.ndim - 1), mode="edge")
        return jnp.moveaxis(filled.reshape(-1, self.together, *array.shape[1:]), 1, -1)

    def _packed(self, tree: Any) -> Float[Array, "blocks parameters together"]:
        if tree is None:
            return jnp.zeros((1, 1, 1), jnp.float32)
        flat = [self._rows(leaf).reshape(len(leaf), -1) for leaf in jax.tree.leaves(tree)]
        return self._in_blocks(jnp.concatenate(flat, axis=1))

    def _rows(self, leaf: Array) -> Float[Array, "members ... outputs"]:
        """Put a layer's outputs last (as they are in convolutions), in whole registers for neurons."""
        turned = leaf if _is_convolution(leaf) else jnp.swapaxes(leaf, 1, -1)
        filling = -turned.shape[-1] % self.lanes if self.neurons else 0
        return jnp.pad(turned, [(0, 0)] * (turned.ndim - 1) + [(0, filling)])

    def _unpacked(self, array: Float[Array, "blocks parameters together"], like: Any) -> Any:
        leaves, structure = jax.tree.flatten(like)
        flat = jnp.moveaxis(array, -1, 1).reshape(-1, array.shape[1])[: len(leaves[0])]
        found, at = [], 0
        for leaf in leaves:
            rows = jax.eval_shape(self._rows, leaf).shape
            size = math.prod(rows[1:])
            part = flat[:, at : at + size].reshape(rows)
            if _is_convolution(leaf):
                found.append(part[..., : leaf.shape[-1]])
            else:
                found.append(jnp.swapaxes(part[..., : leaf.shape[1]], 1, -1))
            at += size
        return jax.tree.unflatten(structure, found)

    def _packed_keys(self, plan: EpochPlan, member_keys: PRNGKeyArray, places: Int[Array, " steps"]) -> Array:
        """Pack what members draw dropout with in the steps at `places`, [blocks, steps, 2, together]."""
        if is_off(plan.recipe.dropout):
            return jnp.zeros((1, 1, 1, 1), jnp.uint32)

        def of_step(key: PRNGKeyArray, place: Array) -> PRNGKeyArray:
            return jax.random.fold_in(jax.random.fold_in(key, place), DROPOUT)

        keys = jax.vmap(lambda key: jax.vmap(lambda place: of_step(key, place))(places))(member_keys)
        return self._in_blocks(jax.random.key_data(keys))

    def _packed_weights(self, weights: Array | None, examples: int) -> Array:
        if weights is None:
            return jnp.zeros((1, 1, 1), jnp.float32)
        # those of nothing have no weight of a member's own, and their place is not looked at
        filled = jnp.pad(weights, [(0, 0), (0, examples - weights.shape[1])])
        return self._in_blocks(filled)


def rule_of(recipe: Recipe) -> str:
    """Return which of the kernel's rules a recipe's optimiser is."""
    optimiser = recipe.optimiser
    if not isinstance(optimiser, Sgd):
        return "adam"
    if is_off(optimiser.momentum):
        return "sgd"
    return "nesterov" if optimiser.nesterov else "momentum"


def _is_convolution(leaf: Array) -> bool:
    """Whether these are weights [members, kernel, kernel, channels, outputs]."""
    return leaf.ndim == 5


def _plan_words(
    plan: EpochPlan, rule: str, shape: tuple[int, ...], weighted: bool, way: NativeEpoch
) -> Int[Array, " words"]:
    recipe, network = plan.recipe, plan.recipe.network
    assert isinstance(network, Mlp | ConvNet), "the kernel knows no others"
    convolutions, first, hidden = (
        [0] * 7,
        math.prod(shape),
        network.hidden if isinstance(network, Mlp) else (),
    )
    detectors: tuple[int, ...] = ()
    if isinstance(network, ConvNet):
        height, width, channels = (*shape, 1)[:3]
        same = int(network.padding == "same")
        convolutions = [len(network.channels), network.kernel, network.pool, same, height, width, channels]
        detectors, hidden, first = network.channels, network.dense, network.features_of(shape)
    words = [
        LAYOUT,
        way.lanes,
        ACTIVATION_NAMES.index(network.activation),
        COST_NAMES.index(recipe.cost),
        RULES.index(rule),
        int(recipe.order == "own"),
        int(not is_off(recipe.l2)),
        int(not is_off(recipe.ema)),
        int(weighted),
        int(not is_off(recipe.dropout)),
        int(way.neurons),
        len(hidden) + 1,
    ]
    return jnp.asarray(
        np.asarray([*words, *convolutions, *detectors, first, *hidden, plan.classes], np.int32)
    )


def _settings(
    plan: EpochPlan, numbers: Mapping[str, Array], step: Int[Array, " members"], steps: int
) -> Float[Array, "members steps settings"]:
    """Return the numbers of every step of every member, as `descent.step` would compute them."""

    def of_step(numbers: Mapping[str, Array], step: Array) -> Array:
        recipe = substitute(plan.recipe, numbers)
        optimiser: Any = recipe.optimiser
        values: dict[str, Any] = dict.fromkeys(SETTINGS, 0.0)
        values["rate"] = optimiser.learning_rate * recipe.schedule.multiplier(step, plan.steps)
        if isinstance(optimiser, Sgd):
            values["beta1"] = optimiser.momentum
        else:
            values |= {name: getattr(optimiser, name) for name in ("beta1", "beta2", "epsilon")}
            values["correction1"] = 1 - jnp.float32(optimiser.beta1) ** (step + 1)
            values["correction2"] = 1 - jnp.float32(optimiser.beta2) ** (step + 1)
        if isinstance(optimiser, AdamW):
            values["decay"] = optimiser.weight_decay
        values |= {"l2": recipe.l2, "smoothing": recipe.label_smoothing, "exposure": recipe.exposure.weight}
        values["kept"] = 1.0 - recipe.dropout
        values["averaging"] = 1 - jnp.minimum(recipe.ema, (1.0 + step) / (10.0 + step))
        return jnp.stack([jnp.asarray(values[name], jnp.float32) for name in SETTINGS])

    def of_member(numbers: Mapping[str, Array], step: Array) -> Array:
        return jax.vmap(lambda place: of_step(numbers, step + place))(jnp.arange(steps))

    return jax.vmap(of_member)(dict(numbers), step)


def _moments(recipe: Recipe, optimiser: Any) -> tuple[str, Any, Any]:
    """Return the rule, and what it carries: the trace of momentum, or Adam's two moments."""
    rule = rule_of(recipe)
    if rule == "sgd":
        return rule, None, None
    if rule == "adam":
        return rule, optax.tree_utils.tree_get(optimiser, "mu"), optax.tree_utils.tree_get(optimiser, "nu")
    return rule, optax.tree_utils.tree_get(optimiser, "trace"), None


def _with_moments(optimiser: Any, first: Any, second: Any, steps: int) -> Any:
    """Return optax's state after so many steps, with what the kernel carried on."""
    if second is not None:
        optimiser = optax.tree_utils.tree_set(optimiser, mu=first, nu=second)
    elif first is not None:
        optimiser = optax.tree_utils.tree_set(optimiser, trace=first)
    # what is left are counts of steps, of a schedule and of Adam
    is_count = lambda leaf: jnp.issubdtype(leaf.dtype, jnp.integer)  # noqa: E731
    return jax.tree.map(lambda leaf: leaf + steps if is_count(leaf) else leaf, optimiser)


def _scale(array: Array) -> Float[Array, " one_or_each"]:
    return jnp.ravel(jnp.asarray(array, jnp.float32))
