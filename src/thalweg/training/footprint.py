"""How much memory a training will take: sizes read off the recipe and the examples, nothing computed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from thalweg import budget
from thalweg.data.dataset import Split, ValidationSplit
from thalweg.networks.footprint import bytes_per_example
from thalweg.spec import numbers_per_member, substitute
from thalweg.training import descent, groups
from thalweg.training.epoch import MEASURE_BYTES, MOST_MEASURED, EpochPlan
from thalweg.training.native.support import choose
from thalweg.training.recipe import Recipe

LOOKED_AT = 256
"""Examples that are looked at for the share of their inputs that is not zero."""

SMALLER = "take fewer epochs, a smaller network (--set hidden=...) or a smaller batch (--set batch_size=...)"


@dataclass(frozen=True)
class MemberSize:
    """Bytes of one member.

    `state` of all that it is while it trains, `weights` of what is kept of it in the end, `per_example` of
    the intermediate values that an example makes.
    """

    state: int
    weights: int
    per_example: int


def member_size(recipe: Recipe, input_shape: tuple[int, ...], classes: int) -> MemberSize:
    """Return how large a member is, from the shapes of its program."""
    # numbers member by member change nothing about shapes, but a plain zero leaves a part out
    template = substitute(recipe, {path: 0.5 for path, _ in numbers_per_member(recipe)})
    return _sized(replace(template, epochs=1, name="sized"), tuple(input_shape), classes)


@lru_cache(maxsize=64)
def _sized(template: Recipe, input_shape: tuple[int, ...], classes: int) -> MemberSize:
    def start(key: Any) -> descent.State:
        return descent.start(template, key, input_shape, classes)

    state = jax.eval_shape(start, jax.random.key(0))
    return MemberSize(
        _bytes_of(state), _bytes_of(state.network), bytes_per_example(state.network, input_shape)
    )


def needs_of_training(
    recipe: Recipe,
    split: Split,
    members: int,
    *,
    validation: ValidationSplit | None = None,
    checkpoint: bool = True,
) -> tuple[budget.Need, ...]:
    """Return what training so many members of this recipe on these examples takes; see `budget.training`."""
    one = member_size(recipe, split.input_shape, split.classes)
    plan = EpochPlan(recipe, len(split), split.classes, one.per_example, len(split))
    inputs = math.prod(split.input_shape)
    working = 2 * one.weights + 2 * plan.piece * one.per_example
    if recipe.order == "own" or plan.distorts_each_member:
        working += 2 * plan.batch_size * 4 * inputs + 16 * plan.rows
    # groups at work are held to a size together, but for one member on each core; then members are measured
    cores = groups.core_count()
    lit = float(np.mean(split.take(slice(0, LOOKED_AT)).inputs != 0))
    engine = choose("auto", recipe, members=members, inputs=inputs, lit=lit)
    most = cores * working if engine.name == "native" else max(groups.MEMORY_BYTES, cores * working)
    at_once = min(members * working, most)
    at_once += min(members * min(len(split), MOST_MEASURED) * one.per_example, cores * MEASURE_BYTES)
    kept = split.raw.dtype.itemsize if split.scaling.is_narrow(split.raw) else 4
    return budget.training(
        members,
        state=one.state,
        weights=one.weights,
        at_once=at_once,
        epochs=recipe.epochs,
        examples=len(split) + (0 if validation is None else len(validation)),
        example=kept * inputs + 8,
        inputs=inputs,
        lit=lit,
        prepared=plan.distorts_together or bool(plan.nothing),
        checkpoint=checkpoint,
    )


def refuse_too_large(
    recipe: Recipe,
    split: Split,
    members: int,
    *,
    validation: ValidationSplit | None = None,
    checkpoint: bool = True,
) -> None:
    """Raise `TooLarge` where so many members do not fit into the memory there is, and say how many do."""

    def needs(count: int) -> tuple[budget.Need, ...]:
        return needs_of_training(recipe, split, count, validation=validation, checkpoint=checkpoint)

    work = f"Training {members:,} x {recipe.name} on {len(split):,} examples"
    budget.refuse_too_large(work, needs, members=members, smaller=SMALLER)


def _bytes_of(tree: Any) -> int:
    leaves = [leaf for leaf in jax.tree.leaves(tree) if hasattr(leaf, "shape")]
    # a random key's numbers are hidden behind one of its own kind
    return sum(math.prod(leaf.shape) * max(1, getattr(leaf.dtype, "itemsize", 8)) for leaf in leaves)
