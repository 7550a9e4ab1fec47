"""What the last layer reads, of one example and of a population."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.data.dataset import TestSplit
from thalweg.networks import SPECS, ConvNet, Mlp, Population, population as module

SHAPE = (10, 10)
SPECIFIED = {
    "mlp": (Mlp((7, 5), "relu"), 5),
    "linear": (Mlp(()), 100),
    "convnet": (ConvNet((3, 4), dense=(6,)), 6),
    "convnet without dense layers": (ConvNet((3, 4), dense=()), 4),
}


@pytest.fixture(params=SPECIFIED.values(), ids=SPECIFIED.keys())
def case(request):
    return request.param


def population(spec, members=4):
    keys = jax.random.split(jax.random.key(0), members)
    networks = jax.vmap(lambda key: spec.build(key, SHAPE, 3))(keys)
    return Population(networks, np.zeros(members, bool), "softmax", SHAPE, ("a", "b", "c"))


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (11, *SHAPE), dtype=np.uint8)


def test_every_kind_of_network_is_tried():
    assert {type(spec).kind for spec, _ in SPECIFIED.values()} == set(SPECS) - {
        "own"
    }  # whose layers nobody knows


def test_the_last_layer_turns_features_into_logits(case):
    spec, width = case
    network = spec.build(jax.random.key(1), SHAPE, 3)
    x = jax.random.uniform(jax.random.key(2), SHAPE)
    assert network.features(x).shape == (width,)
    np.testing.assert_array_equal(network.layers[-1](network.features(x)), network(x))
    key = jax.random.key(3)
    np.testing.assert_array_equal(network.layers[-1](network.features(x, 0.5, key)), network(x, 0.5, key))


def test_a_populations_features_are_its_networks(case, images):
    spec, width = case
    everyone = population(spec)
    together = everyone.features(images)
    assert together.shape == (4, 11, width)
    assert together.dtype == np.float32
    for member, network in enumerate(everyone):
        np.testing.assert_allclose(network.features(images), together[member], atol=1e-6)
    one = everyone[2].network.features(jnp.asarray(images[3] / 255.0))
    np.testing.assert_allclose(together[2, 3], one, atol=1e-6)


def test_features_and_last_layer_give_the_logits(case, images):
    everyone = population(case[0])
    weight, bias = everyone.last_layer
    logits = np.einsum("mnf,mcf->mnc", everyone.features(images), weight) + bias[:, None]
    np.testing.assert_allclose(logits, everyone.logits(images), atol=1e-5)
    own_weight, own_bias = everyone[1].last_layer
    np.testing.assert_array_equal(own_weight, weight[1])
    np.testing.assert_array_equal(own_bias, bias[1])


def test_small_chunks_change_nothing(case, images, monkeypatch):
    split = TestSplit(images, np.arange(11) % 3, ("a", "b", "c"))
    whole = population(case[0]).features(split)
    monkeypatch.setattr(module, "CHUNK_BYTES", 4 * 20_000)
    np.testing.assert_allclose(population(case[0]).features(split), whole, atol=1e-6)
