import json
from dataclasses import replace

import numpy as np
import pytest

from tests.studies.kept import Kept
from thalweg.data.dataset import Dataset, Scaling, TestSplit, TrainSplit
from thalweg.errors import RecipeError, StudyError
from thalweg.evaluation.minimum.record import SADDLE
from thalweg.studies.census.settings import PRESETS, Settings
from thalweg.studies.census.study import census

SMALL = Settings(members=8, hidden=1, side=0, examples=0, l2=0.05, epochs=5, learning_rate=0.1)


def two_classes():
    """Return points on a line, those of one class to the left and of the other to the right of 0."""
    places = np.concatenate([-np.linspace(0.5, 1.5, 10), np.linspace(0.5, 1.5, 10)])
    features, labels = np.float32(places[:, None]), np.int32(places > 0)
    parts = (features, labels, ("left", "right"), Scaling(np.zeros(1), np.ones(1)))
    return Dataset("line", TestSplit(*parts), TrainSplit(*parts))


@pytest.fixture(scope="module")
def parts():
    return Kept()


@pytest.fixture(scope="module")
def found(parts):
    return census(two_classes(), replace(SMALL, members=18), seed=1, parts=parts)


def test_a_hill_with_one_valley_has_one_minimum(found):
    """One neuron that tells left from right has one best way of doing so, but for its sign."""
    assert found.content()["certified"].value == 1.0
    assert found.distinct.found == 1
    assert found.distinct.least.value == 1.0
    assert found.verdicts[SADDLE] == 0
    assert not found.places.index.any()
    assert found.places.right.all()
    assert (found.places.cost < found.places.start_cost + 1e-12).all()


def test_blocks_are_kept_and_a_study_that_goes_on_gives_the_same(found, parts):
    assert len(parts) == 2
    some = Kept(list(parts.items())[:1])
    again = census(two_classes(), replace(SMALL, members=18), seed=1, parts=some)
    assert again.to_json() == found.to_json()
    json.dumps(found.to_json(), allow_nan=False)


def test_pictures_are_shrunk_and_every_member_is_told_of(quarters_dataset):
    record = census(quarters_dataset, replace(SMALL, hidden=2, side=2), seed=0)
    assert record.parameters == 2 * 4 + 2 + 4 * 2 + 4
    assert record.arrays()["points"].shape == (8, 22)
    assert (record.places.gradient[record.places.certified] < 1e-9).all()
    assert (record.places.kind[record.places.certified] >= 0).all()


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"members": 1}, "members=1"), ({"l2": 0.0}, "l2=0.0"), ({"activation": "relu"}, "activation")],
)
def test_settings_that_cannot_answer_are_refused(changes, named):
    with pytest.raises((StudyError, RecipeError), match=named) as error:
        replace(SMALL, **changes)
    assert error.value.hint


def test_data_that_cannot_answer_are_refused_before_any_training(quarters_dataset):
    def train_nothing(*told):
        raise AssertionError("nothing may be trained")

    for changes, named in (
        ({"examples": 2}, "2 training examples of 4 classes"),
        ({"hidden": 60}, "weights and biases: expected at most"),
        ({"side": 7}, "side=7"),
    ):
        with pytest.raises(StudyError, match=named):
            census(quarters_dataset, replace(SMALL, **changes), progress=train_nothing)
    train = quarters_dataset.train
    same = replace(quarters_dataset, train_part=replace(train, labels=np.zeros_like(train.labels)))
    with pytest.raises(StudyError, match="nothing to tell apart"):
        census(same, SMALL, progress=train_nothing)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_quick_certifies_most_places(digits):
    found = census(digits, replace(PRESETS["quick"], members=8))
    assert found.over_chance.learned
    assert found.content()["certified"].value > 0.8
    assert found.distinct.found > 1
