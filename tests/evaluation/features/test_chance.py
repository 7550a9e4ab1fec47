import numpy as np
import pytest
from scipy.stats import kstest, ttest_1samp, ttest_ind

from thalweg.evaluation.features.chance import (
    Pictures,
    against_permuted,
    against_shuffled,
    against_starts,
    over_members,
    training_of,
)
from thalweg.evaluation.features.moran import Grid

GRID = Grid(np.ones((8, 8), bool))
SMALL = Grid(np.ones((3, 3), bool))
HOW = {"rate": 0.05, "level": 0.95}


def noise(members=4, neurons=5, grid=GRID, seed=0, channels=1):
    shape = members, neurons, *grid.mask.shape, channels
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def sloping(grid=GRID):
    """A slope from dark to bright: the smoothest structure there is."""
    row, column = np.indices(grid.mask.shape)
    return (row + 0.5 * column)[..., None].astype(np.float32)


def shuffled(images, *, permutations=99, seed=0, grid=GRID):
    return against_shuffled(Pictures.of(images, grid), permutations=permutations, seed=seed, **HOW)


def test_paired_differences_are_students():
    images, starts = noise() + sloping(), noise(seed=1)
    found = against_starts(Pictures.of(images, GRID), Pictures.of(starts, GRID), **HOW)
    means = [Pictures.of(each, GRID).morans.mean(axis=1) for each in (images, starts)]
    expected = ttest_1samp(means[0] - means[1], 0, alternative="greater")
    two_sided = ttest_1samp(means[0] - means[1], 0).confidence_interval(0.95)
    effect = found.more_moran
    assert effect.p == pytest.approx(expected.pvalue, rel=1e-6)
    assert effect.difference.value == pytest.approx(np.mean(means[0] - means[1]))
    assert effect.difference.interval == pytest.approx(tuple(two_sided), rel=1e-6)
    assert (found.members, found.draws) == (4, 20)


def test_two_groups_of_members_are_welchs():
    images, others = noise() + sloping(), noise(members=7, seed=1)
    found = against_permuted(Pictures.of(images, GRID), Pictures.of(others, GRID), **HOW)
    means = [Pictures.of(each, GRID).slopes.mean(axis=1) for each in (images, others)]
    expected = ttest_ind(*means, equal_var=False, alternative="less")
    assert found.more_slope.p == pytest.approx(expected.pvalue, rel=1e-6)
    assert found.more_slope.difference.value == pytest.approx(means[0].mean() - means[1].mean())
    low, high = found.more_slope.difference.interval
    assert low < found.more_slope.difference.value < high < 0


def test_the_mean_is_tested_by_shuffles_alike_within_a_member_and_apart_between_members():
    images = noise()
    found = shuffled(images)
    generator = np.random.default_rng(0)
    flat, orders = images.reshape(20, 64, 1), [generator.permutation(64) for _ in range(99)]
    draws = [Pictures.of(flat[:, order].reshape(images.shape), GRID).morans.mean(axis=1) for order in orders]
    observed = Pictures.of(images, GRID).morans.mean(axis=1)
    np.testing.assert_allclose(found.member_p_values, (1 + (draws >= observed).sum(axis=0)) / 100)
    apart = [np.mean([draws[(place - member) % 99][member] for member in range(4)]) for place in range(99)]
    assert found.more_moran.p == (1 + np.sum(apart >= observed.mean())) / 100
    assert found.more_moran.difference.value == pytest.approx(observed.mean() - np.mean(draws), abs=1e-5)


def test_neurons_that_are_copies_do_not_count_twice():
    """Filters of one member that all look alike are one picture, not many."""
    p_values = [
        shuffled(np.repeat(noise(1, 1, SMALL, seed), 12, axis=1), grid=SMALL).more_moran.p
        for seed in range(100)
    ]
    assert np.mean(np.array(p_values) <= 0.1) < 0.17


def p_values_of_noise(kind, trials=100):
    """p of the mean in `trials` populations without any structure."""
    found = []
    for seed in range(trials):
        pictures, others = (Pictures.of(noise(4, 3, SMALL, 2 * seed + which), SMALL) for which in (0, 1))
        if kind == "shuffled":
            chance = against_shuffled(pictures, permutations=99, seed=seed, **HOW)
        else:
            against = {"starts": against_starts, "permuted": against_permuted}[kind]
            chance = against(pictures, others, **HOW)
        found.append((chance.more_moran.p, *chance.p_values[0]))
    return np.array(found)


