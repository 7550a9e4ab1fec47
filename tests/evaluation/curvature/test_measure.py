import json

import numpy as np
import pytest

from tests.evaluation.hills import digits, population
from thalweg.errors import EvaluationError
from thalweg.evaluation.curvature.measure import curvature
from thalweg.networks import Mlp
from thalweg.record import Record
from thalweg.weights.cost_surface import CostSurface

SETTING = {"cost": "quadratic", "l2": 1e-3}


@pytest.fixture(scope="module")
def members():
    return population(Mlp((8,)))


@pytest.fixture(scope="module")
def record(members):
    return curvature(members, digits(), **SETTING)


@pytest.fixture(scope="module")
def dense(members):
    """Every eigenvalue of the first member, from the whole Hessian."""
    hill = CostSurface.of(members[0], digits(), **SETTING)
    return np.linalg.eigvalsh(hill.dense(hill.start))


def test_the_ends_are_those_of_the_dense_hessian(record, dense):
    assert record[0].largest.value == pytest.approx(dense[-1], rel=1e-6)
    assert record[0].smallest.value == pytest.approx(dense[0], rel=1e-6)


def test_intervals_hold_an_eigenvalue(record, dense):
    for measured in (record[0].largest, record[0].smallest):
        low, high = measured.interval
        assert ((dense >= low - 1e-14) & (dense <= high + 1e-14)).any()
    assert record[0].none_below <= dense[0]


def test_the_trace_is_within_its_error(record, dense):
    assert abs(record[0].trace.value - dense.sum()) < 4 * record[0].trace_error
    assert 0 < record[0].trace_error < 0.5 * dense.sum()


def test_the_density_is_that_of_the_eigenvalues_within_its_error(record, dense):
    density = record[0].density
    true = np.exp(-0.5 * ((density.values - dense[:, None]) / density.width) ** 2).mean(axis=0)
    true /= density.width * np.sqrt(2 * np.pi)
    off = np.abs(density.density - true)
    assert (off <= 5 * density.error + 1e-3 * true.max()).mean() > 0.97
    assert density.negative.low <= (dense < -1e-9).mean() <= density.negative.high


def test_members_are_measured_on_their_own(record, members):
    alone = curvature(members, digits(), members=[1], **SETTING)
    assert alone[0].largest.value == pytest.approx(record[1].largest.value, rel=1e-12)
    assert record.largest.value == max(record[0].largest.value, record[1].largest.value)
    assert record[0].largest.value != record[1].largest.value


def test_the_record_is_a_record(record):
    assert isinstance(record, Record)
    stored = json.loads(json.dumps(record.to_json(), allow_nan=False))
    assert {"largest", "smallest", "trace", "density"} <= stored.keys()
    assert len(stored["smallest"]["interval"]) == 2
    assert record.arrays()["density_error"].shape == record.arrays()["density_values"].shape
    assert all(answer for _, answer in record.rows())
    assert "directions" in repr(record)
    assert "<table>" in record._repr_html_()


def test_one_probe_has_no_error_and_is_refused(members):
    with pytest.raises(EvaluationError, match="probes=1"):
        curvature(members, digits(), probes=1, **SETTING)
