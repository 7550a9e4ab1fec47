import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from thalweg.data.warping import affine

PICTURES = np.random.default_rng(0).random((3, 7, 10, 2)).astype(np.float32)


def test_nothing_to_do():
    np.testing.assert_array_equal(affine(PICTURES, np.eye(2)), PICTURES)


def test_whole_pixels_move_and_nothing_comes_in():
    moved = affine(PICTURES, np.eye(2), (2, -3))  # read two rows lower and three columns to the left
    np.testing.assert_array_equal(moved[:, :5, 3:], PICTURES[:, 2:, :7])
    assert not moved[:, 5:].any()
    assert not moved[:, :, :3].any()


def test_half_a_pixel_is_the_mean_of_two():
    moved = affine(PICTURES, np.eye(2), (0, 0.5))
    np.testing.assert_allclose(moved[:, :, :-1], (PICTURES[:, :, :-1] + PICTURES[:, :, 1:]) / 2, rtol=1e-6)
    np.testing.assert_allclose(moved[:, :, -1], PICTURES[:, :, -1] / 2, rtol=1e-6)


@pytest.mark.parametrize("matrix", [[[0.8, 0.3], [-0.4, 1.2]], [[1.5, 0.0], [0.2, 0.6]]])
def test_as_scipy_reads_it(matrix):
    # SciPy forgets to fade out at the rim; a frame of zeros around the picture makes it do so.
    warped = affine(PICTURES, np.array(matrix), (0.3, -1.1))
    places = np.indices((7, 10)).reshape(2, -1) - [[3.0], [4.5]]
    read = np.array(matrix) @ places + [[3.0 + 0.3 + 1], [4.5 - 1.1 + 1]]
    for picture in range(3):
        for channel in range(2):
            framed = np.pad(PICTURES[picture, :, :, channel].astype(np.float64), 1)
            expected = map_coordinates(framed, read, order=1, mode="constant").reshape(7, 10)
            np.testing.assert_allclose(warped[picture, :, :, channel], expected, atol=1e-6)
