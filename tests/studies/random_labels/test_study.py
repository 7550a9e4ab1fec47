import json
from dataclasses import replace

import numpy as np
import pytest

from thalweg.errors import RecipeError, StudyError
from thalweg.studies.learning_curves import Curves
from thalweg.studies.random_labels.settings import PRESETS, Settings
from thalweg.studies.random_labels.study import Arm, random_labels, ratio_of_epochs

SMALL = Settings(
    members=3,
    examples=40,
    width=64,
    widths=(1, 64),
    shares=(0.0, 1.0),
    kinds=("true", "random", "gaussian"),
    regularisers=("none", "l2"),
    l2=10.0,
    epochs=150,
    batch_size=10,
    learning_rate=0.01,
)


class Memory:
    def __init__(self):
        self.kept = {}

    def load(self, name):
        return self.kept.get(name)

    def save(self, name, arrays):
        self.kept[name] = arrays


@pytest.fixture(scope="module")
def parts():
    return Memory()


@pytest.fixture(scope="module")
def found(quarters_dataset, parts):
    return random_labels(quarters_dataset, SMALL, seed=2, parts=parts)


def test_random_labels_are_remembered_and_teach_nothing(found):
    curves = found.arm("random")
    assert (curves.train[:, -1] == 1.0).all()
    assert curves.final("test").value < 0.5 < found.arm("true").final("test").value


def test_what_is_random_takes_longer(found):
    ratio = found.epochs_ratio()
    assert ratio.low is not None
    assert ratio.low > 1.0


def test_a_network_too_small_or_held_back_does_not_remember(found):
    small = found.curves[Arm("random", 1.0, 1)]
    held = found.arm("random", regulariser="l2")
    assert small.final("train").value < 0.9
    assert held.final("train").value < 0.9


def test_curves_begin_at_chance_before_the_first_epoch(found):
    assert found.arm("true").train.shape == (3, SMALL.epochs + 1)
    assert found.arm("true").train[:, 0].mean() < 0.6


def test_the_record_is_plain_and_complete(found):
    content = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert len(content["populations"]) == len(found.curves) == 7
    widths = {one["width"]: one["parameters"] for one in content["populations"]}
    assert widths == {64: 36 * 64 + 64 + 64 * 4 + 4, 1: 36 + 1 + 4 + 4}
    assert set(found.arrays()) == {
        f"{which} {arm.name}" for arm in found.curves for which in ("train", "test")
    }
    text = repr(found)
    assert "labels drawn at random" in text
    assert found.epochs_ratio().plain() in text


def test_finished_parts_are_not_made_again(quarters_dataset, parts, found, monkeypatch):
    import thalweg.training

    monkeypatch.setattr(thalweg.training, "train", lambda *_, **__: pytest.fail("trained again"))
    again = random_labels(quarters_dataset, SMALL, seed=2, parts=parts)
    assert again.to_json() == found.to_json()


def test_ratio_of_epochs_by_hand():
    # members reach 100 % after 1 and 2 epochs, or after 4 and 8: ratios 4 and 4
    fast = Curves(np.array([[0.0, 1.0, 1.0], [0.0, 0.5, 1.0]]), np.zeros((2, 3)))
    slow_train = np.zeros((2, 9))
    slow_train[0, 4:], slow_train[1, 8:] = 1.0, 1.0
    slow = Curves(slow_train, np.zeros((2, 9)))
    assert fast.epochs_to(1.0).tolist() == [1, 2]
    ratio = ratio_of_epochs(slow, fast, 1.0)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((4.0, 4.0, 4.0))
    never = replace(slow, train=slow_train * 0.9)
    assert ratio_of_epochs(never, fast, 1.0) is None


def test_data_of_one_class_are_refused(quarters_dataset):
    same = replace(
        quarters_dataset, train_part=quarters_dataset.train.take(quarters_dataset.train.labels == 2)
    )
    with pytest.raises(StudyError, match="nothing to tell apart"):
        random_labels(same, replace(SMALL, examples=0))


@pytest.mark.parametrize(
    ("field", "value"),
    [("members", 1), ("kinds", ("noise",)), ("shares", (0.0, 2.0)), ("learning_rate", 0.0)],
)
def test_bad_settings_are_named(field, value):
    with pytest.raises(RecipeError, match=field):
        Settings(**{field: value})


def test_presets_are_settings():
    assert PRESETS["memorise"].examples == 10_000
    assert set(PRESETS["memorise"].kinds) == {"true", "random"}


def test_a_level_that_neither_reached_has_no_ratio():
    still = Curves(np.zeros((2, 4)), np.zeros((2, 4)))
    assert ratio_of_epochs(still, still, 1.0) is None
