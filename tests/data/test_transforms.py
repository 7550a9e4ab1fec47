"""Transforms: nothing at the identity level, the right amount elsewhere."""

import numpy as np
import pytest
from scipy import ndimage

from thalweg.data.transforms import TRANSFORMS
from thalweg.errors import DataError

GENERATOR = np.random.default_rng(1)
GREY = GENERATOR.random((4, 9, 7)).astype(np.float32)
COLOURED = GENERATOR.random((4, 8, 8, 3)).astype(np.float32)
DRAWN = ("pixel_noise", "occlusion")


def spot(side=21, width=3):
    """A white square in the middle of one black picture."""
    picture = np.zeros((1, side, side), np.float32)
    start = (side - width) // 2
    picture[0, start : start + width, start : start + width] = 1.0
    return picture


@pytest.mark.parametrize("images", [GREY, COLOURED], ids=["grey", "colour"])
@pytest.mark.parametrize("name", list(TRANSFORMS))
def test_contract(name, images):
    transform, before = TRANSFORMS[name], images.copy()
    assert transform.name == name
    assert transform.identity in transform.levels
    assert list(transform.levels) == sorted(set(transform.levels))
    for level in transform.levels:
        changed = transform(images, level, 3)
        assert changed.shape == images.shape
        assert changed.dtype == np.float32
        assert changed.min() >= 0
        assert changed.max() <= 1
        assert (level == transform.identity) == np.array_equal(changed, images)
        np.testing.assert_array_equal(changed, transform(images, level, 3))
        same = np.array_equal(changed, transform(images, level, 4))
        assert same == (name not in DRAWN or level == transform.identity or np.ptp(changed) == 0)
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("name", list(TRANSFORMS))
def test_the_identity_level_gives_a_copy(name):
    same = TRANSFORMS[name](GREY, TRANSFORMS[name].identity)
    assert not np.shares_memory(same, GREY)


@pytest.mark.parametrize("name", ["rotation", "scale", "shear", "contrast", "thickness"])
def test_a_small_change_changes_little(name):
    transform = TRANSFORMS[name]
    near = transform(GREY, transform.identity + 1e-3)
    assert 0 < np.abs(near - GREY).max() < 0.02


def test_translation_is_to_the_right():
    moved = TRANSFORMS["translation"](GREY, 2)
    np.testing.assert_array_equal(moved[:, :, 2:], GREY[:, :, :-2])
    assert not moved[:, :, :2].any()
    half = TRANSFORMS["translation"](spot(), -1.5)
    assert ndimage.center_of_mass(half[0]) == pytest.approx((10, 8.5))


def test_a_quarter_turn_is_counter_clockwise():
    square = COLOURED[:, :, :, 0]
    np.testing.assert_allclose(TRANSFORMS["rotation"](square, 90), np.rot90(square, axes=(1, 2)), atol=1e-5)


def test_scale_changes_the_area():
    for factor in (0.6, 1.5):
        scaled = TRANSFORMS["scale"](spot(41, 15), factor)
        assert scaled.sum() == pytest.approx(15**2 * factor**2, rel=0.03)
        assert ndimage.center_of_mass(scaled[0]) == pytest.approx((20, 20), abs=1e-4)


def test_shear_moves_each_row_by_its_height():
    column = np.zeros((1, 9, 21), np.float32)
    column[:, :, 10] = 1.0
    slanted = TRANSFORMS["shear"](column, 0.5)[0]
    centres = slanted @ np.arange(21) / slanted.sum(axis=1)
    np.testing.assert_allclose(centres, 10 + 0.5 * (4 - np.arange(9)), atol=1e-5)


def test_thickness_grows_and_shrinks_by_a_disc():
    thicken = TRANSFORMS["thickness"]
    grown = thicken(spot(11, 1), 2)[0]
    rows, columns = np.indices((11, 11)) - 5
    np.testing.assert_array_equal(grown, rows**2 + columns**2 <= 4)
    assert thicken(spot(), -1).sum() == 1.0
    assert not thicken(spot(), -2).any()


