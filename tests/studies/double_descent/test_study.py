import json
from dataclasses import replace

import numpy as np
import pytest

from tests.studies.blobs import blobs, with_labels
from tests.studies.kept import Kept
from thalweg.errors import RecipeError, StudyError
from thalweg.record import Record
from thalweg.studies.double_descent import PRESETS, Settings, double_descent
from thalweg.studies.double_descent.study import recipe_of

SMALL = Settings(members=5, examples=30, widths=(2, 8, 12, 30), noises=(0.0, 0.2), epochs=6, batch_size=10)
"""Blobs of four features and three classes: a neuron has 8 parameters, and 90 are just enough for 30."""


@pytest.fixture(scope="module")
def made():
    """The study of four widths, what it kept, and its progress."""
    kept, seen = Kept(), []
    record = double_descent(blobs(), SMALL, seed=1, parts=kept, progress=lambda *told: seen.append(told))
    return record, kept, seen


def test_it_is_a_record(made):
    record, _, _ = made
    assert isinstance(record, Record)
    json.dumps(record.to_json(), allow_nan=False)
    assert record.just_enough == 90
    assert [point.parameters for point in record.curves[0].points] == [19, 67, 99, 243]
    assert "nan" not in " ".join(answer for _, answer in record.rows())


def test_members_are_those_that_train_gives(made):
    from thalweg.studies.altered_data import some
    from thalweg.training import train

    data = some(blobs(), 30, 1)
    population = train(recipe_of(8, SMALL), data.train, members=5, seed=1)
    right = population.probabilities(data.test).argmax(-1) == data.test.labels
    point = made[0].curve(0.0, reused=False).points[1]
    assert point.test_error.value == pytest.approx(1 - right.mean())


def test_reused_weights_change_what_is_just_large_enough_and_smaller_alone(made):
    fresh, reused = (made[0].curve(0.0, reused=reused).points for reused in (False, True))
    costs = [(one.test_cost.value, other.test_cost.value) for one, other in zip(fresh, reused, strict=True)]
    assert costs[0][0] == costs[0][1], "the narrowest begins at random"
    assert costs[1][0] != costs[1][1]
    assert costs[2][0] == costs[2][1], "beyond just enough all begin at random"


def test_wrong_labels_are_learned_worse(made):
    clean, noisy = (made[0].curve(noise, reused=False).points[-1] for noise in SMALL.noises)
    assert noisy.train_error > clean.train_error


def test_it_goes_on_where_it_was_stopped_with_the_same_result(made):
    record, kept, seen = made
    assert [place for _, place, _ in seen] == list(range(4))
    some = Kept(dict(list(kept.items())[:3]))
    assert double_descent(blobs(), SMALL, seed=1, parts=some).to_json() == record.to_json()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"widths": (16,)}, "widths"),
        ({"widths": (16, 32)}, "expected 3 or more"),
        ({"widths": (32, 16, 8)}, "rising"),
        ({"members": 1}, "members=1"),
        ({"noises": (0.95,)}, "noises="),
    ],
)
def test_settings_that_cannot_answer_are_refused(settings, said):
    with pytest.raises((RecipeError, StudyError), match=said) as caught:
        Settings(**settings)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "change", "said"),
    [
        (blobs(), {"widths": (2, 3, 4)}, "fewer parameters than examples times classes, 90"),
        (blobs(), {"widths": (20, 30, 40)}, "more parameters"),
        (blobs(), {"examples": 2}, "2 training examples of 3 classes"),
        (blobs(), {"examples": 61}, "61"),
        (with_labels(blobs(), np.zeros(60)), {}, "every label"),
    ],
)
def test_what_cannot_answer_is_refused_before_anything_is_trained(data, change, said, monkeypatch):
    monkeypatch.setattr("thalweg.training.train", lambda *given, **more: pytest.fail("trained"))
    with pytest.raises(StudyError, match=said) as caught:
        double_descent(data, replace(SMALL, **change))
    assert caught.value.hint


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_quick_answers_on_the_digits():
    from thalweg import data

    smaller = replace(PRESETS["quick"], members=5, widths=(2, 8, 10, 12, 24), noises=(0.2,), epochs=20)
    found = double_descent(data.load("digits"), smaller)
    assert found.over_chance.learned
    assert found.just_enough == 8000
    for curve in found.curves:
        errors = [point.train_error for point in curve.points]
        assert errors[0] > errors[-1]
        assert curve.of_cost is not None
