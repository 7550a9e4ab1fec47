import jax
import numpy as np
import pytest

from thalweg.networks import Mlp
from thalweg.networks.population import Population
from thalweg.weights.growing import FURTHER_SD, grown, with_sound_ones


@pytest.fixture(scope="module")
def networks():
    keys = jax.random.split(jax.random.key(0), 3)
    return jax.vmap(lambda key: Mlp((4,), "relu").build(key, (5,), 2))(keys)


def test_what_there_was_is_kept_and_the_rest_is_drawn(networks):
    found = grown(networks, 400, np.random.default_rng(0))
    assert found.layers[0].weight.shape == (3, 400, 5)
    assert found.layers[1].weight.shape == (3, 2, 400)
    for layer in (0, 1):
        before, after = networks.layers[layer], found.layers[layer]
        np.testing.assert_array_equal(after.weight[:, : before.weight.shape[1], : before.weight.shape[2]],
                                      before.weight)  # fmt: skip
        assert after.weight.dtype == np.float32
    np.testing.assert_array_equal(found.layers[0].bias[:, :4], networks.layers[0].bias)
    np.testing.assert_array_equal(found.layers[1].bias, networks.layers[1].bias)
    assert np.std(found.layers[0].weight[:, 4:]) == pytest.approx(FURTHER_SD, rel=0.05)
    assert np.std(found.layers[1].weight[:, :, 4:]) == pytest.approx(FURTHER_SD, rel=0.05)


def test_without_new_neurons_it_is_the_same_network(networks):
    same = grown(networks, 4, np.random.default_rng(0))
    for one, other in zip(jax.tree.leaves(networks), jax.tree.leaves(same), strict=True):
        np.testing.assert_array_equal(one, other)


def test_networks_do_not_shrink(networks):
    with pytest.raises(ValueError, match="fewer"):
        grown(networks, 3, np.random.default_rng(0))


def test_what_diverged_is_replaced_by_one_that_did_not(networks):
    lost = jax.tree.map(lambda leaf: leaf.at[0].set(np.nan), networks)
    found = with_sound_ones(Population(lost, np.array([True, False, False]), "softmax", (5,), ("a", "b")))
    for before, after in zip(jax.tree.leaves(networks), jax.tree.leaves(found), strict=True):
        np.testing.assert_array_equal(after, np.asarray(before)[[1, 1, 2]])
