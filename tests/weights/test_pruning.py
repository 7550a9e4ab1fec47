"""Masks that are known beforehand."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from thalweg.networks.linear import Linear
from thalweg.networks.mlp import MlpNetwork
from thalweg.weights.pruning import (
    as_bits,
    drawn_alike,
    from_bits,
    masked,
    pruned,
    share_left,
    shuffled,
    whole_masks,
)


def test_the_smallest_that_are_left_go_member_by_member():
    weights = np.array([[[0.3, -0.1, 0.2], [5.0, -4.0, 0.0]], [[-1.0, 2.0, -3.0], [4.0, -5.0, 6.0]]])
    mask = np.ones((2, 2, 3), bool)
    mask[0, 1, 2] = False  # pruned before: its 0 does not go a second time
    found = pruned(mask, weights, 0.4)
    assert found.astype(int).tolist() == [[[1, 0, 0], [1, 1, 0]], [[0, 0, 1], [1, 1, 1]]]


def test_rounds_leave_the_shares_of_the_paper():
    """LeNet-300-100: 21.1 % of the weights after 7 rounds, 3.6 % after 15 (Frankle & Carbin 2019, table
    2)."""
    shapes, generator = [(300, 784), (100, 300), (10, 100)], np.random.default_rng(0)
    masks, left = whole_masks(shapes, 1), {}
    for number in range(1, 16):
        weights = [generator.normal(size=mask.shape) for mask in masks]
        masks = [pruned(*each) for each in zip(masks, weights, (0.2, 0.2, 0.1), strict=True)]
        left[number] = share_left(masks)
    assert left[7] == pytest.approx(0.211, abs=5e-4)
    assert left[15] == pytest.approx(0.036, abs=5e-4)


def test_one_weight_is_always_left():
    mask, weights = np.ones((1, 1, 3), bool), np.array([[[1.0, 2.0, 3.0]]])
    for _ in range(5):
        mask = pruned(mask, weights, 0.9)
    assert mask.astype(int).tolist() == [[[0, 0, 1]]]


def test_what_diverged_loses_as_many_weights_as_the_others():
    weights = np.stack([np.full((2, 5), np.nan), np.arange(10.0).reshape(2, 5)])
    assert pruned(np.ones((2, 2, 5), bool), weights, 0.3).sum(axis=(1, 2)).tolist() == [7, 7]


@given(
    seed=st.integers(0, 2**32 - 1),
    shape=st.tuples(*[st.integers(1, 9)] * 3),
    share=st.floats(0, 1),
)
@settings(max_examples=60, deadline=None)
def test_other_masks_have_what_they_promise_to_have(seed, shape, share):
    mask = np.random.default_rng(seed).uniform(size=shape) < share
    seeds = [[seed, member] for member in range(shape[0])]
    np.testing.assert_array_equal(shuffled(mask, seeds).sum(axis=1), mask.sum(axis=1))
    np.testing.assert_array_equal(drawn_alike(mask, seeds).sum(axis=(1, 2)), mask.sum(axis=(1, 2)))
    for deal in (shuffled, drawn_alike):
        np.testing.assert_array_equal(deal(mask, seeds), deal(mask, seeds))
        np.testing.assert_array_equal(
            deal(mask[1:], seeds[1:]) if shape[0] > 1 else mask[1:], deal(mask, seeds)[1:]
        )
    layers = [mask, mask[:, :1]]
    for one, other in zip(from_bits(as_bits(layers), [shape[1:], (1, shape[2])]), layers, strict=True):
        np.testing.assert_array_equal(one, other)


def test_other_masks_are_other_masks():
    mask = np.zeros((1, 20, 20), bool)
    mask[:, :, :5] = np.random.default_rng(0).uniform(size=(1, 20, 5)) < 0.5
    assert (shuffled(mask, [[1]]) != mask).any()
    assert not shuffled(mask, [[1]])[:, :, 5:].any()
    assert drawn_alike(mask, [[1]])[:, :, 5:].any()


def test_what_is_pruned_begins_at_nothing_and_does_not_learn():
    into, out = np.arange(1.0, 9.0).reshape(2, 2, 2), np.ones((2, 3, 2))
    layers = Linear(np.float32(into), np.ones((2, 2))), Linear(np.float32(out), np.ones((2, 3)))
    masks = [into > 2.5, np.ones((2, 3, 2), bool)]
    start, learns = masked(MlpNetwork(layers, "relu"), masks)
    np.testing.assert_array_equal(start.layers[0].weight, np.where(into > 2.5, into, 0.0))
    np.testing.assert_array_equal(learns.layers[0].weight, masks[0])
    assert learns.layers[0].bias.all()
    np.testing.assert_array_equal(start.layers[1].weight, out)
