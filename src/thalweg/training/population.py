"""Train many members at once."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PRNGKeyArray

from thalweg import listening, loaded
from thalweg.callbacks import MEASURES, Begun, Callback, Followers, followed
from thalweg.data.dataset import TrainSplit, ValidationSplit
from thalweg.errors import TrainingError
from thalweg.networks.costs import readout_of
from thalweg.networks.footprint import bytes_per_example
from thalweg.networks.population import History, Population
from thalweg.spec import numbers_per_member, substitute
from thalweg.training import descent, where
from thalweg.training.descent import State
from thalweg.training.engine import engine_of
from thalweg.training.epoch import (
    EpochPlan,
    epoch_program,
    keys_of_members,
    shared_key,
    start_program,
    start_shapes,
    stream_of_all,
)
from thalweg.training.examples import Examples
from thalweg.training.groups import Groups, share_out
from thalweg.training.kept_state import epochs_kept, state_of_all
from thalweg.training.native.distortion import NativeDistortion
from thalweg.training.native.support import Engine, refuse_unfit
from thalweg.training.pieces import Group, goes_in_pieces, train_epoch
from thalweg.training.progress import Checkpoint, Progress as Progress, Tensors
from thalweg.training.recipe import Recipe
from thalweg.training.start import Start, engine_for, refuse_unfit_start, shapes_of
from thalweg.training.trainable import check_trainable, member_weights, refuse_bad_first

Watch = Callable[[int, Population], bool | None]
"""Called with the epochs done and the members as they stand; training ends early when it returns True."""


def train(
    recipe: Recipe | str,
    split: TrainSplit,
    *,
    members: int = 1,
    seed: int = 0,
    first: int = 0,
    validation: ValidationSplit | None = None,
    weights: np.ndarray | None = None,
    progress: Callable[[Progress], None] | None = None,
    watch: Watch | None = None,
    checkpoint: Checkpoint | None = None,
    engine: str = "auto",
    callbacks: Sequence[Callback] = (),
    on: where.Workers | None = None,
    start: Start | None = None,
) -> Population:
    """Train `members` networks from different random starts.

    Member i of seed s starts from key `fold_in(key(s), i)`, so that a larger population holds the smaller
    one's members unchanged (to rounding), and the same call on the same machine gives the same bits.

    Main arguments:
        recipe: what is trained and how, or the name of a recipe that comes with the package.
        split: examples to learn from; a test or validation split is refused.
        members: how many networks.
        seed: whole number, 0 or more.

    Other arguments:
        first: number of the first member; members 8..15 of a population of 16 are `first=8, members=8`.
        validation: examples to measure on after every epoch (recorded in `population.history`).
        weights: how much each example counts, [examples] or [members, examples], at least 0.
        progress: called after every epoch.
        watch: called with the epochs done and the members as they stand, before the first epoch (0) and
            after each; training ends early when it returns True.
        checkpoint: where to keep the state after every epoch; one that holds a state is continued.
        engine: what does the work, with the same result to rounding: "native", a kernel for perceptrons that
            is built where thalweg is installed with a C++ compiler; "xla"; or "auto", whichever is quicker of
            those that can, and for a checkpoint the one that it was started with.
        callbacks: told of the training member by member, such as `thalweg.tracking.TensorBoard(folder)`.
        on: who trains, as `thalweg.training.on_ray` gives; by default this process, or who was named around
            this call with `thalweg.training.on_ray`. The members are the same.

    Ctrl-C is raised at once. Epochs that have begun cannot be cancelled: their threads come to an end in the
    background, and nothing comes of them; an interpreter that ends waits for them.

    Raises `TrainingError` for a wrong kind of split, a member count or seed that is not one, a list of
    values per member of another length, weights of another shape, a start of other networks, or an engine
    that is not there or cannot train this recipe.

    Examples:
        >>> import thalweg as tw
        >>> digits = tw.load("digits")
        >>> tw.train(tw.Recipe(epochs=2), digits.train, members=3, seed=0)
        Population(3 members of 13,002 parameters, 10 classes)
    """
    if isinstance(recipe, str):
        recipe = Recipe.load(recipe)
    check_trainable(recipe, split, members=members, seed=seed, validation=validation)
    refuse_bad_first(first, members)
    refuse_unfit(engine, recipe)
    engine = engine_for(start, engine)
    workers = on or where.current()
    training = Training(
        recipe,
        split if workers is None else split.in_memory(),
        range(first, first + members),
        seed,
        validation=validation,
        weights=member_weights(weights, members, len(split)),
        given=start,
    )
    begun = Begun(recipe.name, members, first, seed, recipe.epochs, recipe.to_table())
    with followed(callbacks, begun) as followers, where.working_on(workers):
        return training.run(progress, watch, checkpoint, engine, followers)


LAST_LOOK = 256
"""Training examples that finished members are asked about, to see whether their answers are finite."""


class Training:
    """The moving parts of one call of `train`."""

    def __init__(
        self,
        recipe: Recipe,
        split: TrainSplit,
        numbers: range,
        seed: int,
        *,
        validation: ValidationSplit | None,
        weights: np.ndarray | None,
        given: Start | None = None,
    ):
        loaded.make_room()
        members = len(numbers)
        self.recipe, self.split, self.members, self.seed = recipe, split, members, seed
        self.first = numbers.start
        self.validation_split = validation
        self.validation = None if validation is None else Examples.of(validation)
        self.weights = weights
        self.numbers = {path: np.asarray(values, np.float32) for path, values in numbers_per_member(recipe)}
        # the shape of a member's state is the same whatever its numbers are, but a plain zero would
        # leave a part out for everyone
        self.template = substitute(recipe, dict.fromkeys(self.numbers, 0.5))
        self.key = jax.random.key(seed)
        self._shapes = start_shapes(self.template, split.input_shape, split.classes)
        network = self._shapes.network
        if given is not None:
            refuse_unfit_start(given, network, members)
        self.given = given
        self.plan = EpochPlan(
            recipe,
            len(split),
            split.classes,
            bytes_per_example(network, split.input_shape),
            len(split) if weights is None else max(1, int((weights > 0).sum(axis=1).max())),
        )
        # inputs that stay in their file are read as they are needed, unless an epoch needs all of them
        in_pieces = split.is_stored and goes_in_pieces(self.plan)
        self.examples = None if in_pieces else Examples.of(split)
        self.keys = keys_of_members(self.key, np.arange(numbers.start, numbers.stop))
        self.history = np.full((4, members, recipe.epochs), np.nan)

    def run(
        self,
        progress: Callable[[Progress], None] | None,
        watch: Watch | None,
        checkpoint: Checkpoint | None,
        wanted: str,
        followers: Followers,
    ) -> Population:
        """Train to the last epoch, or until `watch` says to stop, from where `checkpoint` left off."""
        kept = None if checkpoint is None else checkpoint.load()
        facts: Mapping[str, Any] = {} if kept is None else kept[1]
        done = epochs_kept(facts, self.recipe.epochs)
        engine = self._engine(wanted, None if kept is None else facts)
        groups = share_out(
            self.members,
            self._bytes_per_member(),
            facts.get("group_size"),
            alone=self.plan.fills_a_cache and engine.together == 1,
            together=engine.together,
            cores=None if (workers := where.current()) is None else workers.cores,
        )
        group_size = max(last - first for first, last in groups.bounds)
        states = self._first_states(groups) if kept is None else self._restore(groups, *kept)
        began, first_epoch = time.monotonic(), done
        distortion = engine.distortion()
        stop = watch is not None and not done and watch(0, self._population(states, 0))
        with groups.map() as each:
            train_groups = self._trainer(groups, engine, each)
            while done < self.recipe.epochs and not stop:
                epoch, done = done, done + 1
                examples = self._examples_of(epoch, each, groups.threads, distortion)
                states = train_groups(epoch, examples, states)
                # seen before it is kept: a training that is stopped in between shows this epoch again
                stop = watch is not None and watch(done, self._population(states, done))
                if checkpoint is not None:
                    facts = {**self._identity, "epoch": done, "group_size": group_size, **engine.to_facts()}
                    checkpoint.save(self._tensors(states), facts)
                now = self._progress(epoch, first_epoch, time.monotonic() - began)
                listening.tell(now.epoch, now.epochs, now.seconds_left)
                followers.epoch(done, dict(zip(MEASURES, self.history[:, :, :done], strict=True)))
                if progress is not None:
                    progress(now)
        return self._population(states, done)

    def _trainer(
        self, groups: Groups, engine: Engine, each: Callable
    ) -> Callable[[int, Examples | None, list[State]], list[State]]:
        """Return what trains all groups for an epoch: threads of this process, or workers elsewhere."""
        workers = where.current()
        if self.examples is None:
            return lambda epoch, _, states: self._in_pieces(groups, engine, each, epoch, states)
        if workers is None:
            program = epoch_program(self.plan, groups.one_thread_each, engine.epoch)

            def here(epoch: int, examples: Examples | None, states: list[State]) -> list[State]:
                train = partial(self.train_group, program, epoch, examples)
                return each(train, list(zip(groups.bounds, states, strict=True)))

            return here
        job = where.Job(
            *(self.recipe, self.split, range(self.first, self.first + self.members), self.seed),
            *(self.validation_split, self.weights, engine.to_facts(), groups.bounds, groups.one_thread_each),
        )
        send = workers.begin(job)

        def elsewhere(epoch: int, examples: Examples | None, states: list[State]) -> list[State]:
            leaves = [[np.asarray(leaf) for leaf in jax.tree.leaves(state)] for state in states]
            found = send(epoch, None if examples is self.examples else examples, leaves)
            for (first, last), (_, rows) in zip(groups.bounds, found, strict=True):
                self.history[: len(rows), first:last, epoch] = rows
            return [self.state_of(own) for own, _ in found]

        return elsewhere

    def _in_pieces(
        self, groups: Groups, engine: Engine, each: Callable, epoch: int, states: list[State]
    ) -> list[State]:
        """Train all groups for an epoch on inputs that are read as they are needed."""
        parts = zip(groups.bounds, states, strict=True)
        own = [Group(state, *self._of_group(slice(*bounds))) for bounds, state in parts]
        found = train_epoch(
            *(self.plan, self.split, own, shared_key(self.key, epoch), epoch),
            validation=self.validation,
            engine=engine.epoch,
            each=each,
            one_thread=groups.one_thread_each,
        )
        for (first, last), (_, rows) in zip(groups.bounds, found, strict=True):
            self.history[: len(rows), first:last, epoch] = rows
        return [state for state, *_ in found]

    def _of_group(self, chosen: slice) -> tuple[dict[str, Array], PRNGKeyArray, np.ndarray | None]:
        """Return what some members have of their own: numbers of the recipe, keys, and weights."""
        numbers = {path: jnp.asarray(values[chosen]) for path, values in self.numbers.items()}
        return numbers, self.keys[chosen], None if self.weights is None else self.weights[chosen]

    def state_of(self, leaves: Sequence[np.ndarray]) -> State:
        """Return the state of some members from its arrays."""
        drawn = self._shapes
        shapes = shapes_of(drawn, some_stay=len(leaves) > len(jax.tree.leaves(drawn)))
        return jax.tree.unflatten(jax.tree.structure(shapes), [jnp.asarray(leaf) for leaf in leaves])

    def train_group(
        self, program: Callable, epoch: int, examples: Examples | None, group: tuple[tuple[int, int], State]
    ) -> State:
        """Train one group for an epoch; its costs and accuracies are written into `history`."""
        (first, last), state = group
        chosen = slice(first, last)
        numbers, keys, weights = self._of_group(chosen)
        state, rows = program(state, numbers, keys, self.key, epoch, examples, self.validation, weights)
        for row, values in enumerate(rows):
            self.history[row, chosen, epoch] = np.asarray(values)
        return state

    def _engine(self, wanted: str, facts: Mapping[str, Any] | None) -> Engine:
        """Choose what trains; a training that goes on keeps what it was started with (before: XLA)."""
        engine = engine_of(wanted, self.recipe, self.split, members=self.members, kept=facts)
        if engine.warning:
            warnings.warn(engine.warning, RuntimeWarning, stacklevel=4)
        return engine

    def _examples_of(
        self, epoch: int, each: Callable, parts: int, distortion: NativeDistortion | None
    ) -> Examples | None:
        examples = self.examples
        if examples is None:
            return None
        if self.plan.distorts_together:
            own = stream_of_all(self.key, epoch, descent.AUGMENTATION)
            if distortion is not None:
                examples = distortion(examples, self.recipe.augmentation, own)
            else:
                examples = examples.distorted(self.recipe.augmentation, own, each, parts)
        if self.plan.nothing:
            own = stream_of_all(self.key, epoch, descent.EXPOSURE)
            examples = examples.with_nothing(self.plan.nothing, own, each, parts)
        return examples

    def _first_states(self, groups: Groups) -> list[State]:
        if self.given is not None:
            begin = jax.jit(jax.vmap(partial(descent.begin, self.template)))
            return [begin(*self.given.of(slice(first, last))) for first, last in groups.bounds]
        draw = start_program(self.template, self.split.input_shape, self.split.classes)
        return [draw(self.keys[first:last]) for first, last in groups.bounds]

    def _bytes_per_member(self) -> int:
        arrays = sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(self._shapes))
        # a forward and a backward pass hold the intermediate values of a piece; weights, their
        # gradient and the next state stand beside the state
        needed = 4 * arrays + 2 * self.plan.piece * self.plan.bytes_per_example
        if self.recipe.order == "own" or self.plan.distorts_each_member:
            # every member holds its own batch, and the order of its own epoch
            inputs = 4 * math.prod(self.split.input_shape)
            needed += 2 * self.plan.batch_size * inputs + 16 * self.plan.rows
        return needed

    @property
    def _identity(self) -> dict[str, Any]:
        """What a checkpoint must have been made with to be continued."""
        given = {"members": self.members, "seed": self.seed, "recipe": self.recipe.to_toml()}
        given |= {"first": self.first} if self.first else {}
        return given if self.given is None else {**given, "start": self.given.fingerprint}

    def _tensors(self, states: list[State]) -> Tensors:
        leaves = [jax.tree.leaves(state) for state in states]
        tensors = {
            f"state.{number}": np.concatenate([np.asarray(leaf) for leaf in parts])
            for number, parts in enumerate(zip(*leaves, strict=True))
        }
        return {"history": self.history, **tensors}

    def _restore(self, groups: Groups, tensors: Tensors, facts: Mapping[str, Any]) -> list[State]:
        for name, value in self._identity.items():
            if facts.get(name) != value:
                raise TrainingError(
                    f"the checkpoint was made with another {name} than is trained now.",
                    hint="go on with the recipe, members and seed that it was started with, or start anew.",
                )
        some_stay = self.given is not None and self.given.learns is not None
        shapes = shapes_of(self._shapes, some_stay=some_stay)
        kept = state_of_all(tensors, jax.tree.leaves(shapes), self.history.shape)
        self.history[...] = tensors["history"]
        return [self.state_of([tensor[first:last] for tensor in kept]) for first, last in groups.bounds]

    def _progress(self, epoch: int, first_epoch: int, seconds: float) -> Progress:
        row = self.history[:, :, epoch]
        sound = np.isfinite(row[0])
        mean = lambda values: float(values[sound].mean()) if sound.any() else float("nan")  # noqa: E731
        done = epoch + 1 - first_epoch
        return Progress(
            epoch=epoch + 1,
            epochs=self.recipe.epochs,
            members=self.members,
            diverged=int((~sound).sum()),
            cost=mean(row[0]),
            accuracy=mean(row[1]),
            validation_accuracy=mean(row[3]),
            seconds=seconds,
            examples_per_second=done * self.members * len(self.split) / seconds,
            seconds_left=seconds / done * (self.recipe.epochs - epoch - 1),
        )

    def _population(self, states: list[State], epochs: int) -> Population:
        """Return the members as they stand after so many epochs."""
        finals = [jax.tree.map(np.asarray, state.kept) for state in states]
        networks = jax.tree.map(lambda *parts: np.concatenate(parts), *finals)
        finite = np.ones(self.members, dtype=bool)
        for leaf in jax.tree.leaves(eqx.filter(networks, eqx.is_array)):
            finite &= np.isfinite(leaf).all(axis=tuple(range(1, leaf.ndim)))
        history = self.history[:, :, :epochs].astype(np.float32)
        diverged = ~(finite & np.isfinite(history[0]).all(axis=1))
        population = Population(
            networks,
            diverged,
            readout_of(self.recipe.cost),
            self.split.input_shape,
            self.split.class_names,
            History(*history),
        )
        # a cost is recorded before its step: what the last step did shows only in the answers
        answers = population.logits(self.split.take(slice(0, LAST_LOOK)))
        diverged |= ~np.isfinite(answers).all(axis=(1, 2))
        return population
