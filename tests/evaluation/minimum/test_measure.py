import json

import numpy as np
import pytest

from tests.evaluation.hills import digits, population, scaled, with_identical_units
from thalweg.errors import EvaluationError
from thalweg.evaluation.minimum.measure import minimum
from thalweg.evaluation.minimum.record import FLAT, NOT_STATIONARY, SADDLE, STRICT, UNDECIDED
from thalweg.networks import Mlp
from thalweg.record import Record
from thalweg.weights.cost_surface import CostSurface

SETTING = {"cost": "quadratic", "l2": 3e-4}


@pytest.fixture(scope="module")
def record():
    return minimum(population(), digits(100), **SETTING)


def test_a_smooth_network_ends_in_a_strict_minimum(record):
    for certificate in record.certificates:
        assert certificate.verdict == STRICT
        assert certificate.gradient_norm < 1e-13
        assert certificate.smallest.low > 0
        assert certificate.cost < certificate.start_cost
        assert certificate.caveat == ""
    assert record.certified == 2


def test_the_certificate_agrees_with_the_dense_hessian(record):
    hill = CostSurface.of(population()[0], digits(100), **SETTING)
    values = np.linalg.eigvalsh(hill.dense(record[0].point))
    assert record[0].smallest.value == pytest.approx(values[0], rel=1e-5)
    assert record[0].largest.value == pytest.approx(values[-1], rel=1e-8)
    assert np.linalg.norm(hill.cost_and_gradient(record[0].point)[1]) == pytest.approx(
        record[0].gradient_norm, abs=1e-15
    )


@pytest.mark.parametrize("build", [with_identical_units, lambda start: scaled(start, 0.0)])
def test_a_start_built_on_a_saddle_is_found_out(build):
    start = build(population(members=1))
    certificate = minimum(start, digits(100), cost="quadratic", l2=1e-4)[0]
    assert certificate.verdict == SADDLE
    assert certificate.smallest.high < 0
    hill = CostSurface.of(start[0], digits(100), cost="quadratic", l2=1e-4)
    down = certificate.descent
    lower = hill.cost(certificate.point + down.length * down.direction)
    assert lower == pytest.approx(down.cost, rel=1e-12)
    assert lower < hill.cost(certificate.point) - 1e-6


def test_a_collapsed_network_is_flat_where_nothing_goes_out():
    """A penalty so large that no hidden unit is worth its weights: their biases do nothing."""
    certificate = minimum(population(members=1), digits(100), cost="quadratic", l2=0.5)[0]
    assert certificate.verdict == FLAT
    assert certificate.flat == {"dead units": 3}
    assert certificate.smallest.low > 0


def test_outputs_of_a_softmax_move_together():
    start = population(members=1, readout="softmax")
    certificate = minimum(start, digits(100), cost="cross-entropy", l2=1e-2)[0]
    assert certificate.verdict == FLAT
    assert certificate.flat == {"output shift": 1}


def test_a_place_that_is_not_reached_is_not_certified():
    """Without a penalty the cost falls forever: there is no minimum to stand in."""
    start = population(members=1, readout="softmax")
    certificate = minimum(start, digits(40), cost="cross-entropy", l2=0.0, descent_steps=3)[0]
    assert certificate.verdict in (NOT_STATIONARY, UNDECIDED)


def test_of_a_relu_it_says_what_cannot_be_certified():
    record = minimum(population(Mlp((3,), "relu"), members=1), digits(60), descent_steps=300, **SETTING)
    assert "kink" in record[0].caveat
    assert any("cannot be certified" in question for question, _ in record.rows())


def test_the_record_is_a_record(record):
    assert isinstance(record, Record)
    stored = json.loads(json.dumps(record.to_json(), allow_nan=False))
    assert stored["verdicts"][STRICT] == stored["certified"] == 2
    assert {"gradient_norm", "gradient_flat", "smallest", "verdict", "flat"} <= stored["members"][0].keys()
    assert record.arrays()["points"].shape == (2, record.parameters)
    assert all(answer for _, answer in record.rows())
    assert "2 of 2" in repr(record)


def test_arguments_out_of_range_are_refused():
    with pytest.raises(EvaluationError, match="steps=1"):
        minimum(population(), digits(20), steps=1, **SETTING)
