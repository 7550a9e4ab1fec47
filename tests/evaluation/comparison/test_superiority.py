import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import mannwhitneyu

from thalweg.evaluation.comparison.superiority import superiority


def draw(generator, members, examples, *, skill, gap):
    easy = 1.5 * generator.normal(size=examples)
    return [
        generator.random((count, examples))
        < ndtr(2 + shift + skill * generator.normal(size=(count, 1)) + easy)
        for count, shift in zip(members, (gap, 0.0), strict=True)
    ]


def test_it_is_mann_whitneys_share():
    first, second = draw(np.random.default_rng(0), (7, 11), 200, skill=0.2, gap=0.1)
    found = superiority(first, second)
    expected = mannwhitneyu(first.sum(axis=1), second.sum(axis=1)).statistic / 77
    assert found.measured.value == pytest.approx(expected)
    assert found.pairs == 77


def test_by_hand_with_ties():
    first = np.array([[1, 1, 0, 0], [1, 1, 1, 0]], bool)
    second = np.array([[1, 1, 0, 0], [1, 0, 0, 0]], bool)
    assert superiority(first, second).measured.value == pytest.approx((0.5 + 1 + 1 + 1) / 4)


def test_the_order_of_the_two_turns_it_round():
    first, second = draw(np.random.default_rng(1), (6, 9), 300, skill=0.2, gap=0.2)
    one, other = superiority(first, second), superiority(second, first)
    assert one.measured.value == pytest.approx(1 - other.measured.value)
    assert one.starts == pytest.approx((1 - other.starts[1], 1 - other.starts[0]), abs=1e-6)


def test_apart_entirely_is_still_uncertain():
    first, second = np.ones((5, 50), bool), np.zeros((5, 50), bool)
    found = superiority(first, second)
    assert found.measured.value == found.measured.high == 1.0
    assert 0.5 < found.measured.low < 0.9
    assert found.distinguishable == 1.0
    assert superiority(second, first).measured.interval == pytest.approx((0.0, 1 - found.measured.low))


@pytest.mark.parametrize(
    ("members", "skill", "gap"), [((8, 8), 0.2, 0.0), ((4, 12), 0.2, 0.2), ((10, 10), 0.05, 0.1)]
)
def test_intervals_cover(members, skill, gap):
    generator, found = np.random.default_rng(2), []
    for seed in range(250):
        found.append(superiority(*draw(generator, members, 400, skill=skill, gap=gap), seed=seed))
    truth = np.mean([each.measured.value for each in found])  # Mann and Whitney's share is unbiased
    hits = np.mean([each.measured.low <= truth <= each.measured.high for each in found])
    assert 0.93 <= hits <= 0.99


def test_more_examples_tell_more_pairs_apart():
    generator = np.random.default_rng(3)
    few, many = (
        superiority(*draw(generator, (10, 10), size, skill=0.1, gap=0.1)).distinguishable
        for size in (200, 20_000)
    )
    assert few < 0.3 < many
    same = superiority(*draw(generator, (20, 20), 1_000, skill=0.0, gap=0.0)).distinguishable
    assert same == pytest.approx(0.05, abs=0.04)
