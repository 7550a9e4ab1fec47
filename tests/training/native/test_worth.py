"""The rule by which the kernel is taken: what was measured decides, and unfilled lanes count."""

import dataclasses

import pytest

from thalweg.networks import Mlp
from thalweg.training import Recipe
from thalweg.training.native.worth import quicker

CLASSIC = Recipe(network=Mlp((16, 16)), batch_size=32)
DIGITS = {"members": 64, "inputs": 784, "lit": 0.19, "lanes": 16, "cores": 2}


def test_full_blocks_of_small_networks_are_its_best():
    assert quicker(CLASSIC, **DIGITS) > 3


@pytest.mark.parametrize(("members", "taken"), [(1, False), (4, False), (12, True), (16, True), (64, True)])
def test_a_block_costs_the_same_with_fewer_members(members, taken):
    assert (quicker(CLASSIC, **{**DIGITS, "members": members}) >= 1) is taken


def test_many_cores_leave_few_members_to_each():
    assert quicker(CLASSIC, **{**DIGITS, "members": 16, "cores": 16}) < 1
    assert quicker(CLASSIC, **{**DIGITS, "members": 256, "cores": 16}) > 3


def test_narrower_registers_are_worth_less():
    found = [quicker(CLASSIC, **{**DIGITS, "lanes": lanes}) for lanes in (16, 8, 4)]
    assert found == sorted(found, reverse=True)
    assert found[-1] > 1


def test_wide_layers_and_large_batches_are_left_to_xla():
    wide = dataclasses.replace(CLASSIC, network=Mlp((256, 128)))
    assert quicker(dataclasses.replace(wide, batch_size=128), **DIGITS) < 1
    assert quicker(wide, **{**DIGITS, "lit": 1.0}) < 1
    assert quicker(dataclasses.replace(wide, batch_size="full"), **DIGITS) < 1


def test_rows_of_few_features_are_taken():
    assert quicker(CLASSIC, **{**DIGITS, "inputs": 20, "lit": 1.0}) > 2


def test_a_linear_classifier_has_a_rule_as_well():
    assert quicker(dataclasses.replace(CLASSIC, network=Mlp(())), **DIGITS) > 1


def test_orders_of_each_members_own_are_worth_less():
    own = dataclasses.replace(CLASSIC, order="own")
    assert 1 < quicker(own, **DIGITS) < quicker(CLASSIC, **DIGITS)
    assert quicker(dataclasses.replace(own, network=Mlp((100,))), **DIGITS) < 1
