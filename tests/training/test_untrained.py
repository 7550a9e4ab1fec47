import jax
import numpy as np

from thalweg.training import Start, train, untrained


def test_a_training_begins_with_them(small_recipe, quarters_dataset):
    given = {"members": 3, "seed": 5, "first": 2}
    begun = untrained(small_recipe, quarters_dataset.train, **given)
    plain = train(small_recipe, quarters_dataset.train, **given)
    same = train(small_recipe, quarters_dataset.train, start=Start(begun.networks), **given)
    for one, other in zip(jax.tree.leaves(plain.networks), jax.tree.leaves(same.networks), strict=True):
        np.testing.assert_array_equal(one, other)
