"""What all corruptions have in common."""

import numpy as np
import pytest

from thalweg.data.corruptions import CORRUPTIONS, SMALLEST
from thalweg.errors import DataError

PUBLISHED = (
    "shot_noise impulse_noise glass_blur motion_blur shear scale rotate brightness translate stripe fog "
    "spatter dotted_line zigzag canny_edges"
).split()
WITHOUT_CHANCE = {"scale", "brightness", "stripe", "canny_edges"}
SIZES = [(28, 28), (9, 14), (32, 20, 3), (SMALLEST, SMALLEST), (300, 20)]


def test_the_fifteen_published_names():
    assert list(CORRUPTIONS) == PUBLISHED


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", PUBLISHED)
def test_contract(name, size):
    images = np.random.default_rng(0).random((6, *size)).astype(np.float32)
    before = images.copy()
    changed = CORRUPTIONS[name](images, 5)
    assert changed.shape == images.shape
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert not np.array_equal(changed, images)
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(changed, CORRUPTIONS[name](images, 5))


@pytest.mark.parametrize("name", PUBLISHED)
def test_only_chance_depends_on_the_seed(name):
    images = np.random.default_rng(0).random((20, 28, 28)).astype(np.float32)
    same = np.array_equal(CORRUPTIONS[name](images, 0), CORRUPTIONS[name](images, 1))
    assert same == (name in WITHOUT_CHANCE)


@pytest.mark.parametrize("name", sorted(set(PUBLISHED) - WITHOUT_CHANCE))
def test_pictures_do_not_share_their_chance(name):
    one = np.random.default_rng(0).random((1, 28, 28)).astype(np.float32)
    changed = CORRUPTIONS[name](np.repeat(one, 40, axis=0), 0)
    assert len({picture.tobytes() for picture in changed}) > (1 if name in ("shear", "rotate") else 3)


@pytest.mark.parametrize("name", PUBLISHED)
def test_blank_colours_stay_grey(name):
    changed = CORRUPTIONS[name](np.full((3, 12, 12, 3), 0.5, np.float32), 2)
    if name not in ("shot_noise", "impulse_noise"):  # every channel counts photons of its own
        np.testing.assert_allclose(changed, changed[..., :1].repeat(3, axis=3), atol=1e-6)


@pytest.mark.parametrize("name", PUBLISHED)
def test_grey_levels_and_features_are_refused(name):
    with pytest.raises(DataError, match=f"{name}: pixels run from 0 to 255"):
        CORRUPTIONS[name](np.array([[[0, 255, 7, 7]] * 4], np.uint8), 0)
    with pytest.raises(DataError, match=f"{name} is for pictures"):
        CORRUPTIONS[name](np.zeros((5, 13), np.float32), 0)
