import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.networks import Mlp
from thalweg.training import Augmentation, Recipe, Sgd, train
from thalweg.training.epoch import (
    SHARED,
    EpochPlan,
    draw_order,
    in_batches,
    keys_of_members,
    start_shapes,
    stream_of_all,
)

RECIPE = Recipe(network=Mlp((6,), "tanh"), optimiser=Sgd(0.3), batch_size=4, epochs=3, order="own")


def plan_of(recipe, examples, counted):
    return EpochPlan(recipe, examples, 10, 100, counted)


def batches(plan, key, weights):
    return in_batches(plan, draw_order(plan, key, weights))


@pytest.mark.parametrize("key", range(4))
def test_an_epoch_of_its_own_draws_what_counts_once_and_passes_over_the_rest(key):
    weights = jnp.array([1, 0, 1, 2, 0, 0, 1, 1, 0.5, 0, 1])
    order, counts = batches(plan_of(RECIPE, 11, 7), jax.random.key(key), weights)
    assert order.shape == (2, 4)  # 7 examples in batches of 4
    drawn = np.asarray(order)[np.asarray(counts) > 0]
    assert sorted(drawn) == [0, 2, 3, 6, 7, 8, 10]


def test_who_counts_fewer_than_another_is_given_examples_of_weight_zero_last():
    weights = jnp.array([1, 0, 1, 0, 0, 1, 0])
    order, counts = batches(plan_of(RECIPE, 7, 5), jax.random.key(0), weights)
    drawn = np.asarray(order).ravel()[np.asarray(counts).ravel() > 0]
    assert sorted(drawn[:3]) == [0, 2, 5]
    assert len(drawn) == 5
    assert np.asarray(weights)[drawn[3:]].tolist() == [0, 0]


def test_batches_that_all_share_hold_every_example():
    shared = RECIPE.with_settings({"order": "shared"})
    order, counts = batches(plan_of(shared, 7, 3), jax.random.key(0), None)
    assert sorted(np.asarray(order)[np.asarray(counts) > 0]) == list(range(7))


def test_examples_of_nothing_are_drawn_besides():
    recipe = RECIPE.with_settings({"exposure.share": 0.5})
    plan = plan_of(recipe, 8, 3)
    assert plan.nothing > 0
    weights = jnp.array([0, 1, 0, 1, 0, 0, 1, 0])
    order, counts = batches(plan, jax.random.key(1), weights)
    drawn = np.asarray(order)[np.asarray(counts) > 0]
    assert sorted(drawn) == [1, 3, 6, *range(8, 8 + plan.nothing)]


def test_a_member_on_a_share_is_the_network_trained_on_that_share(train_split):
    """With a full batch the order is nothing: leaving out by weight and leaving out must agree."""
    recipe = RECIPE.with_settings({"batch_size": "full"})
    inside = np.random.default_rng(0).random(len(train_split)) < 0.6
    by_weight = train(recipe, train_split, members=2, weights=inside.astype(np.float32))
    apart = train(recipe, train_split.take(inside), members=2)
    probe = train_split.take(slice(0, 20))
    np.testing.assert_allclose(by_weight.logits(probe), apart.logits(probe), atol=1e-4)


def test_left_out_examples_teach_nothing(train_split):
    """Their labels may be anything."""
    inside = np.ones(len(train_split), np.float32)
    inside[::3] = 0
    wrong = train_split.labels.copy()
    wrong[::3] = (wrong[::3] + 1) % train_split.classes
    changed = type(train_split)(train_split.raw, wrong, train_split.class_names, train_split.scaling)
    first, second = (train(RECIPE, split, weights=inside) for split in (train_split, changed))
    np.testing.assert_array_equal(first.logits(train_split), second.logits(train_split))


def test_members_with_orders_of_their_own_see_the_same_distorted_pictures():
    """Distorting is done once an epoch for all, whatever the order."""
    moved = Augmentation(shift=1.0)
    assert plan_of(Recipe(augmentation=moved, order="own"), 8, 8).distorts_together
    apart = Recipe(augmentation=Augmentation(shift=[1.0, 2.0]), order="own")
    assert plan_of(apart, 8, 8).distorts_each_member


def test_nobody_learns_where_nothing_counts(train_split):
    still = train(RECIPE, train_split, members=2, weights=np.zeros(len(train_split)))
    assert not still.diverged.any()


def test_keys_are_those_that_are_folded_one_by_one():
    seed_key, fold = jax.random.key(5), jax.random.fold_in
    numbers = np.array([0, 1, 7, 2**31 - 1])
    drawn = jax.random.key_data(keys_of_members(seed_key, numbers))
    own = [jax.random.key_data(fold(seed_key, int(number))) for number in numbers]
    np.testing.assert_array_equal(drawn, np.stack(own))
    for epoch, purpose in ((0, 3), (9, 4)):
        expected = fold(fold(fold(seed_key, SHARED), epoch), purpose)
        found = stream_of_all(seed_key, epoch, purpose)
        np.testing.assert_array_equal(jax.random.key_data(found), jax.random.key_data(expected))


def test_the_shapes_of_a_start_are_traced_once_whatever_the_training_is_called():
    first = start_shapes(RECIPE, (5, 4), 3)
    assert start_shapes(RECIPE.for_epochs(9), (5, 4), 3) is first
    assert first.network.layers[0].weight.shape == (6, 20)
    assert start_shapes(RECIPE, (5, 5), 3) is not first
