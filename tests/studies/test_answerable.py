import numpy as np
import pytest

from tests.studies.blobs import blobs, with_labels
from thalweg.errors import StudyError
from thalweg.studies.answerable import learned_from, sound_members


def test_examples_are_drawn_and_the_rest_is_left():
    data = blobs()
    drawn = learned_from(data, 30, seed=2)
    assert (len(drawn.train), len(drawn.test)) == (30, 45)
    assert learned_from(data, 0, seed=2) is data


@pytest.mark.parametrize(
    ("data", "examples", "said"),
    [
        (blobs(), 2, "2 training examples of 3 classes"),
        (blobs(), 61, "blobs has 60 training examples"),
        (with_labels(blobs(), np.zeros(60)), 0, "every label"),
        # one example is of another class, and is not drawn
        (with_labels(blobs(), np.arange(60) == 59), 3, "every label"),
    ],
)
def test_data_that_cannot_answer_are_refused(data, examples, said):
    with pytest.raises(StudyError, match=said) as error:
        learned_from(data, examples, seed=0)
    assert error.value.hint


def test_members_that_did_not_diverge_are_told_where_there_are_enough():
    diverged = np.array([False, True, False])
    assert sound_members(diverged, 2, rate=0.1).tolist() == [True, False, True]
    with pytest.raises(StudyError, match="1 of 3 members of width 2 diverged") as error:
        sound_members(diverged, 3, rate=0.01, who="members of width 2")
    assert error.value.hint == "lower the learning rate: --learning-rate 0.01"
