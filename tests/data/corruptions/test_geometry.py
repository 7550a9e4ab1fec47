import numpy as np
import pytest

from thalweg.data.corruptions import CORRUPTIONS


def bar(side=28):
    """Sixty-four pictures of an upright bar in the middle."""
    pictures = np.zeros((64, side, side), np.float32)
    pictures[:, side // 2 - 7 : side // 2 + 7, side // 2 - 1 : side // 2 + 1] = 1.0
    return pictures


def centres(pictures):
    rows, columns = np.indices(pictures.shape[1:]) - (pictures.shape[1] - 1) / 2
    ink = pictures.sum(axis=(1, 2))
    return (pictures * rows).sum(axis=(1, 2)) / ink, (pictures * columns).sum(axis=(1, 2)) / ink


def moments(pictures):
    """Sums of ink times row squared, column squared, and columns to the right times rows upwards."""
    rows, columns = np.indices(pictures.shape[1:]) - (pictures.shape[1] - 1) / 2
    return ((pictures * product).sum(axis=(1, 2)) for product in (rows**2, columns**2, -rows * columns))


def both_ways(leaning, expected):
    np.testing.assert_allclose(np.abs(leaning), expected, rtol=0.01)
    assert 16 < (leaning > 0).sum() < 48


def test_translate_moves_the_centre_by_three_pixels_each_way():
    rows, columns = centres(CORRUPTIONS["translate"](bar(), 0))
    np.testing.assert_allclose(np.abs(rows), 3, atol=1e-5)
    np.testing.assert_allclose(np.abs(columns), 3, atol=1e-5)
    ways = {(round(row), round(column)) for row, column in zip(rows, columns, strict=True)}
    assert ways == {(3, 3), (3, -3), (-3, 3), (-3, -3)}


def test_scale_leaves_half_the_area_in_the_middle():
    square = np.zeros((2, 41, 41), np.float32)
    square[:, 10:31, 10:31] = 1.0
    shrunk = CORRUPTIONS["scale"](square, 0)
    assert shrunk[0].sum() == pytest.approx(441 * 0.49, rel=0.05)
    np.testing.assert_allclose(centres(shrunk), 0, atol=1e-5)


def test_rotate_turns_either_way_by_four_tenths_of_a_radian():
    turned = CORRUPTIONS["rotate"](bar(), 0)
    rows, columns, product = moments(turned)
    both_ways(np.arctan2(2 * product, rows - columns) / 2, 0.4)  # the angle of the principal axis
    np.testing.assert_allclose(turned.sum(axis=(1, 2)), 28, rtol=0.02)
    np.testing.assert_allclose(centres(turned), 0, atol=1e-4)


def test_shear_leans_either_way_and_is_taller():
    slanted = CORRUPTIONS["shear"](bar(), 0)
    rows, _, product = moments(slanted)
    both_ways(product / rows, np.sin(0.4))
    np.testing.assert_allclose(slanted.sum(axis=(1, 2)), 28 / np.cos(0.4), rtol=0.02)
    np.testing.assert_allclose(centres(slanted), 0, atol=1e-4)
