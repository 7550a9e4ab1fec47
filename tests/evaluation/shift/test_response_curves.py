import json

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.data.transforms import TRANSFORMS
from thalweg.evaluation.classifier import as_classifier
from thalweg.evaluation.shift.changed import answered, unchanged
from thalweg.evaluation.shift.response_curves import response_curve
from thalweg.statistics.intervals import crossed, wilson


def curve_of(population, split, name, seed=0):
    asked = as_classifier(population)
    clean = answered(asked, split, unchanged, seed)
    return response_curve(asked, split, TRANSFORMS[name], clean=clean, seed=seed, level=0.9)


def test_every_number_follows_from_the_changed_pictures():
    population, split = FakePopulation.random(5), make_split()
    curve = curve_of(population, split, "pixel_noise", seed=4)
    assert curve.levels == TRANSFORMS["pixel_noise"].levels
    for place, level in enumerate(curve.levels):
        changed = TRANSFORMS["pixel_noise"](split.inputs, level, 4)
        probabilities = population.probabilities(changed)
        right = probabilities.argmax(axis=2) == split.labels
        confidence = probabilities.max(axis=2)
        point = curve[level]
        assert point is curve.points[place]
        assert point.accuracy == crossed(right, 0.9).measured
        assert point.confidence.value == pytest.approx(confidence.mean(), abs=1e-6)
        assert point.confidence.interval == pytest.approx(crossed(confidence, 0.9).both, abs=1e-5)
        together = probabilities.mean(axis=0, dtype=np.float64)
        votes = int((together.argmax(axis=1) == split.labels).sum())
        assert point.ensemble_accuracy.value == votes / 60
        assert point.ensemble_accuracy.interval == wilson(votes, 60, 0.9)
        assert point.ensemble_confidence.value == pytest.approx(together.max(axis=1).mean(), abs=1e-6)
        np.testing.assert_allclose(curve.member_accuracy[place], right.mean(axis=1))
        np.testing.assert_allclose(curve.member_confidence[place], confidence.mean(axis=1), atol=1e-6)


def test_a_classifier_that_looks_at_one_pixel_loses_it_when_the_picture_moves():
    split = make_split(40)
    split.raw[:] = 0
    split.raw[:, 1, 1] = np.where(split.labels == 2, 255, 0)

    def sees_one_pixel(inputs):
        white = inputs[:, 1, 1] > 0.5
        return np.where(white[:, None], [0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0])

    curve = curve_of(sees_one_pixel, split, "translation")
    assert curve[0].accuracy.value == 0.5  # classes 0 and 2 of four
    assert curve[1].accuracy.value == 0.25
    assert curve[-2].accuracy.value == 0.25
    assert {point.confidence.value for point in curve.points} == {1.0}


def test_the_identity_level_is_not_asked_again():
    population = FakePopulation.random(2)
    curve_of(population, make_split(), "scale")
    assert len(population.calls) == len(TRANSFORMS["scale"].levels)  # the clean pictures, and all but one


def test_json_and_member_bands():
    curve = curve_of(FakePopulation.random(9), make_split(), "rotation")
    written = curve.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    assert written["unit"] == "degrees counter-clockwise"
    for name in ("accuracy", "confidence", "ensemble_accuracy", "ensemble_confidence"):
        assert len(written[name]) == len(written["levels"])
        assert set(written[name][0]) - {"caveat"} == {"value", "interval"}
    bands = written["member_quantiles"]["accuracy"]
    assert list(bands) == ["0.05", "0.25", "0.5", "0.75", "0.95"]
    np.testing.assert_allclose(bands["0.5"], np.median(curve.member_accuracy, axis=1))
    assert (np.array(bands["0.05"]) <= np.array(bands["0.95"])).all()
