import numpy as np
import pytest

from thalweg.data.pictures import like, planes, random_numbers
from thalweg.errors import DataError

GREY = np.full((2, 5, 4), 0.5, np.float32)


def test_grey_pictures_get_one_channel_and_lose_it_again():
    assert planes(GREY, "it").shape == (2, 5, 4, 1)
    assert planes(np.zeros((2, 5, 4, 3)), "it").shape == (2, 5, 4, 3)
    back = like(planes(GREY, "it") * 3 - 0.25, GREY)
    assert back.shape == GREY.shape
    assert back.dtype == np.float32
    np.testing.assert_array_equal(back, 1.0)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((3, 4)), r"fog is for pictures, found an array of shape \(3, 4\)"),
        (np.zeros((0, 4, 4)), r"shape \(0, 4, 4\)"),
        (np.full((2, 4, 4), 255, np.uint8), "from 255 to 255, expected 0 to 1"),
        (np.full((2, 4, 4), -0.5), "from -0.5 to -0.5"),
        (np.full((2, 4, 4), np.nan), "from nan to nan"),
        (np.zeros((2, 4, 2)), "at least 3x3 pixels, found 4x2"),
    ],
)
def test_what_is_refused(images, message):
    with pytest.raises(DataError, match=message) as caught:
        planes(images, "fog", smallest=3)
    assert caught.value.hint


def test_random_numbers_belong_to_a_seed_and_a_purpose():
    draws = [random_numbers(seed, purpose).random() for seed in (0, 1) for purpose in ("fog", "rain")]
    assert len(set(draws)) == 4
    assert random_numbers(0, "fog").random() == draws[0]
