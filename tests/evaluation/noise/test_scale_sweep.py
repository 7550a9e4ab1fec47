import json

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.noise.scale_sweep import SCALES, scale_sweep
from thalweg.statistics.intervals import crossed

INPUTS = np.random.default_rng(0).random((30, 4, 4), dtype=np.float32)


def swept(population, **kwargs):
    return scale_sweep(as_classifier(population), {"uniform": INPUTS}, classes=4, **kwargs)["uniform"]


def test_every_point_follows_from_the_probabilities():
    population = FakePopulation.random(5)
    curve = swept(population, scales=(0, 1, 2.5))
    for place, scale in enumerate((0, 1, 2.5)):
        probabilities = population.probabilities(INPUTS * np.float32(scale))
        confidence = probabilities.max(axis=2)
        assert curve.mean_confidence[place].value == pytest.approx(confidence.mean(), abs=1e-6)
        assert curve.mean_confidence[place].interval == pytest.approx(
            crossed(confidence, limits=(0.0, 1.0)).widest or (0.25, 0.25), abs=1e-5
        )
        assert curve.share_sure[place].value == pytest.approx((confidence > 0.99).mean())
        np.testing.assert_allclose(curve.member_confidence[:, place], confidence.mean(axis=1), atol=1e-6)
        assert curve.median_confidence[place] == pytest.approx(np.median(confidence))
        ensemble = probabilities.mean(axis=0).max(axis=1).mean()
        assert curve.ensemble_confidence[place] == pytest.approx(ensemble, abs=1e-6)


def test_linear_members_grow_certain_far_away_and_know_nothing_at_zero():
    curve = swept(FakePopulation.random(5))
    assert curve.mean_confidence[0].value == pytest.approx(0.25)
    assert curve.mean_confidence[-1].value > 0.999
    place = SCALES.index(curve.certain_from)
    assert (curve.median_confidence[place:] > 0.999).all()
    assert curve.median_confidence[place - 1] <= 0.999
    low, high = curve.band
    assert (low <= curve.member_confidence.mean(axis=0) + 1e-12).all()
    assert (curve.member_confidence.mean(axis=0) <= high + 1e-12).all()


def test_one_that_never_grows_certain_says_so():
    curve = swept(lambda inputs: np.full((len(inputs), 4), 0.25))
    assert curve.certain_from is None
    assert curve.to_json()["certain_from"] is None


def test_json_and_arrays():
    sweep = scale_sweep(
        as_classifier(FakePopulation.random(3)), {"test": INPUTS, "uniform": INPUTS}, classes=4
    )
    written = sweep.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert written["scales"] == list(SCALES)
    for source in ("test", "uniform"):
        assert {len(written[source][name]) for name in ("mean_confidence", "member_band")} == {len(SCALES)}
        assert sweep.arrays()[f"scale_sweep_{source}_confidence"].shape == (3, len(SCALES))
