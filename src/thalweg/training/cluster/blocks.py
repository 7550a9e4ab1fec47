"""Epochs on a Ray cluster: every group of members is a task, and a task that is lost is done again.

A task is a group and an epoch, with the group's state as it was before: whoever does it, and however often,
what comes of it is the same. So a worker that dies costs what it had of one epoch, and where one says nothing
for long, another is given the same task, and the first answer counts.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from thalweg.errors import TrainingError
from thalweg.training.examples import Examples
from thalweg.training.where import Job, Leaves, Send, Trained

TRIES = 5
"""How often a task is given to another worker when its own is lost."""

LOOKS_UP, PATIENCE, TIMES = 0.5, 10.0, 3.0
"""Seconds after which who waits looks up. Tasks that are out are given to others, too, after so many seconds
without an answer, and so many times the longest that a task took."""

ARRAYS = ("raw", "labels", "offset", "divisor")
"""The arrays of examples, in the order in which they are made of them."""

OPTIONS = {"num_cpus": 1, "max_retries": TRIES}


class RayWorkers:
    """The workers of a Ray cluster; `cores` is how many groups they train at once."""

    def __init__(self, ray: Any, cores: int, address: str):
        self.cores, self.address = cores, address
        self._ray = ray

    def begin(self, job: Job) -> Send:
        """Put the job's data where all workers read them, once, and return what trains an epoch."""
        rounds = _Rounds(self._ray, job)
        return rounds.train

    def to_json(self) -> dict[str, Any]:
        """Return what a run's record says of them."""
        return {"address": self.address, "cores": self.cores}

    def __repr__(self) -> str:
        return f"RayWorkers({self.address!r}: {self.cores} cores)"


class _Rounds:
    """One training: a round an epoch."""

    def __init__(self, ray: Any, job: Job):
        self._ray, self._name, self._count = ray, uuid.uuid4().hex, len(job.bounds)
        self._bounds = job.bounds
        plain = replace(job, split=replace(job.split, identity=None))
        self._job = ray.put(plain)
        from thalweg.training.cluster.worker import train_group

        self._task = ray.remote(train_group).options(**OPTIONS)
        self._longest: float | None = None

    def train(self, epoch: int, examples: Examples | None, leaves: Sequence[Leaves]) -> list[Trained]:
        """Train all groups for an epoch. Raises `TrainingError` where a task is lost again and again."""
        own = (
            None
            if examples is None
            else self._ray.put([np.asarray(getattr(examples, name)) for name in ARRAYS])
        )
        states = [self._ray.put(each) for each in leaves]

        def send(group: int) -> Any:
            return self._task.remote(self._name, self._job, epoch, own, group, states[group])

        return self._collect(send)

    def _collect(self, send: Any) -> list[Trained]:
        out = {send(group): group for group in range(self._count)}
        found: dict[int, Trained] = {}
        again: set[int] = set()
        began = last = time.monotonic()
        while len(found) < self._count:
            ready, _ = self._ray.wait(list(out), timeout=LOOKS_UP)
            for task in ready:
                group = out.pop(task)
                if group not in found:
                    found[group] = self._result(task, group)
                last = time.monotonic()
                self._longest = max(self._longest or 0.0, last - began)
            if self._is_late(time.monotonic() - last):
                late = {group for group in out.values() if group not in found} - again
                again |= late
                out |= {send(group): group for group in late}
        for task in out:  # the slower of two
            self._ray.cancel(task, force=True)
        return [found[group] for group in range(self._count)]

    def _is_late(self, seconds: float) -> bool:
        return self._longest is not None and seconds > max(PATIENCE, TIMES * self._longest)

    def _result(self, task: Any, group: int) -> Trained:
        errors = self._ray.exceptions
        try:
            return self._ray.get(task)
        except errors.RayTaskError as error:
            cause = error.cause if isinstance(error.cause, Exception) else error
            raise cause from None
        except errors.RayError as error:
            first, last = self._bounds[group]
            said = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise TrainingError(
                f"the workers of members {first} to {last - 1} were lost {TRIES + 1} times: {said}",
                hint="see that its machines have memory enough and go on; what was trained is kept.",
            ) from None
