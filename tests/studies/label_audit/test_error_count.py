import numpy as np
import pytest
from scipy.special import expit

from tests.studies.judged import simulated
from thalweg.data.label_noise import pairs
from thalweg.studies.label_audit.confusion import learn_confusion
from thalweg.studies.label_audit.error_count import count_errors, lapse_rate


def counted(seed, **settings):
    answers, noisy = simulated(seed, **settings)
    return count_errors(answers, noisy.labels, learn_confusion(answers, noisy.labels)), noisy


def curve(rank, floor, *, slope=14.0, intercept=0.5):
    return floor + (1 - floor) * expit(intercept - slope * rank**0.5)


@pytest.mark.slow
def test_coverage_of_the_floor_of_a_curve():
    # the model itself: nominal 95 %; 25 draws hold at least 21 with probability .99
    rank = (np.arange(3000) + 0.5) / 3000
    held = 0
    for seed in range(25):
        differs = np.random.default_rng(seed).random(3000) < curve(rank, 0.04)
        found = lapse_rate(rank, differs)
        held += found.low <= 0.04 <= found.high
    assert held >= 21


@pytest.mark.parametrize(
    "settings",
    [
        {"flips": 200},
        {"flips": 200, "transition": pairs(5, {0: 1, 1: 0, 2: 3})},
        {"flips": 10},
        {"flips": 200, "strength": 3.0},  # members that are wrong about every third example
        {"flips": 0},
    ],
)
def test_intervals_hold_the_number_of_planted_errors(settings):
    # over 30 draws each, 93 to 100 % did, from members that are right on 55 % to 82 % of the examples
    found = [counted(seed, **settings)[0].wrong for seed in range(10)]
    held = sum(each.low <= settings["flips"] <= each.high for each in found)
    assert held >= 9, [(each.low, each.high) for each in found]


def test_the_estimate_is_near_and_the_interval_is_of_use():
    values = [counted(seed, flips=400)[0].even for seed in range(4)]
    assert abs(np.mean([each.value for each in values]) / 400 - 1) < 0.1
    assert all(each.high - each.low < 240 for each in values)


def test_no_difference_at_all_gives_zero_and_an_exact_upper_end():
    found = lapse_rate((np.arange(200) + 0.5) / 200, np.zeros(200, bool))
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(1 - 0.025 ** (1 / 200))


def test_members_that_know_nothing_leave_the_low_end_near_zero():
    generator = np.random.default_rng(0)
    rank = (np.arange(600) + 0.5) / 600
    differs = generator.random(600) < expit(0.5 - 1.5 * rank)  # wrong throughout, and no floor in sight
    found = lapse_rate(rank, differs)
    assert found.low < 0.05
    assert found.high > 0.15


def test_a_hard_example_with_a_rejected_label_widens_the_high_end_only():
    answers, noisy = simulated(1, flips=0)
    labels = noisy.labels.copy()
    hardest = np.argsort(answers.max(axis=1))[:400]
    answers[hardest] = 1e-5
    answers[hardest, (labels[hardest] + 1) % 5] = 0.6
    answers[hardest, (labels[hardest] + 2) % 5] = 0.4 - 3e-5
    found = count_errors(answers, labels, learn_confusion(answers, labels))
    assert found.disputed >= 300
    assert found.wrong.high >= found.even.high + 250
    assert found.wrong.low == found.even.low


def test_json_is_plain():
    found, _ = counted(0, flips=50)
    wrong = found.to_json()["wrong"]
    assert wrong["interval"][0] <= wrong["value"] <= wrong["interval"][1]
