import json
from dataclasses import replace

import numpy as np
import pytest

from tests.studies.blobs import blobs, with_labels
from tests.studies.kept import Kept
from thalweg.errors import RecipeError, StudyError
from thalweg.record import Record
from thalweg.studies.grokking import PRESETS, Settings, grokking
from thalweg.studies.grokking.study import epochs_of

SMALL = Settings(
    members=3, examples=30, scales=(1.0, 6.0), weight_decays=(0.0, 0.5), steps=120, hidden=(12,),
    batch_size=10, learning_rate=0.01, factor=2.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def made():
    kept, seen = Kept(), []
    record = grokking(blobs(), SMALL, seed=1, parts=kept, progress=lambda *told: seen.append(told))
    return record, kept, seen


def test_it_is_a_record(made):
    record, _, seen = made
    assert isinstance(record, Record)
    json.dumps(record.to_json(), allow_nan=False)
    assert record.steps[-1] == 120
    assert [place for _, place, _ in seen] == list(range(4))
    assert "nan" not in " ".join(answer for _, answer in record.rows())


def test_the_scale_of_the_start_is_what_differs(made):
    """Larger starts are other networks: before long they answer otherwise than those they were made of."""
    small, large = made[0][1.0, 0.0], made[0][6.0, 0.0]
    assert not np.array_equal(small.test[:, 0], large.test[:, 0])


def test_a_scale_of_one_is_the_start_that_train_gives():
    from thalweg.studies.altered_data import some
    from thalweg.studies.grokking.study import COPIES, recipe_of
    from thalweg.training import train

    data = some(blobs(), 30, 1)
    copies = data.train.take(np.tile(np.arange(30), COPIES))
    population = train(recipe_of((1.0, 0.5), SMALL, 3), copies, members=3, seed=1)
    right = population.probabilities(data.test).argmax(-1) == data.test.labels
    found = grokking(blobs(), replace(SMALL, scales=(1.0, 2.0), weight_decays=(0.5,)), seed=1)
    np.testing.assert_allclose(found[1.0, 0.5].test[:, -1], right.mean(axis=1))


def test_it_goes_on_where_it_was_stopped_with_the_same_result(made):
    record, kept, _ = made
    some = Kept(dict(list(kept.items())[:2]))
    assert grokking(blobs(), SMALL, seed=1, parts=some).to_json() == record.to_json()


def test_another_rule_needs_no_other_training(made):
    record, kept, _ = made
    again = grokking(blobs(), replace(SMALL, factor=9.0), seed=1, parts=Kept(kept))
    np.testing.assert_array_equal(again[6.0, 0.5].test, record[6.0, 0.5].test)
    assert again.rule.factor == 9


def test_epochs_make_at_least_as_many_steps_as_asked_for():
    assert epochs_of(SMALL) == 10
    assert epochs_of(PRESETS["full"]) == 5000


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"scales": (8.0,)}, r"scales=\[8.0\]: expected 2 or more"),
        ({"scales": (8.0, 1.0)}, "rising"),
        ({"members": 1}, "members=1"),
        ({"weight_decays": ()}, "weight_decays="),
        ({"factor": 1.0}, "factor="),
        ({"batch_size": 2000}, "at most the 1000 examples"),
    ],
)
def test_settings_that_cannot_answer_are_refused(settings, said):
    with pytest.raises((RecipeError, StudyError), match=said) as caught:
        Settings(**settings)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "change", "said"),
    [
        (blobs(), {"examples": 2, "batch_size": 2}, "2 training examples of 3 classes"),
        (blobs(), {"examples": 61}, "61"),
        (with_labels(blobs(), np.zeros(60)), {}, "every label"),
    ],
)
def test_what_cannot_answer_is_refused_before_anything_is_trained(data, change, said, monkeypatch):
    monkeypatch.setattr("thalweg.training.train", lambda *given, **more: pytest.fail("trained"))
    with pytest.raises(StudyError, match=said):
        grokking(data, replace(SMALL, **change))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_quick_answers_on_the_digits():
    from thalweg import data

    smaller = replace(PRESETS["quick"], members=3, weight_decays=(0.1,), steps=300)
    found = grokking(data.load("digits"), smaller)
    assert found.over_chance.learned
    prompt, late = found[1.0, 0.1], found[8.0, 0.1]
    assert prompt.test[:, 3].mean() > late.test[:, 3].mean()
