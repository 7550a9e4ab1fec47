import numpy as np
import pytest

from thalweg.data.corruptions import CORRUPTIONS


def test_mud_hides_as_much_as_in_the_release():
    # 4,000 pictures by the release's own formula: mud on 13.5 % of pixels, hiding .879 of what is behind.
    left = CORRUPTIONS["spatter"](np.ones((1500, 28, 28), np.float32), 0)
    muddy = left < 1
    assert muddy.mean() == pytest.approx(0.1347, rel=0.03)
    hidden = (1 - left[muddy]) / (1 - 63 / 255)
    assert hidden.min() >= 0.8 - 1e-5
    assert hidden.mean() == pytest.approx(0.879, abs=0.003)


def test_the_rest_of_the_picture_is_untouched_and_mud_is_dark_grey():
    images = np.random.default_rng(0).random((20, 28, 28)).astype(np.float32)
    spattered = CORRUPTIONS["spatter"](images, 1)
    muddy = CORRUPTIONS["spatter"](np.ones_like(images), 1) < 1
    np.testing.assert_array_equal(spattered[~muddy], images[~muddy])
    assert np.abs(spattered[muddy] - 63 / 255).max() < 0.2 * (1 - 63 / 255) + 1e-5
