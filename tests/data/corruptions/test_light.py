import numpy as np

from thalweg.data.corruptions import CORRUPTIONS


def test_brightness_adds_half_and_stops_at_white():
    grey = np.array([[[0.0, 0.2, 0.5], [0.6, 1.0, 0.3], [0.0, 0.0, 0.0]]], np.float32)
    expected = [[[0.5, 0.7, 1.0], [1.0, 1.0, 0.8], [0.5, 0.5, 0.5]]]
    np.testing.assert_allclose(CORRUPTIONS["brightness"](grey, 0), expected, atol=1e-6)


def test_brightness_keeps_the_hue():
    picture = np.zeros((1, 3, 3, 3), np.float32)
    picture[0, 0, 0], picture[0, 0, 1] = (0.2, 0.4, 0.0), (0.8, 0.4, 0.2)
    brighter = CORRUPTIONS["brightness"](picture, 0)
    np.testing.assert_allclose(brighter[0, 0, 0], [0.45, 0.9, 0.0], atol=1e-6)
    np.testing.assert_allclose(brighter[0, 0, 1], [1.0, 0.5, 0.25], atol=1e-6)
    np.testing.assert_allclose(brighter[0, 2, 2], 0.5, atol=1e-6)


def test_stripe_inverts_both_outer_quarters():
    images = np.random.default_rng(0).random((2, 28, 28)).astype(np.float32)
    striped = CORRUPTIONS["stripe"](images, 0)
    np.testing.assert_array_equal(striped[:, :, 7:21], images[:, :, 7:21])
    np.testing.assert_allclose(striped[:, :, :7], 1 - images[:, :, :7])
    np.testing.assert_allclose(striped[:, :, 21:], 1 - images[:, :, 21:])
