import json

import numpy as np
import pytest
from hypothesis import given, settings, strategies
from sklearn.calibration import calibration_curve

from thalweg.evaluation.calibration.reliability import reliability
from thalweg.statistics.intervals import wilson


def test_one_member_has_scikit_learns_bins_and_wilsons_bars():
    generator = np.random.default_rng(0)
    confidence = generator.uniform(0.3, 1.0, size=(1, 300))
    right = generator.random((1, 300)) < confidence
    found = reliability(confidence, right, bins=15)
    accuracy, mean = calibration_curve(right[0], confidence[0], n_bins=15, strategy="quantile")
    np.testing.assert_allclose(found.accuracy, accuracy)
    np.testing.assert_allclose(found.confidence, mean)
    assert found.count.tolist() == [20] * 15
    for share, low, high in zip(found.accuracy, found.low, found.high, strict=True):
        assert (low, high) == pytest.approx(wilson(20 * share, 20))


def test_the_same_member_many_times_is_no_more_evidence():
    generator = np.random.default_rng(1)
    confidence = generator.uniform(0.3, 1.0, size=(1, 300))
    right = generator.random((1, 300)) < confidence
    one = reliability(confidence, right, bins=10)
    many = reliability(np.repeat(confidence, 50, 0), np.repeat(right, 50, 0), bins=10)
    np.testing.assert_allclose(many.low, one.low)
    np.testing.assert_allclose(many.high, one.high)
    assert many.count.tolist() == (50 * one.count).tolist()


@settings(max_examples=200, deadline=None)
@given(
    strategies.lists(strategies.sampled_from((0.5, 0.6, 0.7, 0.8, 0.9, 1.0)), min_size=1, max_size=60),
    strategies.integers(1, 20),
)
def test_no_bin_is_empty_however_many_are_equally_sure(confidence, bins):
    sure = np.array([confidence])
    found = reliability(sure, sure > 0.65, bins=bins)
    assert found.count.min() > 0
    assert found.count.sum() == len(confidence)
    assert np.isfinite([found.accuracy, found.low, found.high, found.confidence]).all()


def test_it_can_be_written_down():
    found = reliability(np.full((2, 8), 0.7), np.ones((2, 8), bool), bins=15)
    written = found.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert set(found.arrays("x_")) == {f"x_{name}" for name in written}
    assert written["count"] == [16]
