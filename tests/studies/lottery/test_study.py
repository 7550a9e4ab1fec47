import itertools
import json
from dataclasses import replace

import numpy as np
import pytest

from tests.studies.kept import Kept
from thalweg.errors import RecipeError, StudyError
from thalweg.studies.lottery.record import NEW_START, RANDOM, SHUFFLED, TICKET, WHOLE
from thalweg.studies.lottery.settings import PRESETS, Settings
from thalweg.studies.lottery.study import lottery

SMALL = Settings(
    members=4, rounds=(1, 2), hidden=(6,), epochs=3, batch_size=20, learning_rate=0.02, examples=0
)


@pytest.fixture(scope="module")
def parts():
    return Kept()


@pytest.fixture(scope="module")
def found(quarters_dataset, parts):
    return lottery(quarters_dataset, SMALL, seed=3, parts=parts)


def test_every_arm_is_trained_once_and_said(found, parts):
    assert len(parts) == 3 + 2 * 3
    assert [level.round for level in found.levels] == [1, 2]
    inputs, classes = 36, 4
    assert found.weights == 6 * (inputs + classes)
    one, two = (level.share for level in found.levels)
    assert one == pytest.approx((0.8 * 216 + 0.9 * 24) / 240, abs=5e-3)
    assert two == pytest.approx((0.64 * 216 + 0.81 * 24) / 240, abs=5e-3)
    assert set(found.levels[0].reached) == {TICKET, NEW_START, SHUFFLED, RANDOM}
    assert set(found.levels[0].against) == {WHOLE, NEW_START, SHUFFLED, RANDOM}
    assert len(found.tickets) == 3
    json.dumps(found.to_json(), allow_nan=False)


def test_a_study_that_goes_on_gives_the_same(found, parts, quarters_dataset):
    some = Kept(list(parts.items())[:4])
    again = lottery(quarters_dataset, SMALL, seed=3, parts=some)
    assert again.to_json() == found.to_json()
    assert set(some) == set(parts)


def test_what_is_pruned_stays_pruned(parts, found, quarters_dataset):
    """The ticket of a round has no weight that an earlier one lacks."""
    left = [np.unpackbits(arrays["left"], axis=1) for arrays in parts.values() if "left" in arrays]
    assert len(left) == 3
    for before, after in itertools.pairwise(left):
        assert (after <= before).all()
        assert after.sum() < before.sum()


def test_the_rows_say_the_verdicts(found):
    said = dict(found.rows())
    assert any(question.endswith("because of its start?") for question in said)
    assert "paired" in said["what the intervals are over"]


def test_progress_counts_every_part(quarters_dataset):
    seen = []
    lottery(quarters_dataset, replace(SMALL, rounds=(1,)), progress=lambda *told: seen.append(told))
    assert [place for _, place, _ in seen] == list(range(5))
    assert {count for *_, count in seen} == {5}
    assert seen[0][0] == "lottery ticket, 0: starts 1 to 4"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"members": 1}, "members=1"),
        ({"rounds": (2, 1)}, "rounds="),
        ({"rounds": ()}, "rounds="),
        ({"rounds": (0,)}, "rounds"),
        ({"hidden": ()}, "hidden="),
        ({"prune": 1.0}, "prune=1.0"),
        ({"epochs": 1}, "epochs=1"),
    ],
)
def test_settings_that_cannot_answer_are_refused(changes, named):
    with pytest.raises((StudyError, RecipeError), match=named) as error:
        replace(SMALL, **changes)
    assert error.value.hint


def test_data_that_cannot_answer_are_refused_before_any_training(quarters_dataset):
    def train_nothing(*told):
        raise AssertionError("nothing may be trained")

    with pytest.raises(StudyError, match="3 training examples of 4 classes"):
        lottery(quarters_dataset, replace(SMALL, examples=3), progress=train_nothing)
    with pytest.raises(StudyError, match="training examples"):
        lottery(quarters_dataset, replace(SMALL, examples=10**6), progress=train_nothing)
    train = quarters_dataset.train
    same = replace(quarters_dataset, train_part=replace(train, labels=np.zeros_like(train.labels)))
    with pytest.raises(StudyError, match="nothing to tell apart"):
        lottery(same, SMALL, progress=train_nothing)


def test_starts_that_diverge_are_said(quarters_dataset):
    with pytest.raises(StudyError, match="4 of 4 starts diverged"):
        lottery(quarters_dataset, replace(SMALL, rounds=(1,), learning_rate=1e30))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_quick_comes_to_a_ticket(digits):
    found = lottery(digits, replace(PRESETS["quick"], members=4, rounds=(3,), hidden=(32, 16), epochs=6))
    assert found.over_chance.learned
    assert found.levels[0].share == pytest.approx(0.8**3, abs=0.01)
    assert PRESETS["full"].members == 64
