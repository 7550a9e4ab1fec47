"""What the rows of the study say, and what they do not conclude."""

from dataclasses import replace

import numpy as np
import pytest

from tests.figures.studies import made_up
from thalweg.measured import Measured
from thalweg.studies.memorisation.influence import ExampleInfluence


def test_surely_remembered_are_those_whose_whole_interval_is_above():
    _, found = made_up.memorisation()
    assert found.surely_memorised == len(found.memorised) == 4
    low = np.where(np.arange(100) < 1, 0.1, found.scores.low)
    assert replace(found, scores=replace(found.scores, low=low)).surely_memorised == 3


def test_no_worth_is_concluded_from_an_interval_that_holds_none():
    _, found = made_up.memorisation()
    asked = "What if they are taken away?"
    assert dict(found.rows())[asked].count("(no worth shown)") == 0
    test = replace(found.removal.test, difference=Measured(-0.1, -0.3, 0.1))
    unsure = replace(found, removal=replace(found.removal, test=test))
    assert dict(unsure.rows())[asked].count("(no worth shown)") == 1


def test_a_share_of_all_is_not_certain():
    _, found = made_up.memorisation()
    perfect = replace(found, scores=replace(found.scores, accuracy_in=np.ones(100)))
    assert perfect.mean("accuracy_in").value == 1.0
    assert 0.95 < perfect.mean("accuracy_in").low < 0.97  # as 100 of 100 right
    assert perfect.mean("accuracy_in").high == 1.0
    assert "[100.0, 100.0]" not in repr(perfect)


@pytest.mark.parametrize(("pairs", "sure", "concludes"), [(249, 0, False), (900, 0, True), (900, 650, True)])
def test_influence_that_chance_gives_too_says_nothing_of_where_it_lies(pairs, sure, concludes):
    _, found = made_up.memorisation()
    one = np.ones(1, int)
    influence = ExampleInfluence(
        0.15, 4, pairs, Measured(247.4, 230.0, 265.0), sure, 26, 3, one, one, 0.2 * one, 0.1 * one
    )
    said = dict(replace(found, influence=influence).rows())["Do remembered examples help on new ones?"]
    assert said.startswith(f"{sure} of {pairs} pairs")
    assert ("test examples" in said) == concludes
    assert ("most of all" in said) == bool(sure)
