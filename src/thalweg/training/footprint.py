"""How much memory a training will take: sizes read off the recipe and the examples, nothing computed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from thalweg import budget
from thalweg.data.dataset import Split, ValidationSplit
from thalweg.networks.footprint import bytes_per_example
from thalweg.spec import numbers_per_member, substitute
from thalweg.training import groups
from thalweg.training.epoch import MEASURE_BYTES, MOST_MEASURED, EpochPlan, start_shapes
from thalweg.training.native.support import choose
from thalweg.training.pieces import goes_in_pieces, rows_at_once
from thalweg.training.recipe import Recipe

LOOKED_AT = 256
"""Examples that are looked at for the share of their inputs that is not zero."""

HELD, DRAWN = 3, 64
"""Copies of a run's examples where inputs stay in their file, and bytes of every example beside them."""

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
    return _sized(template, tuple(input_shape), classes)


@lru_cache(maxsize=64)
def _sized(template: Recipe, input_shape: tuple[int, ...], classes: int) -> MemberSize:
    state = start_shapes(template, input_shape, classes)
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
    held, drawn = len(split), 0
    if split.is_stored and goes_in_pieces(plan):
        # of a run, which is read, put in order, and handed over; and of all, what they are called
        held, drawn = HELD * rows_at_once(plan, kept * inputs), DRAWN * len(split)
    more = (budget.Need("the order of the examples and their labels", drawn),) if drawn else ()
    return more + budget.training(
        members,
        state=one.state,
        weights=one.weights,
        at_once=at_once,
        epochs=recipe.epochs,
        examples=held + (0 if validation is None else len(validation)),
        example=kept * inputs + 8,
        inputs=inputs,
        lit=0.0 if drawn else lit,  # lists of a batch alone, where members share it
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
    smaller = SMALLER
    if split.is_stored:
        smaller += (
            "; inputs that stay in their file are held in part by recipes without distortions, examples of "
            "nothing and orders of each member's own"
        )
    budget.refuse_too_large(work, needs, members=members, smaller=smaller)


def _bytes_of(tree: Any) -> int:
    leaves = [leaf for leaf in jax.tree.leaves(tree) if hasattr(leaf, "shape")]
    # a random key's numbers are hidden behind one of its own kind
    return sum(math.prod(leaf.shape) * max(1, getattr(leaf.dtype, "itemsize", 8)) for leaf in leaves)
