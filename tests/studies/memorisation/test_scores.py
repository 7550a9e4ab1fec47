import math

import numpy as np
import pytest

from thalweg.errors import StudyError
from thalweg.studies.memorisation.scores import refuse_undefined, scores
from thalweg.studies.tallies import Counts, Tallies


def drawn(chance_in, chance_out, *, times_in=140, times_out=60, seed=0):
    generator = np.random.default_rng(seed)
    examples = len(chance_in)
    return Counts(
        np.full(examples, times_in),
        generator.binomial(times_in, chance_in),
        np.full(examples, times_out),
        generator.binomial(times_out, chance_out),
    )


def test_scores_worked_by_hand():
    counts = Counts(np.array([14]), np.array([14]), np.array([6]), np.array([3]))
    found = scores(counts)
    assert found.memorisation[0] == 0.5
    first, second = 15 / 16 * 1 / 16 / 16, 4 / 8 * 4 / 8 / 8
    assert found.standard_error[0] == pytest.approx(math.sqrt(first + second))
    assert found.low[0] == pytest.approx(0.5 - math.hypot(1 - 0.784684, 0.812387 - 0.5), abs=1e-4)
    assert found.high[0] == pytest.approx(0.5 + (0.5 - 0.187613), abs=1e-4)


def test_members_that_ignore_their_examples_remember_nothing():
    chance = np.linspace(0, 1, 20_000)
    found = scores(drawn(chance, chance))
    assert abs(found.memorisation.mean()) < 4 * found.standard_error.mean() / math.sqrt(20_000)
    standardised = found.memorisation / found.standard_error
    assert 0.9 < np.sqrt(np.mean(standardised**2)) < 1.02


@pytest.mark.parametrize("times", [(7, 3), (17, 7), (140, 60)])
@pytest.mark.parametrize(("chance_in", "chance_out"), [(1.0, 0.97), (1.0, 0.5), (0.99, 0.05), (0.9, 0.9)])
def test_intervals_hold_the_truth_however_few_the_members(chance_in, chance_out, times):
    truth = chance_in - chance_out
    counts = drawn(
        np.full(20_000, chance_in), np.full(20_000, chance_out), times_in=times[0], times_out=times[1], seed=3
    )
    found = scores(counts)
    inside = (found.low <= truth) & (truth <= found.high)
    assert inside.mean() > (0.93 if times[0] > 100 else 0.84)  # at worst: on average it is more than it says
    if 0.05 < chance_out < 0.95 and times[0] > 100:  # it is wider than need be elsewhere
        assert inside.mean() < 0.975


def test_examples_without_a_score_are_refused_by_what_is_missing():
    counts = Counts(np.array([2, 3]), np.array([1, 1]), np.array([1, 0]), np.array([1, 0]))
    assert np.isnan(scores(counts).memorisation).tolist() == [False, True]
    empty = Tallies(0.7, np.arange(3), 7, counts, counts, np.zeros((2, 2)), np.zeros((2, 2), int), None, {})
    with pytest.raises(StudyError, match="7 of 10 members diverged: 1 examples") as caught:
        refuse_undefined(empty)
    assert "learning rate" in caught.value.hint
