"""Noise: the right range and shape, the same for the same seed, and each kind what its name says."""

import numpy as np
import pytest
from scipy import stats

from thalweg.data import noise
from thalweg.errors import DataError

GENERATOR = np.random.default_rng(1)
IMAGES = GENERATOR.random((40, 9, 7)).astype(np.float32)
COLOURED = GENERATOR.random((40, 9, 7, 3)).astype(np.float32)
FEATURES = GENERATOR.normal([0.0, 50.0, -3.0], [1.0, 10.0, 0.1], (400, 3)).astype(np.float32)


@pytest.mark.parametrize("inputs", [IMAGES, COLOURED, FEATURES], ids=["grey", "colour", "features"])
@pytest.mark.parametrize("kind", list(noise.KINDS))
def test_contract(inputs, kind):
    kinds = noise.kinds_for(inputs.shape[1:])
    if kind not in kinds:
        with pytest.raises(DataError, match="is for images"):
            noise.KINDS[kind](inputs, 5, 0)
        return
    made = kinds[kind](inputs, 100, 3)
    assert made.shape == (100, *inputs.shape[1:])
    assert made.dtype == np.float32
    lowest, highest = (inputs.min(axis=0), inputs.max(axis=0)) if inputs.ndim == 2 else (0.0, 1.0)
    assert np.all((made >= lowest) & (made <= highest))
    np.testing.assert_array_equal(made, kinds[kind](inputs, 100, 3))
    if kind != "blank":
        assert not np.array_equal(made, kinds[kind](inputs, 100, 4))


def test_no_two_kinds_share_their_random_numbers():
    generators = [noise._generator(IMAGES, 1, 0, kind).random() for kind in noise.KINDS]
    assert len(set(generators)) == len(noise.KINDS)


def test_uniform_is_uniform():
    assert stats.kstest(noise.uniform(IMAGES, 200, 0).ravel(), "uniform").pvalue > 0.01
    column = noise.uniform(FEATURES, 5000, 0)[:, 1]
    lowest, highest = FEATURES[:, 1].min(), FEATURES[:, 1].max()
    assert stats.kstest((column - lowest) / (highest - lowest), "uniform").pvalue > 0.01


def test_gaussian_moments():
    made = noise.gaussian(IMAGES, 500, 0)
    expected = stats.truncnorm(-2, 2, 0.5, 0.25)  # clipping at two deviations puts the tails on the edges
    tail = stats.norm.cdf(-2)
    assert made.mean() == pytest.approx(0.5, abs=0.005)
    variance = expected.var() * (1 - 2 * tail) + 2 * tail * 0.25
    assert made.var() == pytest.approx(variance, rel=0.03)
    assert noise.gaussian(FEATURES, 2000, 0)[:, 1].std() == pytest.approx(FEATURES[:, 1].std(), rel=0.05)


def test_shuffled_keeps_every_pixel_but_not_its_place():
    made = noise.shuffled(IMAGES, 40, 0)
    key = lambda images: sorted(np.sort(image.ravel()).tolist() for image in images)  # noqa: E731
    assert key(made) == key(IMAGES)
    assert not np.array_equal(made, IMAGES)


def test_shuffled_uses_an_order_of_its_own_for_each_image():
    ramp = np.broadcast_to(np.linspace(0, 1, 63, dtype=np.float32).reshape(9, 7), (40, 9, 7))
    assert len({image.tobytes() for image in noise.shuffled(ramp, 40, 0)}) == 40


def test_shuffled_keeps_channels_together():
    pixels = {tuple(pixel) for pixel in COLOURED.reshape(-1, 3).tolist()}
    assert {tuple(pixel) for pixel in noise.shuffled(COLOURED, 10, 0).reshape(-1, 3).tolist()} <= pixels


def test_shuffled_features_are_real_values_uncorrelated():
    twins = np.column_stack([FEATURES[:, 0], FEATURES[:, 0]])
    made = noise.shuffled(twins, 2000, 0)
    assert set(made[:, 0].tolist()) <= set(twins[:, 0].tolist())
    assert abs(np.corrcoef(made.T)[0, 1]) < 0.1


def test_blank():
    assert not noise.blank(IMAGES, 3, 0).any()
    np.testing.assert_allclose(noise.blank(FEATURES, 3, 0)[1], FEATURES.mean(axis=0), rtol=1e-6)


def test_low_frequency_has_no_high_one():
    made = noise.low_frequency(np.zeros((1, 28, 28), np.float32), 20, 0)
    power = np.abs(np.fft.fft2(made)) ** 2
    rows = np.fft.fftfreq(28) * 28
    high = np.hypot(rows[:, None], rows[None, :]) > 3
    assert power[:, high].sum() < 1e-8 * power.sum()
    np.testing.assert_allclose(made.min(axis=(1, 2)), 0.0, atol=1e-6)
    np.testing.assert_allclose(made.max(axis=(1, 2)), 1.0, atol=1e-6)


def test_inverted_is_one_minus_a_real_image():
    real = {image.tobytes() for image in (1.0 - IMAGES)}
    made = noise.inverted(IMAGES, 40, 0)
    assert {image.tobytes() for image in made} == real  # none twice
    assert len(noise.inverted(IMAGES, 100, 0)) == 100


@pytest.mark.parametrize(("inputs", "examples"), [(IMAGES, 0), (IMAGES[:0], 3), (IMAGES[0, 0], 3)])
def test_bad_arguments(inputs, examples):
    with pytest.raises(DataError, match=r"noise\.uniform: \d examples asked for"):
        noise.uniform(inputs, examples, 0)