@pytest.mark.parametrize("kind", ["shuffled", "starts", "permuted"])
def test_without_structure_p_is_uniform(kind):
    found = p_values_of_noise(kind)
    assert kstest(found[:, 0], "uniform").pvalue > 0.01
    for rate in (0.05, 0.1, 0.25):  # ranks among few draws are coarse: never small too often
        assert (found[:, 1:] <= rate).mean() < rate + 0.04


def test_filters_too_small_one_by_one_are_found_together():
    images = noise(3, 12, SMALL) + 0.8 * sloping(SMALL)
    found = shuffled(images, permutations=1_999, grid=SMALL)
    assert found.share.value < 0.5
    assert found.more_moran.p < 0.001
    assert found.member_p_values.max() < 0.05
    assert np.isnan(found.slope)
    assert found.more_slope.p is None


def test_known_edges_are_detected_against_every_chance():
    images, plain = noise(neurons=8) + sloping(), noise(neurons=8, seed=3)
    pictures, others = Pictures.of(images, GRID), Pictures.of(plain, GRID)
    chances = (
        against_shuffled(pictures, permutations=1_999, seed=0, **HOW),
        against_starts(pictures, others, **HOW),
        against_permuted(pictures, others, **HOW),
    )
    for chance in chances:
        assert chance.more_moran.p < 0.001
        assert chance.structured.all()
    assert chances[0].more_slope.p <= 0.005  # 199 shuffles
    assert max(chance.more_slope.p for chance in chances[1:]) < 0.001


def test_colours_are_shuffled_together():
    images = noise(channels=3) + sloping()
    found = shuffled(images)
    assert found.moran == pytest.approx(-1 / 63, abs=0.01)
    assert found.structured.all()


def test_what_is_left_of_the_start_and_what_was_learned():
    starts = noise(seed=5)
    added = np.broadcast_to(3 * sloping(), starts.shape)
    pictures, began = (Pictures.of(each, GRID) for each in (starts + added, starts))
    found = training_of(pictures, began, 0.95)
    flat = [each.reshape(20, -1) for each in (starts + added, starts)]
    expected = np.mean([np.corrcoef(one, other)[0, 1] ** 2 for one, other in zip(*flat, strict=True)])
    assert found.start_left.value == pytest.approx(expected, rel=1e-4)
    rest = [one - np.polyval(np.polyfit(other, one, 1), other) for one, other in zip(*flat, strict=True)]
    expected = Pictures.of(np.reshape(rest, starts.shape), GRID).morans.mean()
    assert found.learned_moran.value == pytest.approx(expected, rel=1e-4)
    shrunk = training_of(Pictures.of(0.01 * starts + added, GRID), began, 0.95)
    assert shrunk.learned_moran.value == pytest.approx(found.learned_moran.value, abs=1e-4)
    assert shrunk.learned_moran.value > 0.8
    untouched = training_of(began, Pictures.of(noise(seed=9), GRID), 0.95)
    assert untouched.start_left.value < 0.05


def test_one_member_has_neither_p_nor_interval_against_others():
    one, other = Pictures.of(noise(1), GRID), Pictures.of(noise(1, seed=1), GRID)
    for chance in (against_starts(one, other, **HOW), against_permuted(one, other, **HOW)):
        assert chance.more_moran.p is None
        assert chance.more_moran.difference.interval is None
        assert chance.p_values.shape == (1, 5)
    assert shuffled(noise(1)).more_moran.p is not None


def test_members_that_do_not_differ_cannot_say():
    same = np.repeat(noise(1), 3, axis=0)
    found = against_starts(Pictures.of(same + sloping(), GRID), Pictures.of(same, GRID), **HOW)
    assert found.more_moran.p is None


def test_a_picture_of_one_value_counts_as_the_mean():
    values = np.array([[1.0, np.nan], [3.0, 2.0]])
    assert over_members(values, 0.95).value == 2
    assert np.isnan(over_members(np.full((2, 2), np.nan), 0.95).value)
    images = noise()
    images[0, 0] = 1
    assert np.isfinite(shuffled(images).more_slope.difference.value)


def test_json_says_what_was_compared():
    plain = shuffled(noise()).to_json()
    assert plain["compared"] == "the same weights, their pixels shuffled 99 times"
    assert plain["moran_difference"].keys() == {"value", "interval", "p"}
    assert (plain["members"], plain["draws"]) == (4, 99)
    assert 0.01 <= plain["smallest_p"] <= plain["largest_p"] <= 1
