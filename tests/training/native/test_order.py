"""Members' own orders are those that JAX draws, number for number."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.training import Recipe, epoch as xla
from thalweg.training.epoch import EpochPlan
from thalweg.training.native import order as native

MEMBERS = 3


def plan_of(examples, counted, share):
    recipe = Recipe(order="own").with_settings({"exposure.share": share})
    return EpochPlan(recipe, examples, 10, 100, counted)


@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("examples", [1, 2, 45, 3000, 70_000])
def test_permutations(kernel, examples, share):
    plan, keys = plan_of(examples, examples, share), jax.random.split(jax.random.key(7), MEMBERS)
    found = np.asarray(native.draw_orders(plan, keys, None))
    assert found.shape == (MEMBERS, plan.rows)
    np.testing.assert_array_equal(found, xla.draw_orders(plan, keys, None))
    assert (np.sort(found, axis=1) == np.arange(plan.rows)).all()


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_subsets_of_unequal_size(kernel, share):
    generator = np.random.default_rng(0)
    weights = np.zeros((MEMBERS, 500), np.float32)
    for member in range(MEMBERS):
        weights[member, generator.permutation(500)[: 300 - member]] = generator.random()
    plan, keys = plan_of(500, 300, share), jax.random.split(jax.random.key(7), MEMBERS)
    found = native.draw_orders(plan, keys, jnp.asarray(weights))
    np.testing.assert_array_equal(found, xla.draw_orders(plan, keys, jnp.asarray(weights)))
