import numpy as np
import pytest
from scipy import stats

from thalweg.data.corruptions import CORRUPTIONS

MIDDLE = np.full((200, 28, 28), 0.5, np.float32)


def test_shot_noise_counts_photons():
    counts = np.rint(3 * CORRUPTIONS["shot_noise"](MIDDLE, 0)).astype(int)
    shares = np.bincount(counts.ravel(), minlength=4) / counts.size
    photons = stats.poisson(1.5)
    expected = [photons.pmf(0), photons.pmf(1), photons.pmf(2), photons.sf(2)]
    np.testing.assert_allclose(shares, expected, atol=0.005)
    assert not CORRUPTIONS["shot_noise"](np.zeros((2, 5, 5), np.float32), 0).any()


def test_impulse_noise_spoils_seventeen_percent_evenly():
    spoiled = CORRUPTIONS["impulse_noise"](MIDDLE, 0)
    assert (spoiled == 1).mean() == pytest.approx(0.085, abs=0.003)
    assert (spoiled == 0).mean() == pytest.approx(0.085, abs=0.003)
    assert (spoiled == 0.5).mean() == pytest.approx(0.83, abs=0.004)
