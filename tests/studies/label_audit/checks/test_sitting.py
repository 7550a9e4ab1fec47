from dataclasses import replace

import numpy as np
import pytest

from tests.figures.studies import made_up
from thalweg.data.identity import Identity
from thalweg.errors import StudyError
from thalweg.studies.label_audit.checks.answers import Answer, answers_of, read_check_file
from thalweg.studies.label_audit.checks.sitting import Sitting


@pytest.fixture
def sit(tmp_path):
    found = replace(made_up.audit(), identity=Identity(row=np.arange(1, 121)))
    drawn = found.to_check(6)
    path = drawn.write_csv(tmp_path / "check.csv")
    return lambda: Sitting.of(read_check_file(path), drawn.content)


def on_disk(sitting):
    return [
        each.said for each in answers_of(read_check_file(sitting.file.path), sitting.content, begun=False)
    ]


def test_every_answer_is_in_the_file_at_once(sit):
    sitting = sit()
    assert sitting.place == 0
    sitting.answer("right")
    assert on_disk(sitting) == ["right", *[None] * 5]
    other = next(name for name in "abcd" if name != sitting.label["label"])
    sitting.answer("wrong", other)
    assert sit().answers[1] == Answer("wrong", other)
    assert on_disk(sitting) == ["right", "wrong", *[None] * 4]


def test_it_goes_on_where_it_stopped(sit):
    first = sit()
    first.answer("right")
    first.answer("unsure")
    again = sit()
    assert again.place == 2
    assert not again.undo(), "what was answered in an earlier sitting stays"


def test_the_last_answer_can_be_taken_back(sit):
    sitting = sit()
    assert not sitting.undo()
    sitting.answer("right")
    sitting.answer("wrong")
    assert sitting.undo()
    assert sitting.place == 1
    assert on_disk(sitting) == ["right", *[None] * 5]
    assert sitting.undo()
    assert sitting.place == 0
    assert on_disk(sitting) == [None] * 6


def test_who_was_unsure_is_asked_again_in_another_sitting(sit):
    sitting = sit()
    for said in ("right", "unsure", "wrong", "right", "right", "right"):
        sitting.answer(said)
    assert sitting.place is None
    assert (sitting.count(), sitting.count("unsure")) == (6, 1)
    again = sit()
    assert again.place == 1
    again.answer("wrong")
    assert again.place is None
    assert on_disk(again) == ["right", "wrong", "wrong", "right", "right", "right"]


def test_a_file_without_a_row_for_each_answer_is_refused(sit):
    path = sit().file.path
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[:-1]), "utf-8")
    with pytest.raises(StudyError, match="5 rows of 6 labels"):
        sit()


def test_no_class_is_kept_with_what_is_right(sit):
    sitting = sit()
    sitting.answer("right", "a")
    assert sitting.answers[0] == Answer("right")
