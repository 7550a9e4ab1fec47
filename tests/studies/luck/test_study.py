import json
from dataclasses import replace

import numpy as np
import pytest

from tests.studies.blobs import blobs, with_labels
from tests.studies.kept import Kept
from thalweg.errors import RecipeError, StudyError
from thalweg.record import Record
from thalweg.studies.luck import PRESETS, Settings, luck
from thalweg.studies.luck.study import recipe_of

SMALL = Settings(members=8, widths=(3, 6), epochs=(4,), rates=(0.02, 0.1), layers=1, batch_size=10)


@pytest.fixture(scope="module")
def made(quarters_dataset):
    """The study of two widths and two rates, what it kept, and its progress."""
    kept, seen = Kept(), []
    record = luck(quarters_dataset, SMALL, seed=1, parts=kept, progress=lambda *place: seen.append(place))
    return record, kept, seen


def test_it_is_a_record(made):
    record, _, _ = made
    assert isinstance(record, Record)
    json.dumps(record.to_json(), allow_nan=False)
    assert all(array.dtype.kind != "O" for array in record.arrays().values())
    text = " ".join(answer for _, answer in record.rows())
    assert "nan" not in text
    assert "true sd" in text


def test_members_are_those_that_train_gives(made, quarters_dataset):
    from thalweg.training import train

    place = (6, 4, 0.1)
    data = quarters_dataset.hold_out(0.1)
    population = train(recipe_of(place, SMALL, 8), data.train, members=8, seed=1)
    right = population.probabilities(data.test).argmax(-1) == data.test.labels
    np.testing.assert_allclose(made[0][place].accuracies, right.mean(1), atol=1e-9)
    held = population.probabilities(data.validation).argmax(-1) == data.validation.labels
    assert made[0][place].validation == pytest.approx(held.mean())


def test_all_rates_of_a_shape_share_a_program_and_name_the_same_recipe():
    one, many = recipe_of((6, 4, 0.1), SMALL), recipe_of((6, 4, 0.1), SMALL, 3)
    assert many.optimiser.learning_rate == (0.1, 0.1, 0.1)
    assert one == replace(many, optimiser=replace(many.optimiser, learning_rate=0.1))
    assert one.order == "own"


def test_progress_counts_every_block(made):
    assert [place for _, place, _ in made[2]] == [0, 1, 2, 3]
    assert len(made[1]) == 4


def test_it_goes_on_where_it_was_stopped_with_the_same_result(made, quarters_dataset):
    record, kept, _ = made
    some = Kept(dict(list(kept.items())[:2]))
    again = luck(quarters_dataset, SMALL, seed=1, parts=some)
    assert again.to_json() == record.to_json()


def test_what_is_kept_is_not_trained_again(made, quarters_dataset):
    _, kept, _ = made
    changed = Kept(
        {name: {**arrays, "validation": arrays["validation"] * 0} for name, arrays in kept.items()}
    )
    again = luck(quarters_dataset, SMALL, seed=1, parts=changed)
    assert {cell.validation for cell in again.cells} == {0.0}


def test_rates_are_chosen_without_the_test_set(quarters_dataset, made):
    """Other test labels change what is measured, and no choice."""
    labels = np.roll(quarters_dataset.test.labels, 1)
    other = replace(quarters_dataset, test=replace(quarters_dataset.test, labels=labels))
    again = luck(other, SMALL, seed=1, parts=made[1])
    assert again.best.place == made[0].best.place
    assert [trial.best for trial in again.best_rates.trials] == [
        trial.best for trial in made[0].best_rates.trials
    ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"widths": (16,)}, r"widths=\[16\]: expected 2 or more"),
        ({"rates": (0.1,)}, r"rates=\[0.1\]: expected 2 or more"),
        ({"epochs": ()}, "epochs="),
        ({"widths": (16, 16)}, "rising"),
        ({"widths": (32, 16)}, "rising"),
        ({"members": 1}, "members=1"),
        ({"rates": (0.0, 0.1)}, "rates="),
    ],
)
def test_settings_that_cannot_answer_are_refused(settings, said):
    with pytest.raises((RecipeError, StudyError), match=said) as caught:
        Settings(**settings)
    assert caught.value.hint


def test_data_that_cannot_answer_are_refused_before_anything_is_trained(monkeypatch):
    monkeypatch.setattr("thalweg.training.train", lambda *given, **more: pytest.fail("trained"))
    data = blobs()
    with pytest.raises(StudyError, match="every label"):
        luck(with_labels(data, np.zeros(60)), SMALL)
    with pytest.raises(StudyError, match="2 training examples of 3 classes"):
        luck(data, replace(SMALL, examples=2))
    with pytest.raises(StudyError, match="61"):
        luck(data, replace(SMALL, examples=61))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_quick_answers_on_the_digits():
    from thalweg import data

    smaller = replace(PRESETS["quick"], members=8, widths=(8, 64), epochs=(8,), rates=(0.05, 0.25))
    found = luck(data.load("digits"), smaller)
    assert found.over_chance.learned
    assert len(found.cells) == 4
    narrow, wide = found.at_best_rates(8)
    assert narrow.accuracy.value < wide.accuracy.value
    assert narrow.spread.true.value > wide.spread.true.value
    assert found.best.binary.tasks == 511
