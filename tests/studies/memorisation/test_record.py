"""What the rows of the study say, and what they do not conclude."""

from dataclasses import replace

import numpy as np

from tests.figures.studies import made_up
from thalweg.measured import Measured


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
