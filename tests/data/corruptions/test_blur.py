import numpy as np
import pytest

from thalweg.data.corruptions import CORRUPTIONS
from thalweg.data.corruptions.blur import _along, _paths, _swap_neighbours


def test_each_face_of_the_die_swaps_with_its_neighbour():
    pixels = np.arange(4, dtype=np.uint8).reshape(2, 2, 1, 1).repeat(8, axis=3)
    _swap_neighbours(pixels, 1, 1, np.arange(8, dtype=np.uint8))
    seen = [pixels[:, :, 0, face].ravel().tolist() for face in range(8)]
    assert seen[:5] == [[0, 1, 2, 3]] * 5
    assert seen[5:] == [[0, 1, 3, 2], [0, 3, 2, 1], [3, 1, 2, 0]]


def test_glass_blur_keeps_the_ink_about_where_it_was():
    images = np.zeros((3000, 28, 28), np.float32)
    images[:, 14, 14] = 1.0
    blurred = CORRUPTIONS["glass_blur"](images, 0).astype(np.float64)
    ink = blurred.sum(axis=(1, 2))
    assert 0.94 < ink.mean() < 1.0  # grey levels are rounded down on the way
    rows = blurred.sum(axis=2) @ np.arange(28) / ink
    assert abs(rows.mean() - 14) < 0.1
    assert 0.3 < rows.std() < 1.5


def test_glass_blur_on_plain_paper_is_plain():
    plain = np.full((3, 28, 28), 0.5, np.float32)
    np.testing.assert_allclose(CORRUPTIONS["glass_blur"](plain, 0), 127 / 255, atol=1e-6)


def test_motion_follows_the_angle_in_whole_pixels():
    steps = np.arange(7)
    along, diagonal = _paths(steps, np.array([0.0, -45.0]))
    np.testing.assert_array_equal(along, np.stack([0 * steps, steps], axis=1))
    np.testing.assert_array_equal(diagonal[:, 1], [0, 1, 1, 2, 3, 4, 4])
    np.testing.assert_array_equal(diagonal[:, 0], -diagonal[:, 1])


def test_motion_smears_a_point_by_its_weights():
    point = np.zeros((1, 9, 40, 1), np.float32)
    point[0, 4, 30] = 1.0
    weights = np.arange(21, 0, -1) / 231
    smeared = _along(point, np.stack([np.zeros(21, int), np.arange(21)], axis=1), weights)[0, :, :, 0]
    np.testing.assert_allclose(smeared[4, 30:9:-1], weights, rtol=1e-6)
    assert smeared.sum() == pytest.approx(1.0)


def test_motion_blur_is_half_a_gaussian_of_three_pixels():
    images = np.zeros((400, 61, 61), np.float32)
    images[:, 30, 30] = 1.0
    blurred = CORRUPTIONS["motion_blur"](images, 0).astype(np.float64)
    np.testing.assert_allclose(blurred.sum(axis=(1, 2)), 1.0, rtol=1e-5)
    weights = np.exp(-(np.arange(21) ** 2) / 18)
    np.testing.assert_allclose(blurred[:, 30, 30], weights[0] / weights.sum(), rtol=1e-5)
    rows, columns = np.indices((61, 61)) - 30
    distance = (blurred * np.hypot(rows, columns)).sum(axis=(1, 2))
    expected = (weights * np.arange(21)).sum() / weights.sum()
    np.testing.assert_allclose(distance, expected, rtol=0.1)  # steps are whole pixels
    angles = np.degrees(np.arctan2((blurred * rows).sum((1, 2)), -(blurred * columns).sum((1, 2))))
    assert np.abs(angles).max() < 46
    assert abs(angles.mean()) < 5
    assert angles.std() == pytest.approx(90 / np.sqrt(12), rel=0.1)
