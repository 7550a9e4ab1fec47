"""What every architecture must do, whichever it is: put a new spec into SPECS and it is tested."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.networks import SPECS

KEY = jax.random.key(0)
SHAPE = (12, 12)


OWN = "tests.training.written_by_a_user:Residual"


@pytest.fixture(params=sorted(SPECS))
def spec(request):
    return SPECS[request.param](*([OWN] if request.param == "own" else []))


def test_one_example_gives_one_row_of_logits(spec):
    network = spec.build(KEY, SHAPE, 3)
    assert network(jnp.ones(SHAPE)).shape == (3,)


def test_the_same_key_draws_the_same_network(spec):
    first, second = (spec.build(KEY, SHAPE, 3) for _ in range(2))
    for one, other in zip(jax.tree.leaves(first), jax.tree.leaves(second), strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_a_key_nothing_is_random(spec):
    network = spec.build(KEY, SHAPE, 3)
    np.testing.assert_array_equal(network(jnp.ones(SHAPE), 0.5), network(jnp.ones(SHAPE)))


def test_with_a_key_dropout_is_at_work(spec):
    if spec.kind == "own":
        pytest.skip("a network of one's own draws nothing at random: a recipe refuses dropout")
    network = spec.build(KEY, SHAPE, 3)
    dropped = network(jnp.ones(SHAPE), 0.5, KEY)
    assert np.abs(dropped - network(jnp.ones(SHAPE))).max() > 1e-6


def test_a_population_is_a_vmap(spec):
    keys = jax.random.split(KEY, 3)
    stacked = jax.vmap(lambda key: spec.build(key, SHAPE, 3))(keys)
    x = jax.random.uniform(KEY, SHAPE)
    together = jax.vmap(lambda network: network(x))(stacked)
    alone = jnp.stack([spec.build(key, SHAPE, 3)(x) for key in keys])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_every_array_is_a_parameter_in_float32(spec):
    leaves = jax.tree.leaves(spec.build(KEY, SHAPE, 3))
    assert leaves
    assert all(leaf.dtype == jnp.float32 for leaf in leaves)
