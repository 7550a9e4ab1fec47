"""Members trained on Ray are those trained here, whoever is lost; skipped where Ray is not installed."""

import os
import signal
import time

import numpy as np
import pytest

from thalweg import training
from thalweg.networks import exchange
from thalweg.training.cluster import blocks
from thalweg.training.where import Job


class Stalling:
    """Stands in for Ray: the first task of group 1 never ends; everything else is done at once."""

    class exceptions:
        RayTaskError = RayError = RuntimeError

    def __init__(self):
        self.sent, self.cancelled = [], []

    def put(self, value):
        return value

    def remote(self, _function):
        return self

    def options(self, **_):
        return self

    def wait(self, tasks, timeout):
        ready = [task for task in tasks if task[1] != "stalled"]
        if not ready:
            time.sleep(timeout)
        return ready[:1], []

    def get(self, task):
        return task[0]

    def cancel(self, task, force):
        self.cancelled.append(task)


def test_a_silent_worker_is_overtaken(monkeypatch, quarters_dataset, small_recipe):
    monkeypatch.setattr(blocks, "PATIENCE", 0.05)
    monkeypatch.setattr(blocks, "LOOKS_UP", 0.02)
    ray = Stalling()
    bounds = ((0, 1), (1, 2))
    job = Job(small_recipe, quarters_dataset.train, range(2), 0, None, None, {}, bounds, True)
    rounds = blocks._Rounds(ray, job)

    def send(group):
        stalled = group == 1 and ray.sent.count(1) == 0
        ray.sent.append(group)
        return (group, "stalled" if stalled else "done")

    assert rounds._collect(send) == [0, 1]
    assert ray.sent == [0, 1, 1]
    assert ray.cancelled == [(1, "stalled")]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("ignore")
def test_the_same_members_also_when_a_worker_is_killed(quarters_dataset, small_recipe):
    ray = pytest.importorskip("ray", reason="needs Ray (pip install 'thalweg[ray]')")
    recipe = small_recipe.for_epochs(6)
    here = training.train(recipe, quarters_dataset.train, members=4, seed=5)
    killed = []

    def kill(progress):
        if progress.epoch == 2:
            process = ray.get(ray.remote(lambda: os.getpid()).remote())
            killed.append(process)
            os.kill(process, signal.SIGKILL)

    with training.on_ray("local") as workers:
        there = training.train(recipe, quarters_dataset.train, members=4, seed=5, on=workers, progress=kill)
    assert killed
    for name, values in exchange.to_tensors(here.networks).items():
        np.testing.assert_array_equal(exchange.to_tensors(there.networks)[name], values)
    np.testing.assert_array_equal(here.history.cost, there.history.cost)
