"""The rule by which the kernel is taken: what was measured decides, and unfilled lanes count."""

import dataclasses

import pytest

from thalweg.networks import ConvNet, Mlp
from thalweg.training import Recipe
from thalweg.training.native.worth import best

CLASSIC = Recipe(network=Mlp((16, 16)), batch_size=32)
DIGITS = {"members": 64, "inputs": 784, "lit": 0.19, "lanes": 16, "cores": 2}


def shaped(hidden, **changes):
    return dataclasses.replace(CLASSIC, network=Mlp(hidden), **changes)


def test_full_blocks_of_small_networks_are_its_best():
    lanes, times = best(CLASSIC, **DIGITS)
    assert lanes == "members"
    assert times > 3


@pytest.mark.parametrize(
    ("members", "lanes"), [(1, "neurons"), (4, "neurons"), (16, "neurons"), (32, "members"), (64, "members")]
)
def test_few_members_leave_lanes_of_members_idle(members, lanes):
    found, times = best(CLASSIC, **{**DIGITS, "members": members})
    assert found == lanes
    assert times > 1


def test_many_cores_leave_few_members_to_each():
    assert best(CLASSIC, **{**DIGITS, "members": 64, "cores": 16})[0] == "neurons"
    assert best(CLASSIC, **{**DIGITS, "members": 256, "cores": 16})[0] == "members"


def test_narrower_registers_are_worth_less():
    found = [best(CLASSIC, **{**DIGITS, "lanes": lanes})[1] for lanes in (16, 8, 4)]
    assert found == sorted(found, reverse=True)
    assert found[-1] > 1


@pytest.mark.parametrize(("batch_size", "least"), [(32, 2), (128, 1.5), ("full", 1.5)])
def test_wide_layers_have_lanes_of_neurons(batch_size, least):
    lanes, times = best(shaped((256, 128), batch_size=batch_size), **DIGITS)
    assert lanes == "neurons"
    assert times > least


def test_a_narrow_layer_that_only_a_lane_a_neuron_could_train_is_left_to_xla():
    assert best(shaped((3,), order="own"), **DIGITS)[1] < 1
    assert best(shaped((3,)), **DIGITS)[0] == "members"


def test_convolutions_have_lanes_of_detectors():
    for channels, least in (((24, 48), 1.3), ((16, 32), 1.5)):
        lanes, times = best(
            dataclasses.replace(CLASSIC, network=ConvNet(channels)), **{**DIGITS, "members": 1}
        )
        assert lanes == "neurons"
        assert times > least


def test_rows_of_few_features_are_taken():
    assert best(CLASSIC, **{**DIGITS, "inputs": 20, "lit": 1.0})[1] > 2


def test_a_linear_classifier_has_a_rule_as_well():
    assert best(shaped(()), **DIGITS)[1] > 1


def test_orders_of_each_members_own_have_lanes_of_neurons():
    lanes, times = best(dataclasses.replace(CLASSIC, order="own"), **DIGITS)
    assert lanes == "neurons"
    assert times > 2
