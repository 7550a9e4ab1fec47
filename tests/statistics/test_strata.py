import numpy as np
import pytest

from thalweg.statistics.strata import draw_by_strata

SUSPICION = np.concatenate([np.linspace(1, 0.5, 40), np.linspace(0.3, 0.01, 160), np.full(1800, 0.001)])


def test_each_example_is_in_one_stratum_and_none_is_drawn_twice():
    drawn = draw_by_strata(SUSPICION, 100, seed=0)
    assert sorted(np.concatenate(drawn.strata).tolist()) == list(range(2000))
    assert len(set(drawn.examples.tolist())) == 100
    for place, number in zip(drawn.examples, drawn.stratum, strict=True):
        assert place in drawn.strata[number]
    assert drawn.counts.sum() == 100
    np.testing.assert_allclose(drawn.probabilities * drawn.sizes, drawn.counts)


def test_the_bulk_and_the_suspicious_are_both_looked_at():
    drawn = draw_by_strata(SUSPICION, 100, seed=0)
    assert drawn.counts.min() >= 2
    assert drawn.probabilities[0] > drawn.probabilities[-1], "what is suspicious is likelier to be drawn"
    assert drawn.counts[-1] > 40, "none found among few of the bulk would say little"
    assert SUSPICION[drawn.strata[0]].min() >= SUSPICION[drawn.strata[1]].max()


@pytest.mark.parametrize("count", [1, 2, 5, 20, 50, 300, 2000])
def test_any_count_is_drawn_whole(count):
    drawn = draw_by_strata(SUSPICION, count, seed=1)
    assert len(drawn.examples) == drawn.counts.sum() == count
    assert (drawn.counts <= drawn.sizes).all()


@pytest.mark.parametrize(
    "suspicion", [np.zeros(50), np.ones(50), np.full(50, 0.5), np.full(50, np.nan), np.array([0.3])]
)
def test_suspicion_that_tells_nothing_is_drawn_from_as_well(suspicion):
    count = min(20, len(suspicion))
    assert draw_by_strata(suspicion, count, seed=0).counts.sum() == count


def test_what_nobody_judged_is_a_stratum_of_its_own():
    suspicion = np.where(np.arange(2000) % 10 == 0, np.nan, SUSPICION)
    drawn = draw_by_strata(suspicion, 100, seed=0)
    assert np.isnan(suspicion[drawn.strata[-1]]).all()
    assert not np.isnan(suspicion[np.concatenate(drawn.strata[:-1])]).any()
    assert drawn.counts[-1] >= 2


def test_each_of_a_stratum_is_drawn_as_often_and_stands_anywhere():
    often, first = np.zeros(60), np.zeros(60)
    for seed in range(4000):
        drawn = draw_by_strata(np.repeat([0.9, 0.01], [10, 50]), 12, seed=seed)
        often[drawn.examples] += 1
        for number in range(len(drawn.strata)):
            first[drawn.examples[drawn.stratum == number][0]] += 1
    for own, chance in zip(drawn.strata, drawn.probabilities, strict=True):
        assert abs(often[own] / 4000 - chance).max() < 0.04
        assert abs(first[own] / 4000 - 1 / len(own)).max() < 0.04


def test_the_first_few_are_shared_out_like_all():
    drawn = draw_by_strata(SUSPICION, 100, seed=3)
    half = np.bincount(drawn.stratum[:50], minlength=len(drawn.sizes))
    assert abs(half - drawn.counts / 2).max() <= 1


def test_the_seed_decides():
    one, again, other = (draw_by_strata(SUSPICION, 30, seed=seed).examples for seed in (5, 5, 6))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


@pytest.mark.parametrize("count", [0, -1, 2001])
def test_what_cannot_be_drawn_is_refused(count):
    with pytest.raises(ValueError, match="cannot be drawn"):
        draw_by_strata(SUSPICION, count, seed=0)
