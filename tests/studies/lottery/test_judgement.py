"""Tickets of which it is known whether they win."""

import numpy as np
import pytest

from thalweg.measured import Measured
from thalweg.studies.early_stopping import Ended
from thalweg.studies.lottery.judgement import Comparison, compared


def planted(gain, sooner, members=40, examples=2000, noise=0.3, last=50):
    """Return two arms whose accuracies truly differ by `gain`, and their epochs by `sooner`."""
    generator = np.random.default_rng(3)
    chance = generator.uniform(size=(members, examples))
    base = 0.9 + 0.002 * generator.normal(size=(members, 1))
    epochs = np.rint(10 + noise * generator.normal(size=(2, members)))
    epochs[0] -= sooner
    arms = [
        Ended(each, right, right.mean(axis=1), np.zeros(members, bool))
        for each, right in zip(epochs, (chance < base + gain, chance < base), strict=True)
    ]
    return compared(*arms, last=last, level=0.99)


@pytest.mark.parametrize(
    ("gain", "sooner", "wins", "because"),
    [
        (0.02, 3, "yes", "yes"),  # better and sooner
        (0.0, 0, "yes", "no"),  # all alike
        (0.0, 3, "yes", "yes"),  # as good, sooner
        (-0.02, 3, "no", "open"),  # sooner and worse: what it is for is not told
        (-0.02, 0, "no", "no"),
        (0.0, -4, "no", "no"),  # later
    ],
)
def test_verdicts_are_those_of_what_was_planted(gain, sooner, wins, because):
    found = planted(gain, sooner)
    assert (found.wins, found.because) == (wins, because)


def test_nothing_is_decided_by_little():
    found = planted(0.002, 0, members=4, examples=50, noise=3.0)
    assert (found.wins, found.because) == ("open", "open")


def test_members_that_had_not_stopped_say_nothing_of_time():
    found = planted(0.0, 3, last=10)  # the others' last epoch
    assert not found.finished
    assert found.wins == "open"
    assert Comparison(Measured(0.02, 0.01, 0.03), found.epochs, False).because == "yes"
