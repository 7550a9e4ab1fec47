"""Groups of members are dealt over the devices of a machine, and members do not know it."""

import os
import subprocess
import sys

import numpy as np

CODE = """
import sys, jax, numpy as np, thalweg as tw
from thalweg.data import load
from thalweg.networks.exchange import to_tensors
from thalweg.training import groups
groups.core_count = lambda: 4
seen, deal = set(), jax.default_device
jax.default_device = lambda device: (seen.add(str(device)), deal(device))[1]
data = load(sys.argv[1])
population = tw.train(tw.Recipe(epochs=2, batch_size=8), data.train, members=8, seed=3)
np.savez(sys.argv[2], devices=len(seen), **to_tensors(population.networks))
"""


def trained(quarters_file, out, devices):
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count={devices}"
    environment = {**os.environ, "XLA_FLAGS": flags}
    subprocess.run([sys.executable, "-c", CODE, str(quarters_file), str(out)], check=True, env=environment)
    with np.load(out) as arrays:
        return dict(arrays)


def test_one_device_and_eight_train_the_same_members(quarters_file, tmp_path):
    one, eight = (trained(quarters_file, tmp_path / f"{count}.npz", count) for count in (1, 8))
    assert (one.pop("devices"), eight.pop("devices")) == (1, 4)  # a device a group
    for name, values in one.items():
        np.testing.assert_array_equal(eight[name], values)
