import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.data.dataset import TestSplit
from thalweg.errors import DataError
from thalweg.networks import Mlp, Population, population as module
from thalweg.networks.footprint import _traced, bytes_per_example

SHAPE = (6, 5)


def population(members=5, diverged=()):
    keys = jax.random.split(jax.random.key(0), members)
    networks = jax.vmap(lambda key: Mlp((7,), "relu").build(key, SHAPE, 3))(keys)
    flags = np.isin(np.arange(members), diverged)
    return Population(networks, flags, "softmax", SHAPE, ("a", "b", "c"))


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (23, *SHAPE), dtype=np.uint8)


def test_it_is_a_pytree_whose_leaves_lead_with_members():
    assert all(leaf.shape[0] == 5 for leaf in jax.tree.leaves(population()))


def test_members_one_by_one_and_in_slices(images):
    everyone = population()
    together = everyone.probabilities(images)
    assert together.shape == (5, 23, 3)
    for member, network in enumerate(everyone):
        np.testing.assert_allclose(network.probabilities(images), together[member], atol=1e-6)
    np.testing.assert_allclose(everyone[1:4].probabilities(images), together[1:4], atol=1e-6)
    np.testing.assert_allclose(everyone[[4, 0]].probabilities(images), together[[4, 0]], atol=1e-6)
    np.testing.assert_allclose(everyone[-1].probabilities(images), together[4], atol=1e-6)


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="elsewhere members are picked where they are")
def test_taking_members_compiles_nothing(caplog):
    everyone = population(members=19)
    with jax.log_compiles(), caplog.at_level("WARNING"):
        _ = everyone[3:16], everyone[[7, 2, 11]], everyone[17].network
        assert "ompil" not in caplog.text
        _ = everyone.networks.layers[0].weight[2:17:3]
    assert "ompil" in caplog.text, "and compiling would be seen"


def test_one_network_sees_one_example(images):
    network = population()[2]
    logits = network(jnp.asarray(images[0] / 255))
    np.testing.assert_allclose(network.logits(images)[0], logits, atol=1e-6)
    assert network.parameters == 30 * 7 + 7 + 21 + 3


def test_pixels_floats_and_splits_are_the_same_inputs(images):
    everyone = population()
    split = TestSplit(images, np.arange(23) % 3, ("a", "b", "c"))
    expected = everyone.probabilities(images)
    np.testing.assert_array_equal(everyone.probabilities(split), expected)
    np.testing.assert_allclose(everyone.probabilities(images / 255.0), expected, atol=1e-6)


def test_small_chunks_change_nothing(images, monkeypatch):
    whole = population().probabilities(images)
    monkeypatch.setattr(module, "CHUNK_BYTES", 5 * 1000)
    np.testing.assert_allclose(population().probabilities(images), whole, atol=1e-6)


def test_ensemble_is_the_mean_of_those_that_did_not_diverge(images):
    everyone = population(diverged=[2])
    expected = everyone.probabilities(images)[[0, 1, 3, 4]].mean(0)
    np.testing.assert_allclose(everyone.ensemble.probabilities(images), expected, atol=1e-6)


def test_a_member_that_does_not_exist_is_refused():
    with pytest.raises(IndexError, match=r"member 5: this population has members 0\.\.4"):
        population()[5]


def test_examples_of_another_size_are_refused():
    with pytest.raises(DataError, match=r"built for \(6, 5\)"):
        population().probabilities(np.zeros((2, 7, 7)))


def test_repr_counts():
    assert repr(population(diverged=[1])) == "Population(5 members of 241 parameters, 3 classes, 1 diverged)"


def test_footprint_holds_at_least_every_layer():
    network = Mlp((100, 50)).build(jax.random.key(0), (28, 28), 10)
    assert 4 * (784 + 100 + 50 + 10) <= bytes_per_example(network, (28, 28)) < 20 * 4 * (784 + 160)


class Noted(eqx.Module):
    """A network of one's own, with a note that nothing can be looked up by."""

    weight: jax.Array
    note: list = eqx.field(static=True)

    def __call__(self, x, dropout=0.0, key=None):
        return jnp.tanh(x.ravel() @ self.weight)


def test_footprints_are_traced_once_for_a_kind_and_for_every_one_that_has_no_name():
    narrow, wide = (Mlp((width,)).build(jax.random.key(0), SHAPE, 3) for width in (7, 70))
    assert bytes_per_example(narrow, SHAPE) < bytes_per_example(wide, SHAPE)
    before = _traced.cache_info()
    again = Mlp((7,)).build(jax.random.key(1), SHAPE, 3)
    assert bytes_per_example(again, SHAPE) == bytes_per_example(narrow, SHAPE)
    assert (_traced.cache_info().misses, _traced.cache_info().hits) == (before.misses, before.hits + 2)
    assert bytes_per_example(Noted(jnp.zeros((30, 3)), ["a list"]), SHAPE) >= 4 * (30 + 3 + 3)


def test_integers_that_may_or_may_not_be_pixels_are_refused(images):
    with pytest.raises(DataError, match="int64"):
        population().probabilities(images.astype(np.int64))
