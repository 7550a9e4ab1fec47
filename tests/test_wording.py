"""What is said of pictures is not said of rows of numbers."""

import re
from dataclasses import asdict

import pytest

from thalweg.data.noise import FEATURE_KINDS, KINDS
from thalweg.questions import EVALUATIONS, question_of
from thalweg.statistics.thresholds import fewest_for_a_bound
from thalweg.wording import (
    FEATURES,
    OF_FEATURES,
    OF_PICTURES,
    PICTURES,
    UNBOUNDED,
    kind_of,
    kind_of_run,
    on_detection,
    words_for,
)

OF_PICTURES_ONLY = re.compile(
    r"pixel|picture|image|static|white|black|digit|negative|draw\b|grey", re.IGNORECASE
)


@pytest.mark.parametrize(
    ("shape", "kind"), [((28, 28), PICTURES), ((8, 8, 3), PICTURES), ((4,), FEATURES), ((), PICTURES)]
)
def test_the_kind_of_data_is_told_by_the_shape_of_an_example(shape, kind):
    assert kind_of(shape) == kind
    assert kind_of_run({"input_shape": list(shape)}) == kind


def test_a_record_without_a_shape_may_name_its_kind():
    assert kind_of_run({"input_shape": [], "kind_of_data": FEATURES}) == FEATURES
    assert words_for("of another world") is OF_PICTURES


def test_every_kind_of_noise_has_words():
    for words, kinds in ((OF_PICTURES, KINDS), (OF_FEATURES, FEATURE_KINDS)):
        assert list(words.noise) == list(kinds)
        assert list(words.noise_in_short) == list(kinds)


def test_nothing_that_is_said_of_features_is_about_pictures():
    said = asdict(OF_FEATURES)
    of_other_data = said.pop("applies_not")
    assert set(of_other_data) < set(EVALUATIONS)
    texts = [
        text for value in said.values() for text in (value.values() if isinstance(value, dict) else [value])
    ]
    assert not [text for text in texts if text and OF_PICTURES_ONLY.search(text)]


def test_questions_that_apply_to_features_are_not_about_pictures():
    for name in set(EVALUATIONS) - set(OF_FEATURES.applies_not):
        question = question_of(name, FEATURES)
        assert not re.search(r"picture|image|pixel|digit", question), name
    assert question_of("noise") == EVALUATIONS["noise"]


def test_what_is_said_of_few_outliers():
    assert UNBOUNDED == fewest_for_a_bound(0.95)
    assert on_detection(500, 500, [0.9, 0.91, 0.92]) == []
    assert [said.split(" are few")[0] for said in on_detection(30, 100)] == ["30 real examples"]
    assert len(on_detection(500, UNBOUNDED - 1)) == 2
    assert "two networks" in on_detection(500, 500, [0.9, 0.9])[0]
    assert "75 times" in on_detection(500, 500, [0.9, 0.999, 0.9999])[0]
