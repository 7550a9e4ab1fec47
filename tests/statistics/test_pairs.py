import numpy as np
import pytest

from thalweg.errors import NotApplicable
from thalweg.statistics.intervals import student
from thalweg.statistics.pairs import all_pairs, needs_two, over_pairs, ratio


def pairwise(scores, noise=0.0, seed=0):
    first, second = all_pairs(len(scores)).T
    wobble = np.random.default_rng(seed).normal(size=len(first))
    return scores[first] + scores[second] + noise * wobble


def test_every_pair_once():
    np.testing.assert_array_equal(all_pairs(4), [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]])


def test_a_sum_of_two_members_has_the_interval_of_its_members():
    # f(i, j) = a_i + a_j: the mean over pairs is twice the mean of a, and so is Student's interval.
    scores = np.random.default_rng(0).normal(size=9)
    found = over_pairs(pairwise(scores), 9, 0.95)
    assert found.value == pytest.approx(2 * scores.mean())
    assert found.interval == pytest.approx(student(2 * scores, 0.95))


def test_intervals_cover_though_pairs_share_members():
    hits = naive_hits = 0
    for seed in range(300):
        values = pairwise(np.random.default_rng([seed, 1]).normal(size=8), 0.5, seed)
        low, high = over_pairs(values, 8, 0.95).interval
        hits += low <= 0 <= high
        low, high = student(values, 0.95)
        naive_hits += low <= 0 <= high
    assert 0.92 <= hits / 300 <= 0.99
    assert naive_hits / 300 < 0.85  # what treating pairs as independent would give


def test_a_ratio_and_one_pair():
    values = pairwise(np.random.default_rng(0).uniform(1, 2, size=6), 0.1)
    half = ratio(values / 2, values, 6, 0.95)
    assert half.value == pytest.approx(0.5)
    assert half.interval == pytest.approx((0.5, 0.5))
    assert ratio(values, np.zeros_like(values), 6, 0.95) is None
    assert over_pairs(np.array([0.3]), 2, 0.95).interval is None
    assert over_pairs(np.array([0.3]), 2, 0.95).value == pytest.approx(0.3)


def test_one_member_makes_no_pair():
    with pytest.raises(NotApplicable, match=r"1 member \(2 left out because they diverged\)"):
        needs_two(np.array([0]), (1, 2))


def test_an_interval_is_cut_where_nothing_can_be():
    values = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 3.0])
    assert over_pairs(values, 4, 0.95).low < 0
    assert over_pairs(values, 4, 0.95, at_least=0.0).low == 0
    assert over_pairs(values, 4, 0.95, at_least=0.0).high == over_pairs(values, 4, 0.95).high
