import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from thalweg.data.smoothing import gaussian


@pytest.mark.parametrize("outside", ["nearest", "constant"])
@pytest.mark.parametrize("deviation", [0.5, 1.5, 4.0])
def test_as_scipy_blurs_each_plane(outside, deviation):
    pictures = np.random.default_rng(0).random((2, 9, 6, 3)).astype(np.float32)
    blurred = gaussian(pictures, deviation, outside=outside)
    for picture, channel in np.ndindex(2, 3):
        plane = pictures[picture, :, :, channel].astype(np.float64)
        expected = gaussian_filter(plane, deviation, mode=outside)
        np.testing.assert_allclose(blurred[picture, :, :, channel], expected, atol=1e-6)
