import json

import numpy as np
import pytest

from tests.evaluation.fakes import FakePopulation, make_split
from thalweg.errors import EvaluationError
from thalweg.evaluation import guesses
from thalweg.record import Record


def test_it_counts_what_is_among_the_largest_as_by_hand():
    population, split = FakePopulation.random(3), make_split(60)
    order = np.argsort(-population.probabilities(split.inputs), axis=2)
    for first in (1, 2, 3):
        right = (order[..., :first] == split.labels[None, :, None]).any(axis=2)
        found = guesses(population, split, first=first)
        np.testing.assert_allclose(found.member_share, right.mean(axis=1))
        assert found.share.mean == pytest.approx(right.mean())


def test_one_guess_is_accuracy():
    from thalweg.evaluation import accuracy

    population, split = FakePopulation.random(3), make_split(60)
    assert guesses(population, split, first=1).share == accuracy(population, split).mean


def test_it_is_a_record():
    found = guesses(FakePopulation.random(2), make_split())
    assert isinstance(found, Record)
    assert json.loads(json.dumps(found.to_json()))["members"] == 2
    assert "first 2 guesses" in found.rows()[0][0]


@pytest.mark.parametrize("first", [0, 4])
def test_as_many_guesses_as_classes_are_refused(first):
    with pytest.raises(EvaluationError, match=f"first={first}: expected 1 to 3"):
        guesses(FakePopulation.random(2), make_split(), first=first)
