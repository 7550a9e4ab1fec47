import json

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.data.corruptions import CORRUPTIONS
from thalweg.data.transforms import TRANSFORMS
from thalweg.errors import EvaluationError, NotApplicable
from thalweg.evaluation.shift.measure import shift
from thalweg.evaluation.shift.record import WORDS


@pytest.fixture(scope="module")
def record():
    return shift(FakePopulation.random(5), make_split(), seed=1)


def test_all_transforms_and_corruptions_by_default(record):
    assert list(record.curves) == list(TRANSFORMS)
    assert list(record.corruptions.kinds) == list(CORRUPTIONS)
    assert (record.members, record.examples, record.corruptions.examples) == (5, 60, 60)


def test_json_as_agreed(record):
    written = record.to_json()
    assert json.loads(json.dumps(written, allow_nan=False)) == written
    curve = written["curves"]["translation"]
    assert {"levels", "unit", "accuracy", "confidence", "ensemble_accuracy"} <= set(curve)
    for name in CORRUPTIONS:
        kind = written["corruptions"][name]
        assert all(
            set(kind[key]) - {"caveat"} == {"value", "interval"}
            for key in ("error", "relative", "ensemble_error")
        )
    for key in ("mean_corruption_error", "clean_error", "relative_mean_error"):
        assert set(written[key]) - {"caveat"} == {"value", "interval"}
    assert sorted(written["ranking"]["hardest_first"]) == sorted(CORRUPTIONS)
    assert written["examples"] == {"curves": 60, "corruptions": 60}


def test_arrays(record):
    arrays = record.arrays()
    assert arrays["rotation_accuracy"].shape == (len(TRANSFORMS["rotation"].levels), 5)
    assert arrays["rotation_confidence"].shape == arrays["rotation_accuracy"].shape
    np.testing.assert_array_equal(arrays["blur_levels"], TRANSFORMS["blur"].levels)
    assert arrays["corruption_error"].shape == (15, 5)
    assert arrays["clean_error"].shape == (5,)


def test_all_curves_pass_through_the_same_clean_accuracy(record):
    clean = {curve[curve.identity].accuracy for curve in record.curves.values()}
    assert len(clean) == 1
    assert clean.pop().value == pytest.approx(1 - record.corruptions.clean.value)


def test_the_seed_decides_everything():
    population, split = FakePopulation.random(3), make_split()
    chosen = {"transforms": ["occlusion"], "corruptions": ["impulse_noise"], "examples": 30}
    one, same, other = (
        shift(population, split, corrupted_examples=40, seed=seed, **chosen).to_json() for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other
    assert one["examples"] == {"curves": 30, "corruptions": 40}


def test_curves_alone_and_corruptions_alone():
    population, split = FakePopulation.random(3), make_split()
    curves = shift(population, split, transforms=["blur"], corruptions=[])
    assert curves.to_json()["corruptions"] == {}
    assert "mean_corruption_error" not in curves.to_json()
    assert len(curves.rows()) == 1
    assert repr(curves) == "response to 1 transforms"
    damage = shift(population, split, transforms=[], corruptions=["fog"])
    assert damage.to_json()["curves"] == {}
    assert "fog" in dict(damage.rows())["Which damage does most harm, and which least?"]


def test_every_transform_has_words_for_one_of_its_levels():
    assert list(WORDS) == list(TRANSFORMS)
    for name, (level, _) in WORDS.items():
        assert level in TRANSFORMS[name].levels


def test_rows_tell_a_newcomer_what_was_lost_and_how_sure_it_still_is():
    split = make_split(40)
    split.raw[:] = 0
    split.raw[:, 1, 1] = 100 + split.labels  # the label is in one pixel, and lost when it moves

    def sure(inputs):
        seen = np.rint(255 * inputs[:, 1, 1]).astype(int) - 100
        return np.eye(4)[np.clip(seen, 0, 3)]

    record = shift(sure, split, transforms=["translation", "rotation"], corruptions=["translate"])
    rows = dict(record.rows())
    moved = rows["What if a picture is moved two pixels to the left?"]
    assert moved == "100.0 % -> 25.0 % [14.2, 40.2] right, yet still 100.0 % sure"
    assert "And all of them voting together?" not in rows  # there is one member


def test_rows_of_a_population(record):
    rows = dict(record.rows())
    assert "times as often" in rows["How often is it wrong when pictures are damaged (15 ways, MNIST-C)?"]
    assert "And all of them voting together?" in rows
    assert "; least " in rows["Which damage does most harm, and which least?"]
    ranks = rows["Are the best networks on clean pictures the best on damaged ones?"]
    assert ranks.startswith("rank correlation ")
    assert repr(record).startswith("mean error ")
    assert "<table>" in record._repr_html_()


def test_diverged_members_are_left_out_and_said():
    population = FakePopulation.random(4)
    population.diverged[2] = True
    record = shift(population, make_split(), transforms=["blur"], corruptions=["stripe"])
    assert record.members == 3
    assert record.to_json()["excluded"] == [2]
    assert record.rows()[-1] == ("Were any networks left out?", "1 diverged in training")


def test_a_single_network_and_colours():
    generator = np.random.default_rng(0)
    split = make_split(20)
    coloured = type(split)(
        generator.integers(0, 256, (20, 8, 8, 3), dtype=np.uint8), split.labels, split.class_names
    )
    record = shift(lambda inputs: np.full((len(inputs), 4), 0.25), coloured)
    assert record.members == 1
    assert record.corruptions is not None
    assert record.corruptions.ranking is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"transforms": ["rotate"]}, r"Unknown transform 'rotate'\. Did you mean 'rotation'"),
        ({"corruptions": ["fogg"]}, r"Unknown corruption 'fogg'\. Did you mean 'fog'"),
        ({"examples": 0}, "0 examples asked for"),
        ({"corrupted_examples": -1}, "-1 examples asked for"),
        ({"level": 95}, "level=95"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(EvaluationError, match=message) as caught:
        shift(FakePopulation.random(2), make_split(), **arguments)
    assert caught.value.hint


def test_features_are_not_pictures():
    split = make_split()
    features = type(split)(split.raw.reshape(60, 16), split.labels, split.class_names, split.scaling)
    with pytest.raises(NotApplicable):
        shift(FakePopulation.random(2), features)
