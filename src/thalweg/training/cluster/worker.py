"""What a worker does: it trains one group of members for one epoch, and keeps what the next one needs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import jax
import numpy as np

from thalweg.errors import TrainingError
from thalweg.training.engine import engine_of
from thalweg.training.epoch import epoch_program
from thalweg.training.examples import Examples
from thalweg.training.population import Training
from thalweg.training.where import Job, Leaves, Trained

KEPT = 2
"""Trainings that a worker keeps the examples of."""

_trainings: OrderedDict[str, tuple[Training, Callable]] = OrderedDict()


def train_group(
    name: str, job: Job, epoch: int, examples: Leaves | None, group: int, leaves: Leaves
) -> Trained:
    """Train one group of `job`, which is called `name`, for an epoch.

    `examples`: the arrays of those that are the epoch's own, None for those of the job. `leaves`: the arrays
    of the group's state. Raises `TrainingError` where the engine of the job is not to be had here.
    """
    training, program = _training(name, job)
    first, last = job.bounds[group]
    # read where they lie in the store that workers share: an epoch of pictures is hundreds of megabytes
    own = training.examples if examples is None else Examples(*jax.device_put(list(examples), may_alias=True))
    state = training.train_group(program, epoch, own, ((first, last), training.state_of(leaves)))
    rows = training.history[:, first:last, epoch]
    return [np.asarray(leaf) for leaf in jax.tree.leaves(state)], np.array(rows)


def _training(name: str, job: Job) -> tuple[Training, Callable]:
    if name not in _trainings:
        training = Training(
            *(job.recipe, job.split, job.numbers, job.seed),
            validation=job.validation,
            weights=job.weights,
        )
        engine = engine_of("auto", job.recipe, job.split, members=len(job.numbers), kept=job.engine)
        if engine.name != job.engine["engine"]:
            raise TrainingError(
                f"a worker has no {job.engine['engine']} engine, which this training uses: {engine.why}.",
                hint="install the same thalweg on all machines, or train with --engine xla.",
            )
        _trainings[name] = training, epoch_program(training.plan, job.one_thread, engine.epoch)
    while len(_trainings) > KEPT:
        _trainings.popitem(last=False)
    return _trainings[name]
