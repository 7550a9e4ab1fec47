"""An epoch on inputs that stay in their file: the steps are taken in runs, each on the examples it needs.

The order is drawn as for inputs in memory. What a run's batches hold is read from the file, row by row as
they lie there, and put where the order wants them; so the members are the same bits, and memory is bounded
by a run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PRNGKeyArray

from thalweg import chunks
from thalweg.data.dataset import Split
from thalweg.data.stored import taken
from thalweg.training import epoch as xla
from thalweg.training.descent import State
from thalweg.training.epoch import EpochPlan, measure
from thalweg.training.examples import Examples

RUN_BYTES = 128 * 1024**2
"""What the examples of a run of steps take, unless one batch takes more."""


def goes_in_pieces(plan: EpochPlan) -> bool:
    """Whether a recipe can be trained on a part of the examples at a time.

    Pictures that are distorted once an epoch and examples of nothing are made of all of them, orders of each
    member's own need other examples for each, and a batch may be all there is.
    """
    alone = plan.recipe.order == "own" or plan.distorts_together or plan.nothing
    return not alone and plan.steps_per_epoch > 1


def rows_at_once(plan: EpochPlan, bytes_per_row: int) -> int:
    """Return how many examples a run of steps holds."""
    return plan.batch_size * _steps_of_a_run(plan, bytes_per_row)


@dataclass(frozen=True, eq=False)
class Group:
    """Members that are trained together: their states, numbers of their own, keys, and weights or None."""

    states: State
    numbers: Mapping[str, Array]
    keys: PRNGKeyArray
    weights: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Run:
    """Some steps of an epoch: `counts` [steps, batch] of the examples that they need, in order; the first
    step's `place`; `rows` [steps * batch], which examples of the split they are.
    """

    examples: Examples
    counts: Array
    place: int
    rows: np.ndarray

    @property
    def arrays(self) -> tuple[Array, Array, Array]:
        """Order [steps, batch], counts and places, as `walk` takes them."""
        order = jnp.arange(self.counts.size, dtype=jnp.int32).reshape(self.counts.shape)
        return order, self.counts, jnp.arange(self.place, self.place + len(self.counts))


def runs_of(plan: EpochPlan, split: Split, shared_key: PRNGKeyArray, engine: Callable) -> Iterator[Run]:
    """Yield the runs of an epoch, in order. `engine`: what trains an epoch, `run_epoch` or the kernel."""
    order, counts = (np.asarray(each) for each in _drawing(plan, engine)(shared_key))
    steps = _steps_of_a_run(plan, split.raw.dtype.itemsize * math.prod(split.input_shape))
    for part in parts_of(len(order), steps):
        rows = order[part].ravel()
        chosen = replace(split, raw=taken(split.raw, rows), labels=split.labels[rows], identity=None)
        yield Run(Examples.of(chosen), jnp.asarray(counts[part]), part.start, rows)


def train_epoch(
    plan: EpochPlan,
    split: Split,
    groups: Sequence[Group],
    shared_key: PRNGKeyArray,
    epoch: int,
    *,
    validation: Examples | None,
    engine: Callable,
    each: Callable,
    one_thread: bool,
) -> list[tuple[State, np.ndarray]]:
    """Train all groups for an epoch; `each`: a `map` that may train several at once.

    Returns: of each group the new states and rows [2 or 4, members], as of `epoch_program`.
    """
    program, number = walk_program(plan, one_thread, engine), jnp.asarray(epoch)
    states = [group.states for group in groups]
    sums = [np.zeros((3, len(group.keys))) for group in groups]
    for run in runs_of(plan, split, shared_key, engine):

        def train(group_now: tuple[Group, State], run: Run = run) -> tuple[State, tuple[Array, ...]]:
            group, state = group_now
            weights = None if group.weights is None else jnp.asarray(group.weights[:, run.rows])
            return program(state, group.numbers, group.keys, number, *run.arrays, run.examples, weights)

        found = each(train, list(zip(groups, states, strict=True)))
        states = [state for state, _ in found]
        sums = [total + np.asarray(own, np.float64) for total, (_, own) in zip(sums, found, strict=True)]
    rows = [total[:2] / np.maximum(total[2], 1e-9) for total in sums]
    if validation is not None:
        measured = each(lambda state: measure_program(plan)(state.kept, validation), states)
        rows = [np.concatenate([row, np.asarray(own)]) for row, own in zip(rows, measured, strict=True)]
    return list(zip(states, rows, strict=True))


def _steps_of_a_run(plan: EpochPlan, bytes_per_row: int) -> int:
    room = max(2, RUN_BYTES // (bytes_per_row * plan.batch_size))
    return chunks.even(plan.steps_per_epoch, room)


def parts_of(steps: int, most: int) -> list[slice]:
    """Return the runs of so many steps, 2 or more, `most` in one; a last one that is left goes with another.

    Of a single step XLA makes no loop, and rounds it otherwise.
    """
    parts = list(chunks.slices(steps, most))
    if len(parts) > 1 and parts[-1].stop - parts[-1].start == 1:
        parts[-2:] = [slice(parts[-2].start, steps)]
    return parts


@lru_cache(maxsize=16)
def _drawing(plan: EpochPlan, engine: Callable) -> Callable:
    draw_orders = getattr(engine, "draw_orders", xla.draw_orders)
    return jax.jit(lambda key: xla.drawn_together(plan, key, draw_orders))


@lru_cache(maxsize=16)
def walk_program(plan: EpochPlan, one_thread: bool, engine: Callable) -> Callable:
    """Return the compiled steps of a run for one group, by `engine`: `run_epoch` or the kernel in its place.

    It takes (states, numbers, keys, epoch, order, counts, places, examples, weights or None) and returns the
    states and the sums over the steps, as `walk_sums` does.
    """
    walk = getattr(engine, "walk", xla.walk_sums)

    def run(states, numbers, keys, epoch, order, counts, places, examples, weights):
        member_keys = xla.keys_of_epoch(keys, epoch)
        return walk(plan, states, numbers, member_keys, order, counts, places, examples, weights)

    on_cpu = jax.default_backend() == "cpu"
    options = {"xla_cpu_multi_thread_eigen": not one_thread} if on_cpu else None
    return jax.jit(run, compiler_options=options)


@lru_cache(maxsize=16)
def measure_program(plan: EpochPlan) -> Callable:
    """Return the compiled measurement of a group's members on validation examples."""
    return jax.jit(partial(measure, plan))
