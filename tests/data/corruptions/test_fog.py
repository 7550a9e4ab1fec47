import numpy as np
import pytest

from thalweg.data.corruptions import CORRUPTIONS
from thalweg.data.corruptions.fog import _refined, clouds


class NoChance:
    """Random numbers that are always in the middle of their range."""

    def random(self, shape, dtype):
        return np.full(shape, 0.5, dtype)


def test_without_chance_new_points_are_means_of_four():
    land = np.arange(16, dtype=np.float32).reshape(1, 4, 4)
    finer = _refined(NoChance(), land, 1.0)[0]
    np.testing.assert_array_equal(finer[::2, ::2], land[0])
    assert finer[1, 1] == (0 + 1 + 4 + 5) / 4
    assert finer[7, 7] == (15 + 12 + 3 + 0) / 4  # opposite edges meet
    assert finer[2, 1] == (4 + 5 + finer[1, 1] + finer[3, 1]) / 4
    assert finer[1, 2] == (1 + 5 + finer[1, 1] + finer[1, 3]) / 4


def test_clouds_look_as_those_of_the_release():
    # Moments of 400 corners made by the release's own formula: mean .499, deviation within a corner .0594,
    # between the means of corners .192, mean step between neighbours .00811.
    made = clouds(np.random.default_rng(0), 2000, (28, 28)).astype(np.float64)
    assert made.mean() == pytest.approx(0.499, abs=0.02)
    assert made.std(axis=(1, 2)).mean() == pytest.approx(0.0594, rel=0.03)
    assert made.mean(axis=(1, 2)).std() == pytest.approx(0.192, rel=0.06)
    steps = np.abs(np.diff(made, axis=2)).mean(axis=(0, 1))
    assert steps.mean() == pytest.approx(0.00811, rel=0.03)
    np.testing.assert_allclose(steps, steps.mean(), rtol=0.1)  # the edges are no rougher than the middle


def test_fog_lies_over_the_picture():
    image = np.zeros((1, 28, 28), np.float32)
    image[0, 10:18, 10:18] = 0.8
    foggy = CORRUPTIONS["fog"](image, 3)[0]
    bare = CORRUPTIONS["fog"](np.where(image > 0, 0.8, 0.8 * np.eye(28)).astype(np.float32), 3)[0]
    np.testing.assert_allclose(foggy[10:18, 10:18], bare[10:18, 10:18], atol=1e-6)
    cloud = foggy * (0.8 + 3) / 0.8 - image[0]
    assert cloud.min() >= -1e-5
    assert cloud.max() <= 3 + 1e-5
    # Fog knows nothing of the picture: no step in it where the square begins.
    assert np.abs(np.diff(cloud, axis=1)).max() < 0.5


def test_a_black_picture_stays_black():
    assert not CORRUPTIONS["fog"](np.zeros((2, 28, 28), np.float32), 0).any()
