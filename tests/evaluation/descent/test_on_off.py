import json

import numpy as np
import pytest

from tests.evaluation.hills import digits, population
from thalweg.evaluation.descent.on_off import OnOff, hidden_weights, on_off
from thalweg.networks import ConvNet, Mlp
from thalweg.weights.interpolation import EmpiricalCost


def asked(split):
    return EmpiricalCost(split.inputs.reshape(len(split), *split.input_shape), split.labels, "quadratic", 0.5)


@pytest.fixture(scope="module")
def record():
    found = on_off(population(), asked(digits(50)), members=(0, 1), origin="start", weights=20)
    assert isinstance(found, OnOff)
    return found


def test_jumping_neurons_have_no_slope_and_smooth_ones_do(record):
    assert record.unmoved["on_off"].shape == (2, 20, 2)
    assert record.share("on_off").value == 1.0
    assert record.share("smooth").value < 0.2
    assert (record.no_slope["on_off"] == 1.0).all()
    assert (record.no_slope["smooth"] < 0.5).all()
    low, high = record.share("on_off").interval
    assert 0.8 < low < high == 1.0


def test_json_arrays_and_rows(record):
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert (written["weights"], written["examples"], written["activation"]) == (40, 50, "sigmoid")
    assert len(written["unmoved"]["on_off"]) == len(written["sizes"]) == 2
    assert record.arrays()["on_off_unmoved_smooth"].dtype == bool
    ((question, answer),) = record.rows()
    assert question == "What if neurons were only on or off?"
    assert "a nudge of 1e-6 leaves the cost unmoved for 100.0 %" in answer
    assert "of 40 hidden weights" in answer


def test_weights_of_black_pixels_are_not_drawn():
    split = digits(50)
    black = EmpiricalCost(split.inputs.reshape(50, 4, 4).copy(), split.labels, "quadratic", 0.0)
    black.inputs[:, :, 1:] = 0
    found = on_off(population(members=1), black, members=(0,), origin="end", weights=100)
    assert isinstance(found, OnOff)
    assert found.unmoved["smooth"].shape == (1, 3 * 4 + 3, 2)  # a quarter of 48 weights, and three biases
    assert found.no_slope["smooth"][0] >= 3 * 12 / (3 * 16 + 3)


def test_hidden_weights_come_before_the_last_layer():
    assert hidden_weights(population(Mlp((4, 3)))[0]) == 4 * 16 + 4 + 3 * 4 + 3
    assert hidden_weights(population(Mlp(()))[0]) == 0


@pytest.mark.parametrize(
    ("spec", "why"),
    [(Mlp(()), "no hidden neurons"), (Mlp((3,), "step"), "no smooth activation")],
)
def test_what_cannot_be_compared_is_said(spec, why):
    assert why in str(on_off(population(spec), asked(digits(20)), members=(0,), origin="end"))


def test_convolutions_are_hidden_too():
    members = population(ConvNet(channels=(2,), kernel=3, pool=1, dense=()), members=1)
    found = on_off(members, asked(digits(20)), members=(0,), origin="end", weights=10)
    assert isinstance(found, OnOff)
    assert found.share("on_off").value == 1.0
    assert np.isfinite(found.no_slope["smooth"]).all()
