"""Small networks on small real data, and starts built to sit on a saddle."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from sklearn.datasets import load_digits

from thalweg.data.dataset import TrainSplit
from thalweg.networks import Mlp, Population

NAMES = tuple("0123456789")


def digits(examples=150, side=4):
    """The first embedded digits at `side` x `side` pixels (8 divided by 1, 2 or 4), as uint8 images."""
    images, labels = load_digits(return_X_y=True)
    step = 8 // side
    images = images[:examples].reshape(-1, side, step, side, step).mean(axis=(2, 4))
    return TrainSplit((images * 255 / 16).astype(np.uint8), labels[:examples].astype(np.int32), NAMES)


def population(spec=None, *, members=2, shape=(4, 4), readout="sigmoid", diverged=()):
    spec = spec or Mlp((3,), "sigmoid", "normal")
    keys = jax.random.split(jax.random.key(3), members)
    networks = jax.vmap(lambda key: spec.build(key, shape, len(NAMES)))(keys)
    return Population(networks, np.isin(np.arange(members), diverged), readout, shape, NAMES)


def scaled(population, factor):
    """The same population with every weight and bias times `factor`."""
    return eqx.tree_at(
        lambda p: p.networks, population, jax.tree.map(lambda leaf: leaf * factor, population.networks)
    )


def with_identical_units(population):
    """The same population with all hidden units of a network doing exactly the same."""
    first, last = population.networks.layers
    same = lambda leaf, axis: jnp.broadcast_to(jnp.mean(leaf, axis=axis, keepdims=True), leaf.shape)  # noqa: E731
    layers = (
        eqx.tree_at(
            lambda layer: (layer.weight, layer.bias), first, (same(first.weight, 1), same(first.bias, 1))
        ),
        eqx.tree_at(lambda layer: layer.weight, last, same(last.weight, 2)),
    )
    return eqx.tree_at(lambda p: p.networks.layers, population, layers)