def test_half_a_pixel_thicker_is_half_grey():
    half = TRANSFORMS["thickness"](spot(11, 1), 0.5)[0]
    assert half[5, 5] == 1.0
    assert [half[4, 5], half[6, 5], half[5, 4], half[5, 6]] == [0.5] * 4
    assert half.sum() == 3.0


@pytest.mark.parametrize("radius", [1, 3])
def test_thickness_as_scipy_does_it(radius):
    rows, columns = np.indices((2 * radius + 1,) * 2) - radius
    disc = rows**2 + columns**2 <= radius**2
    for sign, peer, beyond in ((1, ndimage.grey_dilation, 0.0), (-1, ndimage.grey_erosion, 1.0)):
        found = TRANSFORMS["thickness"](GREY, sign * radius)
        for image, one in zip(GREY, found, strict=True):
            np.testing.assert_array_equal(one, peer(image, footprint=disc, mode="constant", cval=beyond))


def test_contrast_keeps_the_mean_of_each_channel():
    faded = TRANSFORMS["contrast"](COLOURED, 0.25)
    np.testing.assert_allclose(faded.mean(axis=(1, 2)), COLOURED.mean(axis=(1, 2)), atol=1e-6)
    np.testing.assert_allclose(faded.std(axis=(1, 2)), 0.25 * COLOURED.std(axis=(1, 2)), rtol=1e-5)
    assert np.ptp(TRANSFORMS["contrast"](GREY[:1], 0.0)) == pytest.approx(0.0, abs=1e-6)


def test_blur_keeps_the_ink_and_spreads_it():
    blurred = TRANSFORMS["blur"](spot(31, 1), 2.0)[0]
    assert blurred.sum() == pytest.approx(1.0, abs=1e-4)
    variance = (blurred.sum(axis=0) * (np.arange(31) - 15) ** 2).sum()
    assert variance == pytest.approx(4.0, rel=0.01)


def test_noise_has_the_deviation_asked_for_and_is_the_same_at_every_level():
    middle = np.full((50, 20, 20), 0.5, np.float32)
    little, more = (TRANSFORMS["pixel_noise"](middle, level, 1) - 0.5 for level in (0.05, 0.1))
    assert little.std() == pytest.approx(0.05, rel=0.02)
    np.testing.assert_allclose(more, 2 * little, atol=1e-6)


def test_occlusion_hides_one_square_somewhere_inside():
    white = np.ones((200, 12, 9), np.float32)
    hidden = TRANSFORMS["occlusion"](white, 4, 2) == 0
    np.testing.assert_array_equal(hidden.sum(axis=(1, 2)), 16)
    assert (hidden.any(axis=2).sum(axis=1) == 4).all()
    assert (hidden.any(axis=1).sum(axis=1) == 4).all()
    assert hidden.any(axis=0).all()  # every place is reached
    assert not TRANSFORMS["occlusion"](white, 18, 2).any()


@pytest.mark.parametrize(
    ("name", "level", "message"),
    [
        ("scale", 0.0, "scale of 0.0: expected a finite number of at least 0.01"),
        ("blur", -1.0, "at least 0"),
        ("occlusion", 2.5, "a whole number"),
        ("rotation", float("nan"), "rotation of nan: expected a finite number"),
        ("translation", float("inf"), "pixels to the right"),
    ],
)
def test_levels_that_there_are_not(name, level, message):
    with pytest.raises(DataError, match=message) as caught:
        TRANSFORMS[name](GREY, level)
    assert "response curve" in caught.value.hint


def test_what_is_not_a_picture_is_refused_even_at_the_identity():
    with pytest.raises(DataError, match="blur is for pictures"):
        TRANSFORMS["blur"](GREY[0, 0:2], 0.0)
