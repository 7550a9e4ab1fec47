import itertools

import numpy as np
import pytest
from scipy.stats import kstest

from thalweg.errors import EvaluationError
from thalweg.evaluation.features.moran import (
    Grid,
    moran,
    share_as_extreme,
    shuffled_moran,
    shuffled_slope,
    spectral_slope,
)


def whole(height, width):
    return Grid(np.ones((height, width), bool))


def noise(pictures, height=10, width=10, channels=1, seed=0):
    return np.random.default_rng(seed).normal(size=(pictures, height, width, channels)).astype(np.float32)


def edges(size=10):
    """Oriented edges, the known structure: one half bright, one half dark, at eight angles."""
    row, column = np.mgrid[:size, :size] - (size - 1) / 2
    angles = np.pi * np.arange(8) / 8
    return np.stack([np.tanh(row * np.cos(angle) + column * np.sin(angle)) for angle in angles])[..., None]


def moran_by_definition(picture, mask):
    places = [place for place in np.ndindex(mask.shape) if mask[place]]
    mean = np.mean([picture[place] for place in places])
    total = pairs = 0.0
    for one, other in itertools.product(places, places):
        if abs(one[0] - other[0]) + abs(one[1] - other[1]) == 1:
            total += (picture[one] - mean) * (picture[other] - mean)
            pairs += 1
    return len(places) / pairs * total / sum((picture[place] - mean) ** 2 for place in places)


def test_moran_is_its_definition_inside_a_mask():
    pictures = noise(3, 5, 7)
    mask = np.random.default_rng(1).uniform(size=(5, 7)) < 0.7
    grid = Grid(mask)
    expected = [moran_by_definition(picture[..., 0], mask) for picture in pictures]
    np.testing.assert_allclose(moran(grid.values(pictures), grid), expected, rtol=1e-4)


def test_a_chessboard_has_minus_one_and_two_halves_nearly_one():
    grid = whole(4, 4)
    chess = np.indices((4, 4)).sum(axis=0) % 2
    halves = np.repeat([[0.0] * 4, [1.0] * 4], 2, axis=0)
    found = moran(grid.values(np.stack([chess, halves])), grid)
    np.testing.assert_allclose(found, [-1, (24 - 4 - 4) / 24], atol=1e-6)


def test_a_picture_of_one_value_has_no_structure():
    grid = whole(8, 8)
    values = grid.values(np.full((2, 8, 8), 3.0))
    assert (moran(values, grid) == 0).all()
    assert np.isnan(spectral_slope(values, grid)).all()


def test_channels_are_added_up_and_each_has_its_own_mean():
    grid = whole(6, 6)
    grey = noise(2, 6, 6)
    doubled = np.concatenate([grey, grey + 100], axis=3)
    np.testing.assert_allclose(
        moran(grid.values(doubled), grid), moran(grid.values(grey), grid), rtol=1e-3, atol=1e-5
    )


@pytest.mark.parametrize("size", [(8, 8), (9, 12), (11, 7)])
def test_slope_is_that_of_the_fourier_transform(size):
    picture = noise(1, *size)[0, ..., 0]
    side = min(size)
    power = np.abs(np.fft.fft2(picture - picture.mean())) ** 2
    length = np.hypot(np.fft.fftfreq(size[0])[:, None], np.fft.fftfreq(size[1])) * side
    rings = np.arange(1, side // 2 + 1)
    radial = [power[np.rint(length) == ring].mean() for ring in rings]
    expected = np.polyfit(np.log(rings), np.log(radial), 1)[0]
    grid = whole(*size)
    assert spectral_slope(grid.values(picture[None]), grid)[0] == pytest.approx(expected, rel=1e-3)


def test_the_slope_tells_smooth_pictures_from_static():
    grid = whole(10, 10)
    assert spectral_slope(grid.values(edges()), grid).max() < -1.5
    assert abs(spectral_slope(grid.values(noise(200)), grid).mean()) < 0.1


def test_small_pictures_have_no_slope():
    grid = whole(5, 5)
    assert np.isnan(spectral_slope(grid.values(noise(2, 5, 5)), grid)).all()


def test_shuffled_pixels_have_the_mean_of_chance():
    grid = whole(10, 10)
    values = grid.values(edges())
    chance = shuffled_moran(values, grid, permutations=400, seed=0)
    assert chance.shape == (400, 8)
    assert chance.mean() == pytest.approx(-1 / 99, abs=0.01)
    assert shuffled_slope(values, grid, permutations=50, seed=0).mean() == pytest.approx(0, abs=0.15)


def test_the_same_seed_shuffles_alike_whatever_stands_beside():
    grid = whole(4, 5)
    values = grid.values(noise(150, 4, 5))
    chance = shuffled_moran(values, grid, permutations=5, seed=3)
    alone = shuffled_moran(values[140:], grid, permutations=5, seed=3)
    np.testing.assert_allclose(chance[:, 140:], alone, rtol=1e-4, atol=1e-6)
    assert not np.allclose(chance, shuffled_moran(values, grid, permutations=5, seed=4))


def test_p_values_of_noise_are_uniform():
    grid = whole(10, 10)
    p_values = []
    for seed in range(20):  # pictures tested with the same shuffles are not independent of each other
        values = grid.values(noise(20, seed=seed))
        chance = shuffled_moran(values, grid, permutations=199, seed=seed)
        p_values.append(share_as_extreme(moran(values, grid), chance))
    assert kstest(np.concatenate(p_values), "uniform").pvalue > 0.01


def test_oriented_edges_in_noise_are_found():
    grid = whole(10, 10)
    values = grid.values(edges() + noise(8))
    chance = shuffled_moran(values, grid, permutations=1_999, seed=0)
    assert (share_as_extreme(moran(values, grid), chance) < 0.001).all()


def test_p_values_count_draws_as_large():
    chance = np.array([[0.0, 5.0], [1.0, 6.0], [2.0, 7.0]])
    np.testing.assert_allclose(share_as_extreme(np.array([1.0, 8.0]), chance), [3 / 4, 1 / 4])
    assert share_as_extreme(np.array([np.nan]), chance[:, :1])[0] == 1


def test_no_picture_has_more_than_the_most():
    grid = whole(3, 3)
    slope = (np.indices((3, 3)).sum(axis=0) + noise(4_000, 3, 3)[..., 0] * 0.3)[..., None]
    found = moran(grid.values(slope), grid)
    assert grid.most == pytest.approx(9 / 12 * np.sqrt(2) / 2)  # eigenvalue by hand: sqrt(2) for (-1, 0, 1)
    assert found.max() < grid.most + 1e-6
    assert found.max() > 0.95 * grid.most
    pair = Grid(np.array([[True, True]]))
    assert pair.most == pytest.approx(-1)  # two pixels always lie on both sides of their mean


def test_a_mask_without_neighbours_is_refused():
    with pytest.raises(EvaluationError, match="no two side by side"):
        Grid(np.eye(3, dtype=bool))
