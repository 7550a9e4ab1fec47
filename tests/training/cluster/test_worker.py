"""What a worker trains is what this process trains, without Ray."""

from dataclasses import replace

import numpy as np
import pytest

from thalweg import training
from thalweg.cores import core_count
from thalweg.networks import exchange
from thalweg.training.augmentation import Augmentation
from thalweg.training.cluster.blocks import ARRAYS
from thalweg.training.cluster.worker import train_group


class Here:
    """Workers in this process: what they are given cannot be written to, as in Ray's store."""

    cores = core_count()

    def __init__(self):
        self.jobs, self.sent = 0, 0

    def to_json(self):
        return {}

    def begin(self, job):
        self.jobs += 1
        name = f"{id(self)}-{self.jobs}"

        def send(epoch, examples, leaves):
            own = None if examples is None else [read_only(getattr(examples, each)) for each in ARRAYS]
            self.sent += own is not None
            return [train_group(name, job, epoch, own, group, each) for group, each in enumerate(leaves)]

        return send


def read_only(array):
    """Return a copy that begins where vectors do and cannot be written to."""
    array = np.asarray(array)
    memory = np.empty(array.nbytes + 64, np.uint8)
    start = -memory.ctypes.data % 64
    found = memory[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    found[...] = array
    found.flags.writeable = False
    return found


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_members_are_the_same(quarters_dataset, small_recipe, shift):
    recipe = replace(small_recipe, augmentation=Augmentation(shift=shift))
    workers = Here()
    here = training.train(recipe, quarters_dataset.train, members=4, seed=5)
    there = training.train(recipe, quarters_dataset.train, members=4, seed=5, on=workers)
    assert workers.jobs == 1
    assert workers.sent == (recipe.epochs if shift else 0)
    for name, values in exchange.to_tensors(here.networks).items():
        np.testing.assert_array_equal(exchange.to_tensors(there.networks)[name], values)
    np.testing.assert_array_equal(here.history.cost, there.history.cost)
