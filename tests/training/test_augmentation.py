import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from thalweg.training.augmentation import (
    ELASTIC_SMOOTHNESS,
    Augmentation,
    read_bilinear,
    smooth_field,
    smoothing,
)

KEY = jax.random.key(0)


def picture():
    image = np.zeros((12, 14), np.float32)
    image[5, 6] = 1.0
    return image


def test_none_leaves_pictures_alone():
    images = jnp.ones((3, 8, 8))
    assert Augmentation().is_none
    assert Augmentation()(KEY, images) is images


def test_whole_pixel_shifts_reach_every_place_and_no_further():
    moved = np.asarray(Augmentation(shift=2.0)(KEY, jnp.asarray(np.stack([picture()] * 500))))
    places = {tuple(np.argwhere(image == 1.0)[0]) for image in moved}
    assert places == {(row, column) for row in range(3, 8) for column in range(4, 9)}
    assert set(np.unique(moved)) == {0.0, 1.0}


def test_what_leaves_the_picture_does_not_come_back():
    corner = np.zeros((400, 6, 6), np.float32)
    corner[:, 0, 0] = 1.0
    moved = np.asarray(Augmentation(shift=1.0)(KEY, jnp.asarray(corner)))
    assert moved[:, 5].max() == 0.0
    assert 0.3 < moved.sum() / 400 < 0.6  # 4 of 9 shifts keep it


def test_what_is_shifted_further_than_a_picture_is_wide_is_gone():
    moved = np.asarray(Augmentation(shift=20.0)(KEY, jnp.ones((500, 4, 6))))
    kept = 7 * 11 / 41**2  # of as many shifts: -3 to 3 down, -5 to 5 to the right
    assert (moved.sum((1, 2)) > 0).mean() == pytest.approx(kept, abs=0.03)


def test_bilinear_reading_is_scipys():
    generator = np.random.default_rng(0)
    image = generator.random((9, 11))
    rows, columns = generator.uniform(-2, 12, (2, 9, 11))
    ours = read_bilinear(jnp.asarray(image), jnp.asarray(rows), jnp.asarray(columns))
    theirs = map_coordinates(image, [rows, columns], order=1, mode="grid-constant", cval=0.0)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_rotation_keeps_distance_from_the_centre():
    image = np.zeros((21, 21), np.float32)
    image[10, 17] = 1.0
    turned = np.asarray(Augmentation(rotation=90.0)(KEY, jnp.asarray(np.stack([image] * 200))))
    rows, columns = np.mgrid[:21, :21]
    mass = turned.sum((1, 2))
    centre = [(turned * grid).sum((1, 2)) / mass - 10 for grid in (rows, columns)]
    np.testing.assert_allclose(np.hypot(*centre), 7.0, atol=0.3)
    angles = np.degrees(np.arctan2(*centre))
    assert angles.min() < -80
    assert angles.max() > 80


def test_scale_runs_from_shrunk_to_grown():
    image = np.zeros((31, 31), np.float32)
    image[10:21, 10:21] = 1.0
    mass = np.asarray(Augmentation(scale=0.25)(KEY, jnp.asarray(np.stack([image] * 300)))).sum((1, 2)) / 121
    assert 1.25**-2 * 0.9 < mass.min() < 0.75
    assert 1.35 < mass.max() < 1.25**2 * 1.1


def test_elastic_field_has_unit_variance_and_is_smooth():
    fields = np.asarray(jax.vmap(lambda key: smooth_field(key, 28, 28))(jax.random.split(KEY, 300)))
    assert fields.std() == pytest.approx(1.0, abs=0.05)
    assert np.abs(np.diff(fields, axis=-1)).mean() < 0.25


@pytest.mark.parametrize("extent", [12, 28, 41])
def test_elastic_fields_covary_as_noise_smoothed_at_every_point(extent):
    weights = np.asarray(smoothing(extent), np.float64)
    inside = slice(3, extent - 3)
    apart = np.subtract.outer(np.arange(extent), np.arange(extent))
    expected = np.exp(-((apart / ELASTIC_SMOOTHNESS) ** 2) / 4)
    np.testing.assert_allclose((weights @ weights.T)[inside, inside], expected[inside, inside], atol=0.02)


def test_colour_pictures_keep_their_channels():
    images = jnp.asarray(np.random.default_rng(0).random((4, 8, 8, 3)), jnp.float32)
    for augmentation in (Augmentation(shift=1.0), Augmentation(rotation=5.0, elastic=0.5)):
        assert augmentation(KEY, images).shape == images.shape
