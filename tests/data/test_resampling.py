"""Resampling weights against what they must keep."""

import numpy as np
import pytest

from thalweg.data.resampling import area_weights, cubic_weights, enlarge, shrink


@pytest.mark.parametrize(("pixels", "given"), [(20, 40), (20, 53), (7, 7), (3, 2)])
def test_area_weights_average_and_lose_no_ink(pixels, given):
    weights = area_weights(pixels, given)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    np.testing.assert_allclose(weights.sum(axis=0), pixels / given)


def test_shrink_by_hand():
    np.testing.assert_allclose(shrink(np.array([[0.0, 3.0, 6.0]]), 1, 2), [[1.0, 5.0]])


def test_enlarge_keeps_a_slope_inside():
    image = np.tile(np.arange(8.0), (8, 1))
    columns = (np.arange(80) + 0.5) / 10 - 0.5
    np.testing.assert_allclose(enlarge(image, 10)[40, 20:60], columns[20:60], atol=1e-12)


def test_cubic_weights_pass_through_the_pixels():
    weights = cubic_weights(3, 5)  # an odd factor puts a centre on every given pixel
    np.testing.assert_allclose(weights[1::3], np.eye(5), atol=1e-12)
